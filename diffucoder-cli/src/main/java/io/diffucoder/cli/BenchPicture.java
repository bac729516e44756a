package io.diffucoder.cli;

import io.diffucoder.cli.LabelPlaces.Box;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Quality against cost as one self-contained SVG picture, for light and dark surroundings: pass@1
 * over forward passes a task, a point for each setting, a line through those that differ in their
 * steps alone.
 */
final class BenchPicture {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 460;
  private static final Box PLOT = new Box(64, 48, WIDTH - 64 - 28, HEIGHT - 48 - 72);
  private static final double CHARACTER = 6.9;
  private static final int LINE = 16;
  private static final int RADIUS = 5;
  private static final int TICKS = 8;

  /** The colours of curves, in turn: in light surroundings, and in dark ones. */
  private static final List<String> LIGHT =
      List.of("2f6fb5", "c2570c", "2c8a57", "a8326b", "7757c4", "8a6d00", "147f8c", "6b6f76");

  private static final List<String> DARK =
      List.of("6ea8e8", "f0904a", "5fc38d", "e77aae", "a893f0", "d3b53c", "56bfcc", "a0a4ab");

  private static final String STYLE =
      """
      <style>
      .page{fill:#fbfaf7}.panel{fill:#fff;stroke:#e6e3da}.grid{stroke:#eceae3}.thread{stroke:#a9aeb4}
      text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}.axis{fill:#5c636b}.label,.title{fill:#1d2126}.title{font-weight:600}.label{paint-order:stroke;stroke:#fff;stroke-width:3px}
      .curve{fill:none;stroke-width:2}%s
      @media (prefers-color-scheme:dark){.page{fill:#14171b}.panel{fill:#1b1f24;stroke:#2d3239}.grid{stroke:#262b31}.thread{stroke:#5f666e}
      .axis{fill:#a0a7af}.label,.title{fill:#e6e4de}.label{stroke:#1b1f24}%s}
      </style>
      """
          .formatted(inks(LIGHT), inks(DARK));

  private final BenchReport report;
  private final Axis passes;
  private final Axis quality;
  private final StringBuilder svg = new StringBuilder();

  private BenchPicture(BenchReport report) {
    this.report = report;
    List<Summary> all = report.summaries();
    double most = all.stream().mapToDouble(Summary::networkEvaluationsPerTask).max().orElse(1);
    double worst = all.stream().mapToDouble(Summary::passRate).min().orElse(0);
    double best = all.stream().mapToDouble(Summary::passRate).max().orElse(1);
    passes = Axis.spanning(0, most * 1.02, Axis.roundStep(Math.max(1, most), TICKS));
    quality = Axis.spanning(Math.max(0, worst - 0.02), Math.min(1, best + 0.02), 0.05);
  }

  /** The picture. */
  static String svg(BenchReport report) {
    BenchPicture picture = new BenchPicture(report);
    picture.draw();
    return picture.svg.toString();
  }

