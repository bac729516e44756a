package io.diffucoder;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.api.ModelLoadException;
import io.diffucoder.core.files.GgufExport;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.spi.WeightFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Rewrites a model as one GGUF file that holds everything, the tokenizer too: smaller, in a
 * quantised format, or as it is.
 *
 * {@snippet :
 * Quantizer.of(Path.of("/models/DiffuCoder-7B-cpGRPO"))
 *     .format(WeightFormat.Q8_0)
 *     .write(Path.of("/models/DiffuCoder-7B-cpGRPO-Q8_0.gguf"));
 * }
 */
public final class Quantizer {

  /** Is told how far the work is. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called on the writing thread every now and then, and at the end.
     *
     * @param writtenBytes so far
     * @param totalBytes of all weights
     */
    void onWritten(long writtenBytes, long totalBytes);
  }

  private final Supplier<StoredModel> source;
  private WeightFormat format = WeightFormat.Q8_0;
  private GgufExport.Existing existing = GgufExport.Existing.KEPT;
  private int threads = Runtime.getRuntime().availableProcessors();
  private Progress progress = (written, total) -> {};
  private CancellationToken cancellation = new CancellationToken();

  private Quantizer(Supplier<StoredModel> source) {
    this.source = source;
  }

  /** Will rewrite a model's directory or GGUF file. */
  public static Quantizer of(Path model) {
    Objects.requireNonNull(model, "model");
    return new Quantizer(() -> StoredModel.open(model));
  }

  /** Will rewrite the model on the class path or module path. */
  public static Quantizer ofEmbedded() {
    return new Quantizer(() ->
        StoredModel.openEmbedded()
            .orElseThrow(() ->
                new ModelLoadException(
                    "there is no embedded model; add io.diffucoder:diffucoder-model-tiny")));
  }

  /**
   * How matrices are to be kept; by default in 8 bits a number. Norms and biases become float32. In
   * {@link WeightFormat#Q4_0} the embedding table and the head keep 8 bits. A matrix whose rows are
   * no whole blocks becomes float16, one that has fewer bits already stays as it is.
   */
  public Quantizer format(WeightFormat weightFormat) {
    format = Objects.requireNonNull(weightFormat, "weightFormat");
    return this;
  }

  /** Replaces a file that is there already, which is an error by default. */
  public Quantizer replacing() {
    existing = GgufExport.Existing.REPLACED;
    return this;
  }

  /** Threads that encode; by default as many as there are processors. */
  public Quantizer threads(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException("threads must be positive, got " + count);
    }
    threads = count;
    return this;
  }

  /** Tells of the progress. */
  public Quantizer progress(Progress listener) {
    progress = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Lets another thread end the work, which then leaves nothing behind. */
  public Quantizer cancellation(CancellationToken token) {
    cancellation = Objects.requireNonNull(token, "token");
    return this;
  }

  /**
   * Writes the file: beside its place, and moved there when it is whole.
   *
   * @return what the file says
   * @throws java.nio.file.FileAlreadyExistsException if there is one that is not to be replaced
   * @throws IOException if it cannot be written, or there is no room for it
   * @throws ModelLoadException if the model cannot be read, or a weight not be kept in the format
   * @throws io.diffucoder.api.GenerationCancelledException if cancelled
   */
  public ModelInfo write(Path target) throws IOException {
    try (StoredModel model = source.get()) {
      GgufExport export = GgufExport.of(model, format);
      long total = export.weightBytes();
      export.write(
          target,
          existing,
          new GgufExport.Work(
              threads, written -> progress.onWritten(written, total), cancellation));
    }
    return ModelInfo.of(target);
  }
}
