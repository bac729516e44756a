package io.diffucoder.tck;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The part of a golden model's {@code config.json} that its forward pass needs; the names are the
 * file's.
 */
public record GoldenConfig(
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    float rmsNormEps,
    double ropeTheta,
    boolean tieWordEmbeddings,
    int vocabSize,
    int maskTokenId) {

  static GoldenConfig of(JsonNode json) {
    return new GoldenConfig(
        json.get("hidden_size").asInt(),
        json.get("intermediate_size").asInt(),
        json.get("num_hidden_layers").asInt(),
        json.get("num_attention_heads").asInt(),
        json.get("num_key_value_heads").asInt(),
        (float) json.get("rms_norm_eps").asDouble(),
        json.get("rope_theta").asDouble(),
        json.get("tie_word_embeddings").asBoolean(),
        json.get("vocab_size").asInt(),
        json.get("mask_token_id").asInt());
  }

  /** Width Dh of a head. */
  public int headDim() {
    return hiddenSize / numAttentionHeads;
  }
}
