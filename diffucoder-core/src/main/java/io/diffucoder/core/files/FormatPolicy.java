package io.diffucoder.core.files;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.WeightFormat;
import java.util.Set;

/**
 * How each weight of a model is kept when the model is asked for in one format: the one rule, for
 * loading and for writing files (docs/adr/0007).
 *
 * <ul>
 *   <li>Norms and biases stay as they are stored.
 *   <li>In a 4-bit model the embedding table and the head keep 8 bits.
 *   <li>A weight whose rows are no whole blocks of a quantised format stays as it is stored.
 *   <li>Quantising never gives a weight more bits than it is stored in.
 * </ul>
 */
public final class FormatPolicy {
  private static final Set<String> IN_8_BITS =
      Set.of(WeightNames.EMBED_TOKENS, WeightNames.LM_HEAD);

  private final StoredModel model;
  private final WeightFormat asked;

  /** The rule for a model that is asked for in a format. */
  public FormatPolicy(StoredModel model, WeightFormat asked) {
    this.model = model;
    this.asked = asked;
  }

  /**
   * What becomes of a weight.
   *
   * @param weight one of {@link WeightNames}
   */
  public WeightFormat formatOf(String weight) {
    StoredTensor stored = model.weight(weight);
    if (stored.isVector() || isRagged(weight)) {
      return WeightFormat.AS_STORED;
    }
    WeightFormat wanted = wanted(weight);
    DType from = stored.dtype();
    DType to = wanted.of(from);
    return to.isQuantised() && bitsPerNumber(from) <= bitsPerNumber(to)
        ? WeightFormat.AS_STORED
        : wanted;
  }

  /** Whether it is the weight's rows that keep it from being quantised. */
  public boolean isRagged(String weight) {
    StoredTensor stored = model.weight(weight);
    DType to = wanted(weight).of(stored.dtype());
    return !stored.isVector() && stored.shape().getLast() % to.blockSize() != 0;
  }

  /** Bytes of all weights, each in the format that it is kept in. */
  public long bytes() {
    return model.weights().keySet().stream().mapToLong(this::bytes).reduce(0, Math::addExact);
  }

  private long bytes(String weight) {
    StoredTensor stored = model.weight(weight);
    DType kept = formatOf(weight).of(stored.dtype());
    return kept.bytes(stored.shape().stream().reduce(1L, Math::multiplyExact));
  }

  private WeightFormat wanted(String weight) {
    return asked == WeightFormat.Q4_0 && IN_8_BITS.contains(weight) ? WeightFormat.Q8_0 : asked;
  }

  private static double bitsPerNumber(DType type) {
    return 8.0 * type.blockBytes() / type.blockSize();
  }
}
