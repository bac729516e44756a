package io.diffucoder.tck;

import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A golden model's weights on a backend and its forward pass, operation by operation: Qwen2 with
 * attention in both directions. Shapes: T canvas, D model, H/Hkv heads, Dh head width, F
 * feed-forward, V vocabulary.
 */
final class GoldenModel {
  private final GoldenConfig config;
  private final Workbench bench;
  private final Map<String, Weight> weights = new HashMap<>();

  /**
   * What a forward pass computes on its way.
   *
   * @param hidden the embedding and the output of each layer, (T, D)
   * @param finalNorm (T, D)
   * @param logits (T, V)
   */
  record Trace(List<Matrix> hidden, Matrix finalNorm, Matrix logits) {}

  private GoldenModel(GoldenConfig config, Workbench bench) {
    this.config = config;
    this.bench = bench;
  }

  static GoldenModel load(String model, Workbench bench, WeightFormat format) {
    GoldenModel loaded = new GoldenModel(GoldenData.config(model), bench);
    for (String file : GoldenData.weightFiles(model)) {
      Safetensors tensors = Safetensors.of(bench.nativeCopy(GoldenData.bytes(model + "/" + file)));
      for (String name : tensors.names()) {
        loaded.weights.put(name, bench.backend().loadWeight(tensors.weight(name), format));
      }
    }
    return loaded;
  }

  Weight weight(String name) {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw new IllegalArgumentException(
          "no weight '%s', there are %s".formatted(name, weights.keySet()));
    }
    return weight;
  }

  @Nullable Weight bias(String name) {
    return weights.get(name);
  }

  Trace forward(int[] ids) {
    TensorOps ops = bench.ops();
    int rows = ids.length;
    int d = config.hiddenSize();
    int kvWidth = config.numKeyValueHeads() * config.headDim();
    Tensor positions = bench.indices(IntStream.range(0, rows).toArray());
    RopeSpec rope = new RopeSpec(config.headDim(), config.ropeTheta());
    AttentionSpec full =
        AttentionSpec.full(
            config.numAttentionHeads(), config.numKeyValueHeads(), config.headDim(), rows, rows);
    Tensor x = ops.allocate(rows, d);
    Tensor normed = ops.allocate(rows, d);
    Tensor q = ops.allocate(rows, d);
    Tensor k = ops.allocate(rows, kvWidth);
    Tensor v = ops.allocate(rows, kvWidth);
    Tensor context = ops.allocate(rows, d);
    Tensor block = ops.allocate(rows, d);
    Tensor gate = ops.allocate(rows, config.intermediateSize());
    Tensor up = ops.allocate(rows, config.intermediateSize());
    Tensor logits = ops.allocate(rows, config.vocabSize());
    List<Matrix> hidden = new ArrayList<>();

    ops.embed(weight("model.embed_tokens.weight"), bench.indices(ids), x); // (T, D)
    hidden.add(bench.read(x));
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      String layer = "model.layers." + i + ".";
      norm(x, layer + "input_layernorm", normed); // (T, D)
      linear(normed, layer + "self_attn.q_proj", q); // (T, H*Dh)
      linear(normed, layer + "self_attn.k_proj", k); // (T, Hkv*Dh)
      linear(normed, layer + "self_attn.v_proj", v); // (T, Hkv*Dh)
      ops.rope(q, positions, rope);
      ops.rope(k, positions, rope);
      ops.attention(q, k, v, full, context); // (T, H*Dh)
      linear(context, layer + "self_attn.o_proj", block); // (T, D)
      ops.add(block, x);
      norm(x, layer + "post_attention_layernorm", normed); // (T, D)
      linear(normed, layer + "mlp.gate_proj", gate); // (T, F)
      linear(normed, layer + "mlp.up_proj", up); // (T, F)
      ops.swiglu(gate, up, gate); // (T, F)
      linear(gate, layer + "mlp.down_proj", block); // (T, D)
      ops.add(block, x);
      hidden.add(bench.read(x));
    }
    norm(x, "model.norm", normed); // (T, D)
    String head = config.tieWordEmbeddings() ? "model.embed_tokens" : "lm_head";
    linear(normed, head, logits); // (T, V)
    return new Trace(hidden, bench.read(normed), bench.read(logits));
  }

  private void norm(Tensor x, String name, Tensor out) {
    bench.ops().rmsNorm(x, weight(name + ".weight"), config.rmsNormEps(), out);
  }

  private void linear(Tensor x, String name, Tensor out) {
    bench.ops().linear(x, weight(name + ".weight"), bias(name + ".bias"), out);
  }
}
