package io.diffucoder.cli;

import io.diffucoder.ModelInfo;
import io.diffucoder.ModelInfo.TensorInfo;
import io.diffucoder.spi.WeightFormat;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A model's files in words and tables.
 *
 * @param info what is told
 */
record ModelReport(ModelInfo info) {
  private static final int LONGEST_VALUE = 100;

  /** Tensors that differ in their layer alone. */
  private record Group(String name, String dtype, List<Integer> shape) {
    static Group of(TensorInfo tensor) {
      return new Group(
          tensor.name().replaceAll("\\.\\d+\\.", ".*."), tensor.dtype(), tensor.shape());
    }
  }

  /** Where the model is, and every key of its configuration. */
  String config() {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("model", info.source());
    info.config().forEach((key, value) -> rows.put(key, shortened(value)));
    return table(rows.entrySet().stream().map(e -> List.of(e.getKey(), e.getValue())).toList())
        + "\n";
  }

  /** One row for each tensor. */
  String everyTensor() {
    List<List<String>> rows = new ArrayList<>();
    for (TensorInfo tensor : info.tensors()) {
      rows.add(
          List.of(
              tensor.name(),
              tensor.dtype(),
              shape(tensor.shape()),
              size(tensor.bytes()),
              tensor.file()));
    }
    return table(rows) + "\n";
  }

  /** One row for all tensors that differ in their layer alone, {@code *} in its place. */
  String tensorsByLayer() {
    Map<Group, List<TensorInfo>> groups =
        info.tensors().stream()
            .collect(Collectors.groupingBy(Group::of, LinkedHashMap::new, Collectors.toList()));
    List<List<String>> rows = new ArrayList<>();
    groups.forEach((group, members) ->
        rows.add(
            List.of(
                group.name(),
                members.size() == 1 ? "" : members.size() + " ×",
                group.dtype(),
                shape(group.shape()),
                size(members.stream().mapToLong(TensorInfo::bytes).sum()))));
    return table(rows) + "\n";
  }

  /** Parameters, bytes, and the memory that a canvas needs in each format. */
  String totals(int canvasTokens) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "parameters",
            "%,d in %d tensors (%s)"
                .formatted(info.parameters(), info.tensors().size(), String.join(", ", dtypes()))));
    rows.add(List.of("weights", size(info.weightBytes(WeightFormat.AS_STORED))));
    rows.add(
        List.of(
            "memory",
            "for a canvas of %d tokens with the cpu backend: weights, %s a token, %s for scores, about %s for the rest"
                .formatted(
                    canvasTokens,
                    size(info.activationBytesPerRow()),
                    size(info.scoreBytes()),
                    size(ModelInfo.OTHER_BYTES))));
    for (WeightFormat format : WeightFormat.values()) {
      rows.add(
          List.of(
              "  " + format.name().toLowerCase(Locale.ROOT),
              size(info.memoryBytes(canvasTokens, format))));
    }
    return table(rows);
  }

  /** The types of its tensors. */
  Set<String> dtypes() {
    return info.tensors().stream()
        .map(TensorInfo::dtype)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A chat template would fill the screen. */
  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + " …";
  }

  private static String shape(List<Integer> shape) {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" × "));
  }

  /** Bytes with a binary unit, three digits or so. */
  static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    return String.format(
        Locale.ROOT, "%.1f %ciB", bytes / (double) (1L << (10 * power)), " KMGTPE".charAt(power));
  }

  /** Rows with aligned columns, two spaces between them. */
  private static String table(Collection<List<String>> rows) {
    List<Integer> widths = new ArrayList<>();
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        int width = row.get(column).length();
        if (column == widths.size()) {
          widths.add(width);
        }
        widths.set(column, Math.max(widths.get(column), width));
      }
    }
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = Glyphs.visible(row.get(column));
        line.append(cell).repeat(' ', widths.get(column) - cell.length() + 2);
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }
}
