package io.diffucoder.cli;

import io.diffucoder.DiffuCoder;
import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.Preset;
import io.diffucoder.sampling.TransferSchedule;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.TokenFilter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say how a completion is denoised; each overrides the preset or the model. */
final class SamplingFlags {

  /** The settings that DiffuCoder's authors publish for their checkpoints. */
  enum Published {
    BASE,
    INSTRUCT,
    CPGRPO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    GenerationOptions options() {
      return switch (this) {
        case BASE -> GenerationOptions.BASE;
        case INSTRUCT -> GenerationOptions.INSTRUCT;
        case CPGRPO -> GenerationOptions.CPGRPO;
      };
    }
  }

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Start from the authors' settings: ${COMPLETION-CANDIDATES}.")
  @Nullable Published preset;

  @Option(
      names = "--decoding",
      paramLabel = "NAME",
      description =
          "How to decode: reference (one pass a step), lossless (the same text), balanced, fast.")
  @Nullable Preset decoding;

  @Option(
      names = {"-n", "--max-new-tokens"},
      paramLabel = "N",
      description = "Length of the canvas after the prompt; sets as many steps.")
  @Nullable Integer maxNewTokens;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Denoising steps; fewer are faster and lose quality.")
  @Nullable Integer steps;

  @Option(names = "--temperature", paramLabel = "T", description = "0 is greedy.")
  @Nullable Float temperature;

  @Option(names = "--top-p", paramLabel = "P", description = "Nucleus; 1 keeps all tokens.")
  @Nullable Float topP;

  @Option(names = "--top-k", paramLabel = "K", description = "Most likely tokens; 0 keeps all.")
  @Nullable Integer topK;

  @Option(
      names = "--alg",
      paramLabel = "RULE",
      description = {
        "Which positions a step commits. A number of them: origin, maskgit_plus, topk_margin, entropy.",
        "All that are sure, with numbers of your own if you like: threshold:0.9,"
            + " adaptive_threshold:0.9:0.3, factor:0.1, entropy_bound:0.1, stability:0.9:0.01:2."
      })
  @Nullable String algorithm;

  @Option(
      names = "--alg-temp",
      paramLabel = "T",
      description = "Randomness of that choice; with --alg, entropy if it is not given.")
  @Nullable Float selectionTemperature;

  @Option(names = "--eps", paramLabel = "E", description = "End of the time grid, default 0.001.")
  @Nullable Float finalTimestep;

  @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same text.")
  @Nullable Long seed;

  @Mixin PlanFlags plan = new PlanFlags();

  /** Rejects values that no model could make sense of: worth knowing before one is loaded. */
  void check() {
    applyTo(GenerationOptions.BASE, BackendInfo.Kind.CPU);
  }

  /** The preset's or else the model's options, changed by what was given explicitly. */
  GenerationOptions applyTo(DiffuCoder coder) {
    return applyTo(coder.defaults(), coder.backend().kind());
  }

  GenerationOptions applyTo(GenerationOptions modelDefaults, BackendInfo.Kind device) {
    GenerationOptions options = preset == null ? modelDefaults : preset.options();
    if (decoding != null) {
      options = decoding.applyTo(options, device);
    }
    if (maxNewTokens != null) {
      options = options.withMaxNewTokens(requirePositive(maxNewTokens, "--max-new-tokens"));
    }
    if (steps != null) {
      options = options.withSteps(requirePositive(steps, "--steps"));
    }
    if (finalTimestep != null) {
      options =
          options.withSchedule(new TransferSchedule(options.schedule().steps(), finalTimestep));
    }
    options = options.withFilter(filter(options.filter()));
    if (algorithm != null || selectionTemperature != null) {
      options = options.withPolicy(policy());
    }
    options = options.withPlan(plan.applyTo(options.plan()));
    return seed == null ? options : options.withSeed(seed);
  }

  private TokenFilter filter(TokenFilter filter) {
    return new TokenFilter(
        temperature == null ? filter.temperature() : temperature,
        topP == null ? filter.topP() : topP,
        topK == null ? filter.topK() : topK);
  }

  private CommitPolicy policy() {
    String rule = algorithm == null ? CommitRules.ENTROPY.toString() : algorithm;
    if (CommitRules.isRandom(rule) && selectionTemperature != null) {
      throw new IllegalArgumentException(
          "--alg-temp has no meaning with --alg origin, which ignores confidence; leave one out");
    }
    return CommitRules.parse(rule, selectionTemperature == null ? 0 : selectionTemperature);
  }

  private static int requirePositive(int value, String option) {
    if (value <= 0) {
      throw new IllegalArgumentException(option + " must be positive, got " + value);
    }
    return value;
  }
}
