package io.diffucoder.sampling;

import io.diffucoder.spi.TokenFilter;
import java.util.Objects;

/**
 * How a canvas is denoised: {@link GenerationOptions} once the model is known.
 *
 * @param schedule number of steps, and how many positions each commits
 * @param filter the distribution that tokens come from
 * @param policy which positions a step commits
 * @param plan how much of the network runs when
 * @param tokens what the model's tokens mean
 * @param seed of all randomness
 */
public record SamplingOptions(
    TransferSchedule schedule,
    TokenFilter filter,
    CommitPolicy policy,
    DecodingPlan plan,
    TokenRoles tokens,
    long seed) {
  public SamplingOptions {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(plan, "plan");
    Objects.requireNonNull(tokens, "tokens");
  }
}
