package io.diffucoder;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.files.FormatPolicy;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.files.StoredTensor;
import io.diffucoder.spi.WeightFormat;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a model's files say, without loading it onto a backend.
 *
 * @param source the model's path, or a resource's name for the embedded model
 * @param config the keys of {@code config.json} or of a GGUF file's metadata, verbatim and in
 *     order, with defaults filled in; values as JSON text
 * @param tensors all weights, in order of file and offset
 * @param weightBytes bytes of all weights in each format that they can be loaded in
 * @param activationBytesPerRow float32 bytes of activations that a forward pass needs for each row
 *     of the canvas
 * @param scoreBytes float32 bytes that scoring needs, whatever the canvas
 */
public record ModelInfo(
    String source,
    Map<String, String> config,
    List<TensorInfo> tensors,
    Map<WeightFormat, Long> weightBytes,
    long activationBytesPerRow,
    long scoreBytes) {
  /**
   * What a process takes besides, with a heap that is not larger than needed: the JVM, compiled
   * code, the tokenizer (measured: 190 to 245 MB with the 7B models' vocabulary).
   */
  public static final long OTHER_BYTES = 200L << 20;

  /** Masked rows that a backend scores at once, at most: where top-p or top-k cuts tokens off. */
  private static final int SCORED_ROWS = 128;

  /**
   * One weight tensor.
   *
   * @param name its name in the file
   * @param dtype how its numbers are stored, such as {@code BF16} or {@code Q8_0}
   * @param shape rows and columns, or a length
   * @param bytes its size
   * @param file the file that holds it
   */
  public record TensorInfo(
      String name, String dtype, List<Integer> shape, long bytes, String file) {
    public TensorInfo {
      shape = List.copyOf(shape);
    }

    private static TensorInfo of(StoredTensor tensor) {
      return new TensorInfo(
          tensor.name(),
          tensor.type().name(),
          tensor.shape().stream().map(Math::toIntExact).toList(),
          tensor.bytes().byteSize(),
          tensor.file());
    }
  }

  public ModelInfo {
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    tensors = List.copyOf(tensors);
    weightBytes = Collections.unmodifiableMap(new EnumMap<>(weightBytes));
  }

  /**
   * Reads and checks a model's directory or GGUF file; the weights themselves are not read.
   *
   * @throws io.diffucoder.api.ModelLoadException if a file is missing or malformed
   */
  public static ModelInfo of(Path path) {
    try (StoredModel model = StoredModel.open(path)) {
      return of(model);
    }
  }

  /**
   * Reads and checks the model on the class path or module path; empty if there is none.
   *
   * @throws io.diffucoder.api.ModelLoadException if a file is missing or malformed
   */
  public static Optional<ModelInfo> embedded() {
    return StoredModel.openEmbedded()
        .map(model -> {
          try (model) {
            return of(model);
          }
        });
  }

  /** What an open model's files say. */
  static ModelInfo of(StoredModel model) {
    return new ModelInfo(
        model.source(),
        model.config().keys(),
        model.weights().values().stream().map(TensorInfo::of).toList(),
        weightBytes(model),
        activationBytesPerRow(model.config()),
        scoreBytes(model.config()));
  }

  /** Bytes of all weights in a format. */
  public long weightBytes(WeightFormat format) {
    return Objects.requireNonNull(weightBytes.get(format));
  }

  private static Map<WeightFormat, Long> weightBytes(StoredModel model) {
    Map<WeightFormat, Long> bytes = new EnumMap<>(WeightFormat.class);
    for (WeightFormat format : WeightFormat.values()) {
      bytes.put(format, new FormatPolicy(model, format).bytes());
    }
    return bytes;
  }

  /** Number of weights. */
  public long parameters() {
    return tensors.stream()
        .mapToLong(t -> t.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /**
   * Bytes that a process needs for a canvas of this many tokens, with the weights in a format:
   * weights, activations, scores and {@link #OTHER_BYTES}. This is what the cpu backend needs; the
   * onednn backend also keeps a packed copy of each matrix that it multiplies by, 2 bytes a number
   * in bf16, 1 in int8 and 4 in f32, whatever the file has, and releases the pages of the file.
   */
  public long memoryBytes(int canvasTokens, WeightFormat format) {
    return weightBytes(format) + canvasTokens * activationBytesPerRow + scoreBytes + OTHER_BYTES;
  }

  /**
   * The float32 tensors of a forward pass that have a row for each token of the canvas: residual,
   * norm, queries, attention output, projection and final hidden state (D); keys and values, each
   * as computed, as stored and as attention reads them (Hkv × Dh); gate and up (F).
   */
  private static long activationBytesPerRow(DreamConfig config) {
    long floats =
        6L * config.hiddenSize() + 6L * config.keyValueSize() + 2L * config.intermediateSize();
    return floats * Float.BYTES;
  }

  /** Logits (V) of the masked rows that are scored at once, float32. */
  private static long scoreBytes(DreamConfig config) {
    return (long) SCORED_ROWS * config.vocabSize() * Float.BYTES;
  }
}
