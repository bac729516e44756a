package io.diffucoder.core.model;

import io.diffucoder.api.CancellationToken;
import io.diffucoder.core.files.DreamConfig;
import io.diffucoder.spi.AttentionSpec;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import java.util.List;

/**
 * The Dream network: Qwen2.5 with bidirectional attention (reference 1.4). Immutable; the state of
 * a pass is in its {@link Activations}. Shapes: R rows, D width, H/Hkv heads of width Dh, F
 * feed-forward, S store rows.
 */
public final class DreamTransformer {
  private final DreamConfig config;
  private final DreamWeights weights;
  private final RopeSpec rope;
  private final float eps;

  /** A network of this shape with these weights. */
  public DreamTransformer(DreamConfig config, DreamWeights weights) {
    this.config = config;
    this.weights = weights;
    this.rope = config.rope();
    this.eps = config.rmsNormEps();
  }

  /** The network's shape. */
  DreamConfig config() {
    return config;
  }

  /** The output table (V, D). */
  Weight lmHead() {
    return weights.lmHead();
  }

  /**
   * Runs all layers on the rows whose tokens, positions and store rows are written in {@code a};
   * leaves the final normed hidden states (R, D) in {@code a.normed()}.
   *
   * @param segments which rows see which
   * @throws io.diffucoder.api.GenerationCancelledException if cancelled between two layers
   */
  void forward(
      TensorOps ops,
      Activations a,
      List<AttentionSpec.Segment> segments,
      CancellationToken cancellation) {
    AttentionSpec spec = attentionSpec(segments);
    embed(ops, a);
    for (int layer = 0; layer < weights.layers().size(); layer++) {
      cancellation.throwIfCancelled();
      attention(ops, a, layer, spec);
      feedForward(ops, a, layer);
    }
    finish(ops, a);
  }

  AttentionSpec attentionSpec(List<AttentionSpec.Segment> segments) {
    return new AttentionSpec(
        config.numAttentionHeads(), config.numKeyValueHeads(), config.headDim(), segments);
  }

  void embed(TensorOps ops, Activations a) {
    ops.embed(weights.embedTokens(), a.tokens(), a.residual()); // (R, D)
  }

  /** Layer by layer, for tests that look at the hidden states between. */
  void attention(TensorOps ops, Activations a, int layer, AttentionSpec spec) {
    DreamWeights.Layer w = weights.layers().get(layer);
    Tensor keys = a.keyStore(layer);
    Tensor values = a.valueStore(layer);
    ops.rmsNorm(a.residual(), w.inputNorm(), eps, a.normed()); // (R, D)
    ops.linears(
        a.normed(),
        List.of(
            new TensorOps.Projection(w.query(), w.queryBias(), a.query()), // (R, H*Dh)
            new TensorOps.Projection(w.key(), w.keyBias(), a.key()), // (R, Hkv*Dh)
            new TensorOps.Projection(w.value(), w.valueBias(), a.value()))); // (R, Hkv*Dh)
    ops.rope(a.query(), a.positions(), rope); // (R, H*Dh)
    ops.rope(a.key(), a.positions(), rope); // (R, Hkv*Dh)
    ops.scatterRows(a.key(), a.storeRows(), keys); // rows of (S, Hkv*Dh)
    ops.scatterRows(a.value(), a.storeRows(), values); // rows of (S, Hkv*Dh)
    ops.attention(a.query(), keys, values, spec, a.attended()); // (R, H*Dh)
    ops.linear(a.attended(), w.output(), null, a.projected()); // (R, D)
  }

  void feedForward(TensorOps ops, Activations a, int layer) {
    DreamWeights.Layer w = weights.layers().get(layer);
    ops.addRmsNorm(a.projected(), a.residual(), w.postAttentionNorm(), eps, a.normed()); // (R, D)
    ops.linears(
        a.normed(),
        List.of(
            new TensorOps.Projection(w.gate(), null, a.gate()), // (R, F)
            new TensorOps.Projection(w.up(), null, a.up()))); // (R, F)
    ops.swiglu(a.gate(), a.up(), a.gate()); // (R, F)
    ops.addLinear(a.gate(), w.down(), a.projected(), a.residual()); // (R, D)
  }

  void finish(TensorOps ops, Activations a) {
    ops.rmsNorm(a.residual(), weights.norm(), eps, a.normed()); // (R, D)
  }
}
