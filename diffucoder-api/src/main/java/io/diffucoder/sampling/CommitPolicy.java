package io.diffucoder.sampling;

import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;

/**
 * Which masked positions a step commits: a pure function of scores and step. Ties go to the lower
 * position.
 *
 * <p>Rules with a quota commit what the schedule says. The others commit what is sure enough, and
 * at least as many as the schedule says, at least one: a schedule of fewer steps than positions
 * bounds the number of passes. Their probability is that of the candidate in the network's own
 * distribution, at temperature 1 and unfiltered: after a low temperature or top-p nearly everything
 * would look sure.
 */
@FunctionalInterface
public interface CommitPolicy {

  /**
   * The rows to commit.
   *
   * @param scores finite scores, one row for each of the context's positions
   * @return indices of rows, surest first, each at most once; may be empty
   */
  int[] select(Scores scores, CommitContext context);

  /** Which distribution the scores describe. */
  default ScoreSpec.Measured measured() {
    return ScoreSpec.Measured.FILTERED;
  }

  /** How many earlier scores of each position the rule looks at. */
  default int memory() {
    return 0;
  }

  /** The quota of surest positions: {@code maskgit_plus}, {@code topk_margin}, {@code entropy}. */
  static CommitPolicy topConfidence(Confidence confidence) {
    return new TopConfidence(confidence, 0);
  }

  /**
   * A quota of positions drawn without replacement with weights softmax(confidence /
   * selectionTemperature): {@code alg_temp}. At 0 the surest are taken.
   *
   * @throws IllegalArgumentException if the temperature is negative or not finite
   */
  static CommitPolicy topConfidence(Confidence confidence, float selectionTemperature) {
    return new TopConfidence(confidence, selectionTemperature);
  }

  /**
   * Each position with the schedule's probability, whatever its confidence: {@code origin}. The
   * last step commits all.
   */
  static CommitPolicy random() {
    return RandomCommit.INSTANCE;
  }

  /**
   * All positions whose candidate has at least this probability: p ≥ τ (Wu et al., "Fast-dLLM",
   * 2025, with τ = 0.9).
   *
   * @param threshold τ
   * @throws IllegalArgumentException if the threshold is not in (0, 1]
   */
  static CommitPolicy threshold(float threshold) {
    return new Threshold(threshold, 0);
  }

  /**
   * All positions whose candidate has at least a probability that falls as the block fills: p ≥
   * τ·(1 − α·(1 − r)), r the block's undecided share ("Streaming-dLLM", 2026, with τ = 0.9, α =
   * 0.3).
   *
   * @param threshold τ
   * @param easing α
   * @throws IllegalArgumentException if the threshold is not in (0, 1] or α not in [0, 1]
   */
  static CommitPolicy adaptiveThreshold(float threshold, float easing) {
    return new Threshold(threshold, easing);
  }

  /**
   * The most positions n whose n-th surest candidate still has p ≥ 1 − f / (n + 1): where the joint
   * distribution's mode is the product of the marginals' (Wu et al., "Fast-dLLM", 2025, theorem 1).
   *
   * @param factor f
   * @throws IllegalArgumentException if the factor is not positive and finite
   */
  static CommitPolicy factor(float factor) {
    return new Factor(factor);
  }

  /**
   * The most positions, least entropy first, whose entropies but the largest sum to at most γ: a
   * bound in nats of what is lost by taking them as independent (Ben-Hamu et al., "Accelerated
   * Sampling from Masked Diffusion Models via Entropy Bounded Unmasking", 2025).
   *
   * @param bound γ
   * @throws IllegalArgumentException if the bound is negative or not finite
   */
  static CommitPolicy entropyBound(float bound) {
    return new EntropyBound(bound);
  }

  /**
   * All positions with p ≥ c whose distribution has settled: in each of the last {@code steps}
   * steps the candidate was the same and the divergence from the step before less than κ (Kim et
   * al., "KLASS: KL-Guided Fast Inference in Masked Diffusion Models", 2025, with c = 0.8 … 0.9, κ
   * = 0.001 … 0.005, two steps). The divergence is that of {candidate, any other}, Σ p·ln(p/p'),
   * which is at most that of the whole distributions; a row of the vocabulary need not be kept.
   *
   * @param minProbability c
   * @param maxDivergence κ, in nats
   * @param steps how many steps it must have been so
   * @throws IllegalArgumentException if c is not in (0, 1], κ or steps not positive
   */
  static CommitPolicy stability(float minProbability, float maxDivergence, int steps) {
    return new Stability(minProbability, maxDivergence, steps);
  }
}
