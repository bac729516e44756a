package io.diffucoder.tck;

import io.diffucoder.spi.WeightFormat;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole forward passes against PyTorch's, within 2e-4 for values up to 1 and in proportion to the
 * largest absolute value of the tensor above ({@link Tolerance#goldenModel}), or within what the
 * backend's {@link ProductRounding} takes.
 */
public abstract class GoldenModelContract implements BackendContract {

  @Test
  void computes_what_pytorch_computes_from_float32_weights() {
    check("tiny", WeightFormat.AS_STORED);
  }

  @Test
  void computes_what_pytorch_computes_from_sharded_bfloat16_weights_with_grouped_heads() {
    check("tiny-gqa7-bf16", WeightFormat.AS_STORED, WeightFormat.F32);
  }

  @Test
  void computes_what_pytorch_computes_from_float16_weights_with_wide_heads() {
    check("tiny-hd128-f16", WeightFormat.AS_STORED, WeightFormat.F32);
  }

  @Test
  void computes_what_pytorch_computes_from_tied_weights() {
    check("tiny-tied", WeightFormat.AS_STORED);
  }

  /** Checks the formats that keep the weights as they are, if the backend takes them. */
  private void check(String model, WeightFormat... lossless) {
    try (Workbench bench = Workbench.on(openBackend())) {
      EnumSet<WeightFormat> formats = EnumSet.copyOf(List.of(lossless));
      formats.retainAll(bench.backend().info().weightFormats());
      for (WeightFormat format : formats) {
        GoldenModel loaded = GoldenModel.load(model, bench, format);
        for (GoldenCase golden : GoldenData.cases(model)) {
          check(golden, loaded.forward(golden.inputIds()), bench);
        }
      }
    }
  }

  private void check(GoldenCase golden, GoldenModel.Trace trace, Workbench bench) {
    Tolerance tolerance =
        Tolerance.goldenModel(bench.activationType()).or(productRounding().goldenModel());
    for (int i = 0; i < trace.hidden().size(); i++) {
      String what = "forward: hidden." + i + " of " + golden;
      tolerance.checkAgainstLargest(what, golden.hidden(i), trace.hidden().get(i));
    }
    tolerance.checkAgainstLargest(
        "forward: final_norm of " + golden, golden.finalNorm(), trace.finalNorm());
    tolerance.checkAgainstLargest("forward: logits of " + golden, golden.logits(), trace.logits());
  }
}
