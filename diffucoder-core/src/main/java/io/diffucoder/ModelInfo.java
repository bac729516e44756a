package io.diffucoder;

import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.core.files.StoredTensor;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's files say, without loading it onto a backend.
 *
 * @param source the model's path, or a resource's name for the embedded model
 * @param config the keys of {@code config.json} or of a GGUF file's metadata, verbatim and in
 *     order, with defaults filled in; values as JSON text
 * @param tensors all weights, in order of file and offset
 * @param activationBytesPerRow float32 bytes of activations that a forward pass needs for each row
 *     of the canvas
 * @param scoreBytes float32 bytes that scoring needs, whatever the canvas
 */
public record ModelInfo(
    String source,
    Map<String, String> config,
    List<TensorInfo> tensors,
    long activationBytesPerRow,
    long scoreBytes) {
  /** Masked rows that a backend scores at once. */
  private static final int SCORED_ROWS = 32;

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
        model.weights().stream().map(TensorInfo::of).toList(),
        activationBytesPerRow(model.config()),
        scoreBytes(model.config()));
  }

  /** Bytes of all weights. */
  public long weightBytes() {
    return tensors.stream().mapToLong(TensorInfo::bytes).sum();
  }

  /** Number of weights. */
  public long parameters() {
    return tensors.stream()
        .mapToLong(t -> t.shape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b))
        .sum();
  }

  /** Bytes that weights, activations and scores take for a canvas of this many tokens. */
  public long memoryBytes(int canvasTokens) {
    return weightBytes() + canvasTokens * activationBytesPerRow + scoreBytes;
  }

  /**
   * The float32 tensors of a forward pass that have a row for each token of the canvas: residual,
   * norm, queries, attention output, projection and final hidden state (D); keys and values, each
   * as computed and as stored (Hkv × Dh); gate and up (F).
   */
  private static long activationBytesPerRow(DreamConfig config) {
    long floats =
        6L * config.hiddenSize() + 4L * config.keyValueSize() + 2L * config.intermediateSize();
    return floats * Float.BYTES;
  }

  /** Logits (V) of the masked rows that are scored at once, float32. */
  private static long scoreBytes(DreamConfig config) {
    return (long) SCORED_ROWS * config.vocabSize() * Float.BYTES;
  }
}
