package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.WeightFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Each operation of a first layer, from golden inputs to golden outputs. */
public abstract class GoldenOpsContract implements BackendContract {

  @Test
  void norms_are_pytorchs() {
    forEachLayer(layer -> {
      layer.norm("input_layernorm", layer.golden.hidden(0), "attn_norm");
      layer.norm("post_attention_layernorm", layer.output("ffn_inp"), "ffn_norm");
    });
  }

  @Test
  void linear_layers_are_pytorchs() {
    forEachLayer(layer -> {
      layer.linear("self_attn.q_proj", "attn_norm", "q");
      layer.linear("self_attn.k_proj", "attn_norm", "k");
      layer.linear("self_attn.v_proj", "attn_norm", "v");
      layer.linear("self_attn.o_proj", "attn_ctx", "attn_out");
      layer.linear("mlp.gate_proj", "ffn_norm", "ffn_gate");
      layer.linear("mlp.up_proj", "ffn_norm", "ffn_up");
      layer.linear("mlp.down_proj", "ffn_act", "ffn_down");
    });
  }

  @Test
  void rotations_are_pytorchs() {
    forEachLayer(layer -> {
      layer.rope("q", "q_rope");
      layer.rope("k", "k_rope");
    });
  }

  @Test
  void attention_is_pytorchs() {
    forEachLayer(layer -> {
      int rows = layer.golden.inputIds().length;
      AttentionSpec full =
          AttentionSpec.full(
              layer.config.numAttentionHeads(),
              layer.config.numKeyValueHeads(),
              layer.config.headDim(),
              rows,
              rows);
      Tensor out = layer.bench.out(rows, layer.config.hiddenSize());
      layer
          .bench
          .ops()
          .attention(layer.tensor("q_rope"), layer.tensor("k_rope"), layer.tensor("v"), full, out);
      layer.check("attention", "attn_ctx", out);
    });
  }

  @Test
  void gates_are_pytorchs() {
    forEachLayer(layer -> {
      Tensor gate = layer.tensor("ffn_gate");
      layer.bench.ops().swiglu(gate, layer.tensor("ffn_up"), gate);
      layer.check("swiglu", "ffn_act", gate);
    });
  }

  @Test
  void sums_are_pytorchs() {
    forEachLayer(layer -> {
      Tensor residual = layer.bench.tensor(layer.golden.hidden(0));
      layer.bench.ops().add(layer.tensor("attn_out"), residual);
      layer.check("add", "ffn_inp", residual);
    });
  }

  private interface LayerCheck {
    void check(Layer layer);
  }

  private void forEachLayer(LayerCheck check) {
    try (Workbench bench = Workbench.on(openBackend())) {
      for (String model : GoldenData.models()) {
        GoldenModel loaded = GoldenModel.load(model, bench, WeightFormat.AS_STORED);
        for (GoldenCase golden : GoldenData.cases(model)) {
          if (golden.hasLayer0()) {
            check.check(
                new Layer(golden, GoldenData.config(model), loaded, bench, productRounding()));
          }
        }
      }
    }
  }

  private record Layer(
      GoldenCase golden,
      GoldenConfig config,
      GoldenModel model,
      Workbench bench,
      ProductRounding rounding) {

    Matrix output(String name) {
      return golden.layer0(name);
    }

    Tensor tensor(String name) {
      return bench.tensor(output(name));
    }

    void norm(String weight, Matrix input, String output) {
      Tensor out = bench.out(input.rows(), input.cols());
      bench
          .ops()
          .rmsNorm(
              bench.tensor(input),
              model.weight("model.layers.0." + weight + ".weight"),
              config.rmsNormEps(),
              out);
      check("rmsNorm", output, out);
    }

    void linear(String weight, String input, String output) {
      String name = "model.layers.0." + weight;
      Tensor out = bench.out(output(output).rows(), output(output).cols());
      bench
          .ops()
          .linear(tensor(input), model.weight(name + ".weight"), model.bias(name + ".bias"), out);
      Tolerance stored = Tolerance.goldenOp(bench.activationType());
      check(stored.or(rounding.golden()), "linear", output, out);
    }

    void rope(String input, String output) {
      Tensor x = tensor(input);
      Tensor positions = bench.indices(IntStream.range(0, x.rows()).toArray());
      bench.ops().rope(x, positions, new RopeSpec(config.headDim(), config.ropeTheta()));
      check("rope", output, x);
    }

    void check(String op, String output, Tensor actual) {
      check(Tolerance.goldenOp(bench.activationType()), op, output, actual);
    }

    void check(Tolerance tolerance, String op, String output, Tensor actual) {
      tolerance.checkAgainstLargest(
          op + ": " + output + " of " + golden, output(output), bench.read(actual));
    }
  }
}
