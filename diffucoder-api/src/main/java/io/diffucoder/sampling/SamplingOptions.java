package io.diffucoder.sampling;

import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.util.Objects;

/**
 * How a canvas is denoised: {@link GenerationOptions} once the model is known.
 *
 * @param schedule number of steps, and how many positions each commits
 * @param filter the distribution that tokens come from
 * @param banned ids that are never sampled
 * @param policy which positions a step commits
 * @param seed of all randomness
 */
public record SamplingOptions(
    TransferSchedule schedule,
    TokenFilter filter,
    TokenSet banned,
    CommitPolicy policy,
    long seed) {
  public SamplingOptions {
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(banned, "banned");
    Objects.requireNonNull(policy, "policy");
  }
}
