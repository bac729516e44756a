package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightFormat;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as one GGUF file, before any of it is written.
 *
 * @param layout where everything goes
 * @param parts the tensors, in the order of the layout's offsets
 */
record GgufPlan(GgufLayout layout, List<Part> parts) {
  private static final System.Logger LOG = System.getLogger(GgufPlan.class.getName());

  /** The version of ggml's block formats. */
  private static final int BLOCKS_VERSION = 2;

  /**
   * One tensor.
   *
   * @param entry what it will be in the file
   * @param source where its numbers are from
   */
  record Part(GgufLayout.Entry entry, StoredTensor source) {}

  GgufPlan {
    parts = List.copyOf(parts);
  }

  /** Plans a model in a format, as far as {@link FormatPolicy} says; vectors become float32. */
  static GgufPlan of(StoredModel model, WeightFormat format) {
    List<Part> parts = new ArrayList<>();
    List<String> ragged = new ArrayList<>();
    FormatPolicy policy = new FormatPolicy(model, format);
    GgufNames.tensors(model.config().numHiddenLayers())
        .forEach((weight, name) -> {
          StoredTensor source = model.weights().get(weight);
          if (source != null) { // a tied head is not there
            if (policy.isRagged(weight)) {
              ragged.add(source.name());
            }
            DType type = type(weight, source, policy);
            parts.add(new Part(new GgufLayout.Entry(name, type, source.shape()), source));
          }
        });
    if (!ragged.isEmpty()) {
      LOG.log(
          Level.INFO,
          "{0}: {1} weights become F16, their rows are no whole blocks of {2}: {3}, …",
          model.source(),
          ragged.size(),
          format,
          ragged.getFirst());
    }
    Map<String, GgufValue> metadata = new LinkedHashMap<>(model.metadata());
    metadata.keySet().removeIf(GgufPlan::isOfTheContainer);
    metadata.put(GgufNames.FILE_TYPE, GgufValue.of(fileType(parts)));
    metadata.put(GgufNames.QUANTIZATION_VERSION, GgufValue.of(BLOCKS_VERSION));
    List<GgufLayout.Entry> entries = parts.stream().map(Part::entry).toList();
    return new GgufPlan(GgufLayout.of(metadata, entries), parts);
  }

  private static DType type(String weight, StoredTensor source, FormatPolicy policy) {
    if (source.isVector()) {
      return DType.F32;
    }
    if (policy.isRagged(weight)) {
      return DType.F16;
    }
    return policy.formatOf(weight).of(source.dtype());
  }

  /** What described the source's file, and not the model. */
  private static boolean isOfTheContainer(String key) {
    return key.equals(GgufHeader.ALIGNMENT) || key.startsWith("split.");
  }

  /** llama.cpp's number for what most bytes are. */
  private static int fileType(List<Part> parts) {
    Map<DType, Long> bytes = new EnumMap<>(DType.class);
    parts.forEach(part -> bytes.merge(part.entry().type(), part.entry().bytes(), Math::addExact));
    DType most =
        bytes.entrySet().stream()
            .max(Comparator.comparingLong(Map.Entry::getValue))
            .orElseThrow()
            .getKey();
    return switch (most) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q4_1 -> 3;
      case Q8_0 -> 7;
      case Q5_0 -> 8;
      case Q5_1 -> 9;
      case Q4_K -> 15;
      case Q5_K -> 17;
      case Q6_K -> 18;
      case BF16 -> 32;
    };
  }
}
