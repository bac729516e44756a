package io.diffucoder.tck;

/** A golden forward pass over T positions; all results were computed in float64, rounded once. */
public final class GoldenCase {
  private final String model;
  private final String name;
  private final Safetensors tensors;

  GoldenCase(String model, String name, Safetensors tensors) {
    this.model = model;
    this.name = name;
    this.tensors = tensors;
  }

  /** The model's name. */
  public String model() {
    return model;
  }

  /** The case's name, such as {@code prompt16_mask32}. */
  public String name() {
    return name;
  }

  /** The canvas: T token ids. */
  public int[] inputIds() {
    return tensors.ints(name + ".input_ids");
  }

  /** Hidden states (T, D): 0 is the embedding, i the output of layer i − 1. */
  public Matrix hidden(int i) {
    return tensors.matrix(name + ".hidden." + i);
  }

  /** The last hidden states after the final norm: (T, D). */
  public Matrix finalNorm() {
    return tensors.matrix(name + ".final_norm");
  }

  /** The logits of each row, not yet shifted by one position: (T, V). */
  public Matrix logits() {
    return tensors.matrix(name + ".logits");
  }

  /** Whether the results of the first layer's operations are there. */
  public boolean hasLayer0() {
    return tensors.names().contains(name + ".layer0.attn_norm");
  }

  /**
   * A result of the first layer, heads side by side: (T, width).
   *
   * @param operation attn_norm, q, k, v, q_rope, k_rope, attn_ctx, attn_out, ffn_inp, ffn_norm,
   *     ffn_gate, ffn_up, ffn_act or ffn_down
   */
  public Matrix layer0(String operation) {
    return tensors.headsInRows(name + ".layer0." + operation);
  }

  @Override
  public String toString() {
    return model + " " + name;
  }
}
