package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a picture: round numbers that span some values.
 *
 * @param low the first tick
 * @param high the last tick
 * @param step between two ticks
 */
record Axis(double low, double high, double step) {

  /** Ticks a step apart around all of these values, at least two. */
  static Axis spanning(double smallest, double largest, double step) {
    double low = Math.floor(smallest / step + 1e-9) * step;
    double high = Math.max(low + step, Math.ceil(largest / step - 1e-9) * step);
    return new Axis(low, high, step);
  }

  /** A step of 1, 2 or 5 times a power of ten that makes about so many ticks of a length. */
  static double roundStep(double length, int ticks) {
    double rough = length / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double digits = rough / power;
    return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
  }

  /** All ticks, ascending. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; low + i * step <= high + step / 2; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }

  /** Where a value stands: 0 at the first tick, 1 at the last. */
  double share(double value) {
    return (value - low) / (high - low);
  }
}
