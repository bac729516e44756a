package io.diffucoder.cli;

import io.diffucoder.sampling.CommitPolicy;
import io.diffucoder.sampling.Confidence;
import io.diffucoder.sampling.GenerationOptions;
import io.diffucoder.sampling.TransferSchedule;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how a completion is denoised; each overrides the preset or the model. */
final class SamplingFlags {

  /** The reference's names of commit rules. */
  enum Algorithm {
    ORIGIN,
    MASKGIT_PLUS,
    TOPK_MARGIN,
    ENTROPY;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    CommitPolicy policy(float selectionTemperature) {
      return switch (this) {
        case ORIGIN -> CommitPolicy.random();
        case MASKGIT_PLUS ->
            CommitPolicy.topConfidence(Confidence.PROBABILITY, selectionTemperature);
        case TOPK_MARGIN -> CommitPolicy.topConfidence(Confidence.MARGIN, selectionTemperature);
        case ENTROPY ->
            CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY, selectionTemperature);
      };
    }
  }

  /** The settings that DiffuCoder's authors publish for their checkpoints. */
  enum Preset {
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
  @Nullable Preset preset;

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
      description = "Which positions a step commits: ${COMPLETION-CANDIDATES}.")
  @Nullable Algorithm algorithm;

  @Option(
      names = "--alg-temp",
      paramLabel = "T",
      description = "Randomness of that choice; with --alg, entropy if it is not given.")
  @Nullable Float selectionTemperature;

  @Option(names = "--eps", paramLabel = "E", description = "End of the time grid, default 0.001.")
  @Nullable Float finalTimestep;

  @Option(names = "--seed", paramLabel = "N", description = "The same seed gives the same text.")
  @Nullable Long seed;

  /** The preset's or else the model's options, changed by what was given explicitly. */
  GenerationOptions applyTo(GenerationOptions modelDefaults) {
    GenerationOptions options = preset == null ? modelDefaults : preset.options();
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
    if (temperature != null) {
      options = options.withTemperature(temperature);
    }
    if (topP != null) {
      options = options.withTopP(topP);
    }
    if (topK != null) {
      options = options.withTopK(topK);
    }
    if (algorithm != null || selectionTemperature != null) {
      options = options.withPolicy(policy());
    }
    return seed == null ? options : options.withSeed(seed);
  }

  private CommitPolicy policy() {
    Algorithm rule = algorithm == null ? Algorithm.ENTROPY : algorithm;
    if (rule == Algorithm.ORIGIN && selectionTemperature != null) {
      throw new IllegalArgumentException(
          "--alg-temp has no meaning with --alg origin, which ignores confidence; leave one out");
    }
    return rule.policy(selectionTemperature == null ? 0 : selectionTemperature);
  }

  private static int requirePositive(int value, String option) {
    if (value <= 0) {
      throw new IllegalArgumentException(option + " must be positive, got " + value);
    }
    return value;
  }
}
