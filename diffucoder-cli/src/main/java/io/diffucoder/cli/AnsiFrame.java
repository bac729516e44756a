package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * One picture of a canvas as lines for a terminal: undecided positions dim, fresh ones bright; the
 * status is the last line. Every line fits the width, and all lines the height; a longer canvas
 * shows the part around its first undecided position.
 *
 * @param lines from top to bottom, with colours but without line breaks
 */
record AnsiFrame(List<String> lines) {
  static final String MASK = "░";
  private static final int TAB = 4;

  AnsiFrame {
    lines = List.copyOf(lines);
  }

  /** Draws a canvas and a status line. */
  static AnsiFrame of(CanvasView view, String status, TerminalSize size, Palette palette) {
    Painter canvas = new Painter(size.columns(), palette);
    for (int i = 0; i < view.size(); i++) {
      canvas.position(view, i);
    }
    Painter footer = new Painter(size.columns(), palette);
    footer.write(status, Ink.DIM);

    List<String> all = canvas.finish();
    int shown = Math.max(0, Math.min(all.size(), size.lines() - 2)); // Status and a line to spare.
    int start = Math.clamp(canvas.frontierLine - shown / 2, 0, all.size() - shown);
    List<String> lines = new ArrayList<>(all.subList(start, start + shown));
    lines.add(footer.finish().getFirst());
    return new AnsiFrame(lines);
  }

  /** Lays characters out on lines of a width. */
  private static final class Painter {
    private final int width;
    private final Palette palette;
    private final List<String> lines = new ArrayList<>();
    private final StringBuilder line = new StringBuilder();
    private Ink ink = Ink.PLAIN;
    private int column;
    private int frontierLine = -1;

    Painter(int width, Palette palette) {
      this.width = width;
      this.palette = palette;
    }

    void position(CanvasView view, int index) {
      CanvasView.State state = view.state(index);
      if (state == CanvasView.State.MASKED) {
        write(MASK, Ink.DIM);
        frontierLine = frontierLine < 0 ? lines.size() : frontierLine;
      } else if (view.isControl(index)) {
        write(ControlTokens.GLYPH, Ink.DIM);
      } else {
        write(view.text(index), state == CanvasView.State.FRESH ? Ink.BRIGHT : Ink.PLAIN);
      }
    }

    void write(String text, Ink newInk) {
      text.codePoints()
          .forEach(codePoint -> {
            switch (codePoint) {
              case '\n' -> breakLine();
              case '\t' -> {
                do {
                  put(' ', newInk);
                } while (column % TAB != 0);
              }
              default -> put(Glyphs.visible(codePoint), newInk);
            }
          });
    }

    private void put(int codePoint, Ink newInk) {
      int wide = Glyphs.width(codePoint);
      if (column + wide > width) {
        if (wide > width) {
          return; // A wide character on a terminal of one column cannot be drawn.
        }
        breakLine();
      }
      if (newInk != ink && codePoint != ' ') {
        change(newInk);
      }
      line.appendCodePoint(codePoint);
      column += wide;
    }

    private void change(Ink newInk) {
      if (palette == Palette.COLOURS) {
        line.append(ink == Ink.PLAIN ? "" : Ink.RESET).append(newInk.sequence());
      }
      ink = newInk;
    }

    private void breakLine() {
      change(Ink.PLAIN);
      lines.add(line.toString());
      line.setLength(0);
      column = 0;
    }

    List<String> finish() {
      breakLine();
      frontierLine = frontierLine < 0 ? lines.size() : frontierLine;
      return lines;
    }
  }
}
