package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds room for labels near points of a picture, first come, first served: beside, above or below
 * the point, where it overlaps least of what is there already and is not too far away.
 */
final class LabelPlaces {
  private static final double GAP = 9;
  private static final int RINGS = 6;

  /** What a label may overlap, in pixels, rather than go one line further away. */
  private static final double FURTHER = 40;

  /** A rectangle by its left upper corner; y grows downwards. */
  record Box(double x, double y, double width, double height) {
    private double overlap(Box other) {
      double across = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
      double down = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
      return Math.max(0, across) * Math.max(0, down);
    }

    private double outside(Box frame) {
      return width * height - overlap(frame);
    }
  }

  private final Box frame;
  private final List<Box> taken = new ArrayList<>();

  /** All labels lie within the frame if they can. */
  LabelPlaces(Box frame) {
    this.frame = frame;
  }

  /** Nothing is to be written here. */
  void take(Box box) {
    taken.add(box);
  }

  /** A place for a label of this size near a point; it is taken then. */
  Box place(double x, double y, double width, double height) {
    Box best = new Box(x + GAP, y - height / 2, width, height);
    double least = cost(best);
    for (int ring = 0; ring < RINGS && least > ring * FURTHER; ring++) {
      double away = GAP + ring * height;
      for (Box box : around(x, y, away, width, height)) {
        double cost = cost(box) + ring * FURTHER;
        if (cost < least) {
          best = box;
          least = cost;
        }
      }
    }
    taken.add(best);
    return best;
  }

  private static List<Box> around(double x, double y, double away, double width, double height) {
    double left = x - away - width;
    double right = x + away;
    double above = y - away - height;
    double below = y + away;
    return List.of(
        new Box(right, y - height / 2, width, height),
        new Box(left, y - height / 2, width, height),
        new Box(x - width / 2, above, width, height),
        new Box(x - width / 2, below, width, height),
        new Box(x + GAP, above, width, height),
        new Box(x + GAP, below, width, height),
        new Box(x - GAP - width, above, width, height),
        new Box(x - GAP - width, below, width, height));
  }

  private double cost(Box box) {
    return box.outside(frame) + taken.stream().mapToDouble(box::overlap).sum();
  }
}
