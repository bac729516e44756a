package io.diffucoder.core.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.diffucoder.api.ModelLoadException;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.sampling.Vocabulary;
import io.diffucoder.spi.TokenFilter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model asks to be sampled: {@code generation_config.json}.
 *
 * <p>It is honoured only if it says {@code max_new_tokens}. The published DiffuCoder files do not:
 * they hold the defaults of the configuration class (512 steps of {@code origin} at temperature 0),
 * which the authors' own code never reads and which give poor text.
 */
public final class GenerationConfig {
  static final String NAME = "generation_config.json";

  /** Longer than any canvas; keeps a hostile file from asking for the heap. */
  private static final int MOST_TOKENS = 1 << 20;

  private final Optional<GenerationOptions> options;

  private GenerationConfig(@Nullable GenerationOptions options) {
    this.options = Optional.ofNullable(options);
  }

  /**
   * Reads and checks the file; without one there are no options.
   *
   * @throws ModelLoadException if a key has a wrong type, is out of range or names an unknown
   *     algorithm, whether it is honoured or not
   */
  public static GenerationConfig read(ModelFiles files) {
    return of(files.describe(NAME), StrictJson.readObject(files, NAME));
  }

  /** As {@link #read}, from what the file says. */
  static GenerationConfig of(String file, Optional<ObjectNode> json) {
    return new GenerationConfig(
        json.isPresent() ? options(file, ConfigKeys.withDefaults(file, json.get())) : null);
  }

  /**
   * The model's own defaults; empty if it has none. What the file leaves out: as many steps as new
   * tokens, temperature 0, no top-p, no top-k, {@code origin}; the seed is 0.
   */
  public Optional<GenerationOptions> toOptions() {
    return options;
  }

  private static @Nullable GenerationOptions options(String file, ConfigKeys keys) {
    Integer maxNewTokens = keys.integerOrNull("max_new_tokens", 1, MOST_TOKENS);
    Integer steps = keys.integerOrNull("steps", 1, MOST_TOKENS);
    Integer topK = keys.integerOrNull("top_k", 0, Integer.MAX_VALUE);
    float temperature = number(keys, "temperature", 0);
    float topP = number(keys, "top_p", 1);
    if (!(topP >= 0 && topP <= 1)) {
      throw keys.rejected("top_p", "needs a number from 0 to 1");
    }
    float eps = number(keys, "eps", TransferSchedule.DEFAULT_FINAL_TIMESTEP);
    try {
      TokenFilter filter =
          new TokenFilter(temperature, topP, topK == null ? TokenFilter.NO_TOP_K : topK);
      CommitPolicy policy = policy(keys);
      TransferSchedule schedule =
          new TransferSchedule(
              steps != null ? steps : maxNewTokens != null ? maxNewTokens : 1, eps);
      return maxNewTokens == null
          ? null
          : new GenerationOptions(
              maxNewTokens,
              schedule,
              filter,
              Vocabulary.DEFINED_TOKENS,
              policy,
              DecodingPlan.REFERENCE,
              0);
    } catch (IllegalArgumentException e) {
      throw new ModelLoadException(file + ": " + e.getMessage(), e);
    }
  }

  private static CommitPolicy policy(ConfigKeys keys) {
    float selectionTemperature = number(keys, "alg_temp", 0);
    if (!(selectionTemperature >= 0)) {
      throw keys.rejected("alg_temp", "needs a number of at least 0");
    }
    return switch (keys.text("alg", "origin")) {
      case "origin" -> CommitPolicy.random();
      case "maskgit_plus" ->
          CommitPolicy.topConfidence(Confidence.PROBABILITY, selectionTemperature);
      case "topk_margin" -> CommitPolicy.topConfidence(Confidence.MARGIN, selectionTemperature);
      case "entropy" ->
          CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, selectionTemperature);
      default -> throw keys.rejected("alg", "needs origin, maskgit_plus, topk_margin or entropy");
    };
  }

  private static float number(ConfigKeys keys, String key, float absent) {
    Double value = keys.numberOrNull(key);
    return value == null ? absent : value.floatValue();
  }
}
