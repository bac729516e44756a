package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Where tokens stand when a completion is written down in a fixed-width font, up to the first
 * control token.
 *
 * @param pieces tokens, split where lines end; in order
 * @param columns length of the longest line, at least 1
 * @param lines number of lines, at least 1
 */
record TokenLayout(List<Piece> pieces, int columns, int lines) {
  private static final int TAB = 4;
  private static final int WRAP = 100;

  /** A part of a token that stands on one line; its width is positive. */
  record Piece(int index, int line, int column, int width, String text) {}

  TokenLayout {
    pieces = List.copyOf(pieces);
  }

  /** Lays out these texts; lines longer than 100 columns are wrapped. */
  static TokenLayout of(String[] texts) {
    Pen pen = new Pen();
    for (int i = 0; i < texts.length && !ControlTokens.isControl(texts[i]); i++) {
      pen.write(i, texts[i]);
    }
    int columns = pen.pieces.stream().mapToInt(p -> p.column() + p.width()).max().orElse(1);
    int lines = pen.pieces.stream().mapToInt(Piece::line).max().orElse(0) + 1;
    return new TokenLayout(pen.pieces, columns, lines);
  }

  private static final class Pen {
    private final List<Piece> pieces = new ArrayList<>();
    private int line;
    private int column;

    void write(int index, String text) {
      StringBuilder piece = new StringBuilder();
      int start = column;
      for (int codePoint : text.codePoints().toArray()) {
        int width = codePoint == '\t' ? TAB - column % TAB : Glyphs.width(codePoint);
        if (codePoint == '\n' || column + width > WRAP) {
          add(index, start, piece);
          line++;
          column = 0;
          start = 0;
        }
        if (codePoint == '\t') {
          piece.repeat(' ', width);
          column += width;
        } else if (codePoint != '\n') {
          piece.appendCodePoint(Glyphs.visible(codePoint));
          column += width;
        }
      }
      add(index, start, piece);
    }

    private void add(int index, int start, StringBuilder piece) {
      if (column > start) {
        pieces.add(new Piece(index, line, start, column - start, piece.toString()));
      }
      piece.setLength(0);
    }
  }
}
