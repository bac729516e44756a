package io.diffucoder.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A benchmark as a table for a terminal, with the words to read it by. */
final class BenchTable {
  private static final List<String> HEAD =
      List.of("setting", "pass@1", "", "NFE", "TPF", "rows", "tokens/s", "", "AR local", "global");

  private BenchTable() {}

  /** One line for each setting, and the notes. */
  static String of(BenchReport report) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    double first = report.summaries().getFirst().tokensPerSecond();
    for (Summary summary : report.summaries()) {
      rows.add(row(summary, first));
    }
    return aligned(rows) + notes(report);
  }

  private static List<String> row(Summary summary, double firstTokensPerSecond) {
    boolean checked = summary.passed().isPresent();
    return List.of(
        summary.setting().name(),
        checked ? number("%.3f", summary.passRate()) : "–",
        checked ? "%s/%s".formatted(summary.passed().getAsInt(), summary.tasks()) : "",
        number("%.1f", summary.networkEvaluationsPerTask()),
        number("%.2f", summary.tokensPerForward()),
        number("%.0f", summary.rowsPerTask()),
        number("%.1f", summary.tokensPerSecond()),
        number("%.2f ×", summary.tokensPerSecond() / firstTokensPerSecond),
        number("%.2f", summary.localArNess()),
        number("%.2f", summary.globalArNess()));
  }

  private static String notes(BenchReport report) {
    int tasks = report.tasks().tasks().size();
    StringBuilder notes = new StringBuilder();
    String what =
        "%s %s · %s on %s, %s"
            .formatted(
                tasks,
                report.tasks().name(),
                report.circumstances().get("model"),
                report.circumstances().get("backend"),
                report.circumstances().get("device"));
    notes.append('\n').append(Glyphs.visible(what)).append('\n');
    notes.append(
        """
        Tokens are those before the first end token; padding counts nowhere. NFE: forward passes a task;
        TPF: tokens a forward pass; rows: rows of the canvas computed a task; tokens/s: of denoising, one
        request at a time, and its ratio to the first line; AR: AR-ness@1. All settings ran each task in
        turn, after %s generations to warm up.
        """
            .formatted(report.circumstances().get("warmup")));
    boolean checked = report.summaries().getFirst().passed().isPresent();
    notes.append(
        checked
            ? "pass@1: one answer a task, all of its tests; its standard error is up to %s.\n"
                .formatted(number("%.3f", standardError(report)))
            : "pass@1: not measured, as no generated code was run.\n");
    return notes.toString();
  }

  /** The largest of the settings, of a share among as many tasks. */
  private static double standardError(BenchReport report) {
    return report.summaries().stream()
        .mapToDouble(s -> Math.sqrt(s.passRate() * (1 - s.passRate()) / s.tasks()))
        .max()
        .orElse(Double.NaN);
  }

  /** Never in the digits of a locale. */
  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "–";
  }

  /** Names to the left, numbers to the right, two spaces between columns. */
  private static String aligned(List<List<String>> rows) {
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        int index = column;
        int width = rows.stream().mapToInt(r -> r.get(index).length()).max().orElse(0);
        String cell = Glyphs.visible(row.get(column));
        String space = " ".repeat(width - cell.length());
        line.append(column == 0 ? cell + space : "  " + space + cell);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }
}
