package io.diffucoder.cli;

import io.diffucoder.sampling.StepEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Four stages of a run as one self-contained SVG picture, for light and dark surroundings. Every
 * token stands where it ends up, undecided ones as blocks of its width; decided ones are tinted by
 * their probability.
 */
final class SvgPicture {
  private static final int STAGES = 4;
  private static final int MAX_COLUMNS_OF_A_PAIR = 52;
  private static final double CHARACTER = 7.8;
  private static final int LINE = 20;
  private static final int PADDING = 16;
  private static final int CAPTION = 30;
  private static final int GAP = 16;
  private static final int LEGEND = 38;
  private static final int LEVELS = 5;

  private static final String STYLE =
      """
      <style>
      .page{fill:#fbfaf7}.panel{fill:#fff;stroke:#e6e3da}.code{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#1d2126;white-space:pre}
      .caption{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif;fill:#5c636b}.mask{fill:#e3e0d7}
      .p0{fill:#f7c286}.p1{fill:#fbdcb8}.p2{fill:#fdf0e0}.p3{fill:#f1f6fd}.p4{fill:#dfeafa}
      @media (prefers-color-scheme:dark){.page{fill:#14171b}.panel{fill:#1b1f24;stroke:#2d3239}.code{fill:#e6e4de}.caption{fill:#a0a7af}.mask{fill:#343a42}
      .p0{fill:#8a4a12}.p1{fill:#633a16}.p2{fill:#3f2c1a}.p3{fill:#222c3a}.p4{fill:#263a56}}
      </style>
      """;

  private final Trace trace;
  private final TokenLayout layout;
  private final int[] commitStep;
  private final float[] probability;
  private final StringBuilder svg = new StringBuilder();

  private SvgPicture(Trace trace) {
    this.trace = trace;
    int size = trace.size();
    commitStep = new int[size];
    probability = new float[size];
    String[] texts = new String[size];
    Arrays.fill(commitStep, Integer.MAX_VALUE);
    Arrays.fill(texts, AnsiFrame.MASK);
    int number = 0;
    for (StepEvent step : trace.result().steps()) {
      number++;
      for (StepEvent.Commit commit : step.commits()) {
        int index = commit.position() - trace.result().promptTokens();
        commitStep[index] = number;
        probability[index] = commit.probability();
        texts[index] = trace.tokenText().apply(commit.token());
      }
    }
    layout = TokenLayout.of(texts);
  }

  /** The picture. */
  static String svg(Trace trace) {
    SvgPicture picture = new SvgPicture(trace);
    picture.draw();
    return picture.svg.toString();
  }

  private void draw() {
    int abreast = layout.columns() <= MAX_COLUMNS_OF_A_PAIR ? 2 : 1;
    double panelWidth = Math.max(24, layout.columns()) * CHARACTER + 2 * PADDING;
    int panelHeight = layout.lines() * LINE + 2 * PADDING;
    int stageHeight = panelHeight + CAPTION;
    int rows = STAGES / abreast;
    double width = GAP + abreast * (panelWidth + GAP);
    int height = rows * stageHeight + LEGEND;
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$s" height="%2$s" viewBox="0 0 %1$s %2$s" role="img">
        <title>%3$s</title>
        %4$s<rect class="page" width="%1$s" height="%2$s" rx="10"/>
        """
            .formatted(
                tenths(width), height, escape("Stages of denoising: " + trace.prompt()), STYLE));
    int[] stages = stages();
    for (int i = 0; i < STAGES; i++) {
      double x = GAP + (i % abreast) * (panelWidth + GAP);
      int y = (i / abreast) * stageHeight;
      svg.append(
          """
          <g transform="translate(%s %s)">
          %s\
          <rect class="panel" y="%s" width="%s" height="%s" rx="8"/>
          """
              .formatted(
                  tenths(x),
                  y,
                  caption(stageName(stages[i]), 2, 21),
                  CAPTION,
                  tenths(panelWidth),
                  panelHeight));
      stage(stages[i]);
      svg.append("</g>\n");
    }
    legend(height - 15);
    svg.append("</svg>\n");
  }

  /** The words for the colours, on a line of text with this base line. */
  private void legend(int y) {
    svg.append(swatch("mask", GAP, y)).append(caption("undecided", GAP + 22, y));
    int x = GAP + 110;
    svg.append(caption("unsure", x, y));
    for (int level = 0; level < LEVELS; level++) {
      svg.append(swatch("p" + level, x + 44 + 18 * level, y));
    }
    svg.append(caption("sure", x + 48 + 18 * LEVELS, y));
  }

  private static String swatch(String colour, int x, int y) {
    return "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"16\" height=\"12\" rx=\"2\"/>\n"
        .formatted(colour, x, y - 10);
  }

  private static String caption(String text, int x, int y) {
    return "<text class=\"caption\" x=\"%s\" y=\"%s\">%s</text>\n".formatted(x, y, escape(text));
  }

  /** Steps after which 0, 1/3, 2/3 and all of the visible tokens are decided. */
  private int[] stages() {
    int[] sorted =
        layout.pieces().stream()
            .mapToInt(TokenLayout.Piece::index)
            .distinct()
            .map(index -> commitStep[index])
            .sorted()
            .toArray();
    int[] stages = new int[STAGES];
    for (int i = 1; i < STAGES - 1; i++) {
      stages[i] = sorted.length == 0 ? 0 : sorted[Math.max(0, sorted.length * i / 3 - 1)];
    }
    stages[STAGES - 1] = trace.result().steps().size();
    return stages;
  }

  private String stageName(int step) {
    if (step == 0) {
      return "masks alone";
    }
    return "step %s of %s".formatted(step, trace.result().steps().size());
  }

  private void stage(int step) {
    List<String> texts = new ArrayList<>();
    for (TokenLayout.Piece piece : layout.pieces()) {
      double x = PADDING + piece.column() * CHARACTER;
      int y = CAPTION + PADDING + piece.line() * LINE;
      double width = piece.width() * CHARACTER;
      boolean decided = commitStep[piece.index()] <= step;
      svg.append(
          """
          <rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="2"/>
          """
              .formatted(
                  decided ? "p" + level(probability[piece.index()]) : "mask",
                  tenths(x + 0.5),
                  y + 2,
                  tenths(width - 1),
                  LINE - 4));
      if (decided && !piece.text().isBlank()) {
        texts.add(
            """
            <text class="code" x="%s" y="%s" textLength="%s" lengthAdjust="spacingAndGlyphs" xml:space="preserve">%s</text>
            """
                .formatted(tenths(x), y + 14, tenths(width), escape(piece.text())));
      }
    }
    texts.forEach(svg::append);
  }

  private static int level(float probability) {
    return probability < 0.3
        ? 0
        : probability < 0.6 ? 1 : probability < 0.9 ? 2 : probability < 0.99 ? 3 : 4;
  }

  /** A coordinate; never in the digits of a locale. */
  static String tenths(double value) {
    return String.valueOf(Math.round(value * 10) / 10.0);
  }

  /** Text for an element or an attribute. */
  static String escape(String text) {
    return Glyphs.visible(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
