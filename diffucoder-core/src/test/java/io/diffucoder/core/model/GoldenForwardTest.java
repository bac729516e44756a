package io.diffucoder.core.model;

import io.diffucoder.Backends;
import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.core.files.GoldenGguf;
import io.diffucoder.core.files.StoredModel;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.RowRange;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.tck.GoldenCase;
import io.diffucoder.tck.GoldenData;
import io.diffucoder.tck.Matrix;
import io.diffucoder.tck.ReferenceBackend;
import io.diffucoder.tck.Tolerance;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The network against goldens that an independent implementation computed in float64.
 *
 * <p>Tolerance: the largest absolute difference is 2e-4 where the largest absolute value is up to
 * 1, in proportion to it above (the golden models' logits reach 20, the tied one's 57). Float32 in
 * PyTorch is within 1.6e-5 of these goldens at any size; a causal mask would be off by 44.
 */
class GoldenForwardTest {
  private static final Tolerance TOLERANCE = Tolerance.goldenModel(DType.F32);

  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("models")
  void hidden_states_and_logits_match_on_the_cpu(String model) {
    try (TensorBackend cpu = Backends.open("cpu", BackendOptions.DEFAULTS)) {
      check(model, GoldenData.copyModelTo(model, directory), cpu);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void hidden_states_and_logits_match_on_the_reference(String model) {
    try (TensorBackend reference = new ReferenceBackend()) {
      check(model, GoldenData.copyModelTo(model, directory), reference);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void hidden_states_and_logits_of_gguf_files_match_on_the_cpu(String model) {
    try (TensorBackend cpu = Backends.open("cpu", BackendOptions.DEFAULTS)) {
      check(model, GoldenGguf.file(model), cpu);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void hidden_states_and_logits_of_gguf_files_match_on_the_reference(String model) {
    try (TensorBackend reference = new ReferenceBackend()) {
      check(model, GoldenGguf.file(model), reference);
    }
  }

  static List<String> models() {
    return GoldenData.models();
  }

  private static void check(String model, Path path, TensorBackend backend) {
    try (StoredModel files = StoredModel.open(path)) {
      DreamTransformer transformer = WeightLoader.load(files, backend, WeightFormat.AS_STORED);
      for (GoldenCase golden : GoldenData.cases(model)) {
        try (TensorOps ops = backend.newOps()) {
          check(golden, transformer, ops);
        }
      }
    }
  }

  private static void check(GoldenCase golden, DreamTransformer transformer, TensorOps ops) {
    DreamConfig config = transformer.config();
    int rows = golden.inputIds().length;
    Activations a = Activations.allocate(ops, config, Footprint.ofPositions(rows));
    ops.write(golden.inputIds(), a.tokens());
    ops.write(IntStream.range(0, rows).toArray(), a.positions());
    ops.write(IntStream.range(0, rows).toArray(), a.storeRows());
    RowRange all = new RowRange(0, rows);
    AttentionSpec spec =
        transformer.attentionSpec(List.of(new AttentionSpec.Segment(all, List.of(all))));

    transformer.embed(ops, a);
    compare(golden + " embedding", golden.hidden(0), ops, a.residual());
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      transformer.attention(ops, a, i, spec);
      transformer.feedForward(ops, a, i);
      compare(golden + " layer " + i, golden.hidden(i + 1), ops, a.residual());
    }
    transformer.finish(ops, a);
    compare(golden + " final norm", golden.finalNorm(), ops, a.normed());

    Tensor logits = ops.allocate(rows, config.vocabSize()); // (R, V)
    ops.linear(a.normed(), transformer.lmHead(), null, logits);
    compare(golden + " logits", golden.logits(), ops, logits);
  }

  private static void compare(String what, Matrix expected, TensorOps ops, Tensor tensor) {
    float[] actual = new float[expected.values().length];
    ops.read(tensor, actual);
    TOLERANCE.checkAgainstLargest(
        what, expected, new Matrix(expected.rows(), expected.cols(), actual));
  }
}
