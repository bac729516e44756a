package io.diffucoder.sampling;

import io.diffucoder.spi.TokenFilter;
import java.util.Objects;

/**
 * How a completion is denoised. Immutable; start from a preset or from the model's defaults and
 * change what matters with the {@code with} methods.
 *
 * @param maxNewTokens masked positions after the prompt
 * @param schedule number of steps, and how many positions each commits
 * @param filter the distribution that tokens come from; it changes the order of commits too
 * @param vocabulary which output rows may be sampled
 * @param policy which positions a step commits
 * @param plan how much of the network runs when
 * @param seed of all randomness: the same seed gives the same text, on any number of threads and in
 *     any batch
 */
public record GenerationOptions(
    int maxNewTokens,
    TransferSchedule schedule,
    TokenFilter filter,
    Vocabulary vocabulary,
    CommitPolicy policy,
    DecodingPlan plan,
    long seed) {

  /** DiffuCoder-7B-Base as its README runs it: temperature 0.2. */
  public static final GenerationOptions BASE = readme(0.2f);

  /** DiffuCoder-7B-Instruct as its demo runs it: temperature 0.3. */
  public static final GenerationOptions INSTRUCT = readme(0.3f);

  /** DiffuCoder-7B-cpGRPO as its README runs it: temperature 0.4. */
  public static final GenerationOptions CPGRPO = readme(0.4f);

  public GenerationOptions {
    if (maxNewTokens <= 0) {
      throw new IllegalArgumentException("maxNewTokens must be positive, got " + maxNewTokens);
    }
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(vocabulary, "vocabulary");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(plan, "plan");
  }

  /**
   * 256 tokens in 256 steps, entropy order, top-p 0.95; top-k 50 is what transformers fills in
   * where the authors leave it out.
   */
  private static GenerationOptions readme(float temperature) {
    return new GenerationOptions(
        256,
        TransferSchedule.ofSteps(256),
        new TokenFilter(temperature, 0.95f, 50),
        Vocabulary.DEFINED_TOKENS,
        CommitPolicy.topConfidence(Confidence.NEGATIVE_ENTROPY),
        DecodingPlan.REFERENCE,
        0);
  }

  /** As many new tokens, and as many steps: one token a step. Set fewer steps afterwards. */
  public GenerationOptions withMaxNewTokens(int tokens) {
    return new GenerationOptions(
        tokens,
        new TransferSchedule(tokens, schedule.finalTimestep()),
        filter,
        vocabulary,
        policy,
        plan,
        seed);
  }

  /** Fewer steps are faster and lose quality; more than maxNewTokens gain nothing. */
  public GenerationOptions withSteps(int steps) {
    return withSchedule(new TransferSchedule(steps, schedule.finalTimestep()));
  }

  /** Another schedule. */
  public GenerationOptions withSchedule(TransferSchedule newSchedule) {
    return new GenerationOptions(maxNewTokens, newSchedule, filter, vocabulary, policy, plan, seed);
  }

  /** 0 is greedy. */
  public GenerationOptions withTemperature(float temperature) {
    return withFilter(new TokenFilter(temperature, filter.topP(), filter.topK()));
  }

  /** 1 keeps all tokens. */
  public GenerationOptions withTopP(float topP) {
    return withFilter(new TokenFilter(filter.temperature(), topP, filter.topK()));
  }

  /** {@link TokenFilter#NO_TOP_K} keeps all tokens. */
  public GenerationOptions withTopK(int topK) {
    return withFilter(new TokenFilter(filter.temperature(), filter.topP(), topK));
  }

  /** Another temperature, top-p and top-k at once. */
  public GenerationOptions withFilter(TokenFilter newFilter) {
    return new GenerationOptions(maxNewTokens, schedule, newFilter, vocabulary, policy, plan, seed);
  }

  /** Which output rows may be sampled. */
  public GenerationOptions withVocabulary(Vocabulary newVocabulary) {
    return new GenerationOptions(maxNewTokens, schedule, filter, newVocabulary, policy, plan, seed);
  }

  /** Another rule for which positions a step commits. */
  public GenerationOptions withPolicy(CommitPolicy newPolicy) {
    return new GenerationOptions(maxNewTokens, schedule, filter, vocabulary, newPolicy, plan, seed);
  }

  /** Another plan for how much of the network runs when. */
  public GenerationOptions withPlan(DecodingPlan newPlan) {
    return new GenerationOptions(maxNewTokens, schedule, filter, vocabulary, policy, newPlan, seed);
  }

  /** Another seed gives another text, unless the temperature is 0. */
  public GenerationOptions withSeed(long newSeed) {
    return new GenerationOptions(maxNewTokens, schedule, filter, vocabulary, policy, plan, newSeed);
  }
}