  private static String inks(List<String> colours) {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < colours.size(); i++) {
      rules.append(
          ".c%1$s .curve{stroke:#%2$s}.c%1$s .point,.c%1$s .label{fill:#%2$s}"
              .formatted(i, colours.get(i)));
    }
    return rules.toString();
  }

  private void draw() {
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$s" height="%2$s" viewBox="0 0 %1$s %2$s" role="img">
        <title>pass@1 against forward passes a task</title>
        %3$s<rect class="page" width="%1$s" height="%2$s" rx="10"/>
        <rect class="panel" x="%4$s" y="%5$s" width="%6$s" height="%7$s"/>
        """
            .formatted(WIDTH, HEIGHT, STYLE, PLOT.x(), PLOT.y(), PLOT.width(), PLOT.height()));
    axes();
    curves();
    String what =
        "%s %s · %s"
            .formatted(
                report.tasks().tasks().size(),
                report.tasks().name(),
                report.circumstances().get("model"));
    text("title", PLOT.x(), 30, "start", "pass@1");
    text("axis", PLOT.x() + PLOT.width(), HEIGHT - 32, "end", "forward passes a task (NFE)");
    text("axis", PLOT.x(), HEIGHT - 12, "start", what);
    svg.append("</svg>\n");
  }

  private void axes() {
    int every = quality.ticks().size() > 2 * TICKS ? 2 : 1;
    for (int i = 0; i < quality.ticks().size(); i += every) {
      double tick = quality.ticks().get(i);
      line("grid", PLOT.x(), y(tick), PLOT.x() + PLOT.width(), y(tick));
      text("axis", PLOT.x() - 8, y(tick) + 4, "end", String.format(Locale.ROOT, "%.2f", tick));
    }
    for (double tick : passes.ticks()) {
      line("grid", x(tick), PLOT.y(), x(tick), PLOT.y() + PLOT.height());
      String number = String.format(Locale.ROOT, passes.step() < 1 ? "%.1f" : "%.0f", tick);
      text("axis", x(tick), PLOT.y() + PLOT.height() + 18, "middle", number);
    }
  }

  private void curves() {
    Map<String, List<Summary>> curves = new LinkedHashMap<>();
    for (Summary summary : report.summaries()) {
      curves.computeIfAbsent(summary.setting().curve(), name -> new ArrayList<>()).add(summary);
    }
    LabelPlaces places = new LabelPlaces(PLOT);
    for (Summary summary : report.summaries()) {
      take(places, x(summary), y(summary), 2 * RADIUS + 2);
    }
    curves.values().forEach(curve -> keepClear(curve, places));
    int ink = 0;
    for (List<Summary> curve : curves.values()) {
      svg.append("<g class=\"c%s\">\n".formatted(ink++ % LIGHT.size()));
      curve(curve);
      curve.forEach(summary -> label(summary, places));
      svg.append("</g>\n");
    }
  }

  private void curve(List<Summary> curve) {
    List<String> points =
        sorted(curve).stream()
            .map(s -> SvgPicture.tenths(x(s)) + "," + SvgPicture.tenths(y(s)))
            .toList();
    if (points.size() > 1) {
      svg.append("<polyline class=\"curve\" points=\"%s\"/>\n".formatted(String.join(" ", points)));
    }
  }

  private static List<Summary> sorted(List<Summary> curve) {
    return curve.stream()
        .sorted(Comparator.comparingDouble(Summary::networkEvaluationsPerTask))
        .toList();
  }

  /** A label had better not lie on a line: small boxes stand for it. */
  private void keepClear(List<Summary> curve, LabelPlaces places) {
    List<Summary> points = sorted(curve);
    for (int i = 1; i < points.size(); i++) {
      double x = x(points.get(i - 1));
      double y = y(points.get(i - 1));
      double across = x(points.get(i)) - x;
      double down = y(points.get(i)) - y;
      int boxes = (int) (Math.hypot(across, down) / LINE) + 1;
      for (int box = 0; box < boxes; box++) {
        take(places, x + across * box / boxes, y + down * box / boxes, RADIUS);
      }
    }
  }

  private static void take(LabelPlaces places, double x, double y, double size) {
    places.take(new Box(x - size / 2, y - size / 2, size, size));
  }

  private void label(Summary summary, LabelPlaces places) {
    String name = summary.setting().name();
    double x = x(summary);
    double y = y(summary);
    Box box = places.place(x, y, name.length() * CHARACTER, LINE);
    double nearestX = Math.clamp(x, box.x(), box.x() + box.width());
    double nearestY = Math.clamp(y, box.y(), box.y() + box.height());
    if (Math.hypot(nearestX - x, nearestY - y) > 2 * LINE) {
      line("thread", x, y, nearestX, nearestY);
    }
    svg.append(
        "<circle class=\"point\" cx=\"%s\" cy=\"%s\" r=\"%s\"/>\n"
            .formatted(SvgPicture.tenths(x), SvgPicture.tenths(y), RADIUS));
    text("label", box.x(), box.y() + 12, "start", name);
  }

  private double x(double networkEvaluations) {
    return PLOT.x() + passes.share(networkEvaluations) * PLOT.width();
  }

  private double y(double passRate) {
    return PLOT.y() + (1 - quality.share(passRate)) * PLOT.height();
  }

  private double x(Summary summary) {
    return x(summary.networkEvaluationsPerTask());
  }

  private double y(Summary summary) {
    return y(summary.passRate());
  }

  private void line(String kind, double x1, double y1, double x2, double y2) {
    svg.append(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(
                kind,
                SvgPicture.tenths(x1),
                SvgPicture.tenths(y1),
                SvgPicture.tenths(x2),
                SvgPicture.tenths(y2)));
  }

  private void text(String kind, double x, double y, String anchor, String text) {
    svg.append(
        "<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>\n"
            .formatted(
                kind, SvgPicture.tenths(x), SvgPicture.tenths(y), anchor, SvgPicture.escape(text)));
  }
}
