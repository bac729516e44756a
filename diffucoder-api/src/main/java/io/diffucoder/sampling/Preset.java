package io.diffucoder.sampling;

import io.diffucoder.sampling.EndTokenRule.Stop;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.TokenFilter;

/**
 * Ways to decode, from exact to fast. What each costs is measured on the embedded model, in
 * docs/decoding.md; a larger model may lose less or more.
 */
public enum Preset {
  /**
   * Dream's {@code diffusion_generate}, step by step: a pass over the whole canvas for each step of
   * the schedule. Changes nothing but the plan.
   */
  REFERENCE {
    @Override
    public GenerationOptions applyTo(GenerationOptions options, BackendInfo.Kind device) {
      return options.withPlan(DecodingPlan.REFERENCE);
    }
  },

  /**
   * The text of {@link #REFERENCE}, token for token, at any temperature; stops when the text is
   * decided. On a GPU three drafts are verified in every pass, in four times the memory of a
   * canvas; on a CPU, where a row of a draft costs as much as a row of a pass that it may save,
   * none are.
   */
  LOSSLESS {
    @Override
    public GenerationOptions applyTo(GenerationOptions options, BackendInfo.Kind device) {
      return options.withPlan(
          STOPPING.withLookahead(
              switch (device) {
                case CPU -> Lookahead.none();
                case GPU -> Lookahead.drafts(3);
              }));
    }
  },

  /**
   * Greedy; commits what is at least 0.995 probable, with most keys and values kept: on a CPU in
   * blocks of 64 whose decided positions are kept, all computed again at every eighth step; on a
   * GPU in blocks of 32 with a horizon of 128.
   */
  BALANCED {
    @Override
    public GenerationOptions applyTo(GenerationOptions options, BackendInfo.Kind device) {
      return greedy(
          options,
          CommitPolicy.threshold(0.995f),
          switch (device) {
            case CPU ->
                SMALL_WINDOW.withWindow(
                    WindowPolicy.prefixCache(32).keepingDecided().withRefreshEvery(8));
            case GPU -> WIDE_WINDOW;
          });
    }
  },

  /**
   * Greedy; commits what is at least 0.985 probable, and computes the block alone but for what is
   * decided in it, after one pass over the canvas at its begin; on a GPU as {@link #BALANCED},
   * where rows are almost free.
   */
  FAST {
    @Override
    public GenerationOptions applyTo(GenerationOptions options, BackendInfo.Kind device) {
      return greedy(
          options,
          CommitPolicy.threshold(0.985f),
          switch (device) {
            case CPU -> SMALL_WINDOW;
            case GPU -> WIDE_WINDOW;
          });
    }
  };

  private static final DecodingPlan STOPPING =
      DecodingPlan.REFERENCE.withEndTokens(EndTokenRule.NONE.withStop(Stop.TEXT_DECIDED));

  private static final DecodingPlan SMALL_WINDOW =
      STOPPING
          .withBlocks(BlockSchedule.fixed(64))
          .withWindow(WindowPolicy.dualCache().keepingDecided());

  private static final DecodingPlan WIDE_WINDOW =
      STOPPING.withBlocks(BlockSchedule.fixed(32)).withWindow(WindowPolicy.prefixCache(128));

  /**
   * These options, decoded this way: the plan is replaced, and by {@link #BALANCED} and {@link
   * #FAST} also the commit rule and the filter, and there are as many steps as new tokens.
   *
   * @param device what is cheap differs
   */
  public abstract GenerationOptions applyTo(GenerationOptions options, BackendInfo.Kind device);

  private static GenerationOptions greedy(
      GenerationOptions options, CommitPolicy policy, DecodingPlan plan) {
    return options
        .withFilter(TokenFilter.GREEDY)
        .withSteps(options.maxNewTokens())
        .withPolicy(policy)
        .withPlan(plan);
  }
}
