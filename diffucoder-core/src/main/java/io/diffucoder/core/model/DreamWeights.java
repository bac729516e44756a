package io.diffucoder.core.model;

import io.diffucoder.spi.Weight;
import java.util.List;

/**
 * The weights of a Dream network, loaded into one backend.
 *
 * @param embedTokens token table (V, D)
 * @param layers one entry a layer
 * @param norm final norm (D)
 * @param lmHead output table (V, D); the token table itself if the head is tied
 */
public record DreamWeights(Weight embedTokens, List<Layer> layers, Weight norm, Weight lmHead) {
  public DreamWeights {
    layers = List.copyOf(layers);
  }

  /**
   * One transformer layer.
   *
   * @param inputNorm norm before attention (D)
   * @param query (H·Dh, D)
   * @param queryBias (H·Dh)
   * @param key (Hkv·Dh, D)
   * @param keyBias (Hkv·Dh)
   * @param value (Hkv·Dh, D)
   * @param valueBias (Hkv·Dh)
   * @param output (D, H·Dh)
   * @param postAttentionNorm norm before the feed-forward part (D)
   * @param gate (F, D)
   * @param up (F, D)
   * @param down (D, F)
   */
  public record Layer(
      Weight inputNorm,
      Weight query,
      Weight queryBias,
      Weight key,
      Weight keyBias,
      Weight value,
      Weight valueBias,
      Weight output,
      Weight postAttentionNorm,
      Weight gate,
      Weight up,
      Weight down) {}
}
