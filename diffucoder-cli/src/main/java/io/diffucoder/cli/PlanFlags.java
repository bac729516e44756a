package io.diffucoder.cli;

import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.EndTokenRule.Stop;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.WindowPolicy;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how much of the network runs when; each overrides the decoding preset. */
final class PlanFlags {
  private static final float SURE_LINE_BREAK = 0.5f;

  /** What end tokens may do. */
  enum EndTokens {
    FREE,
    STOP,
    GUARD;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    EndTokenRule rule() {
      return switch (this) {
        case FREE -> EndTokenRule.NONE;
        case STOP -> EndTokenRule.NONE.withStop(Stop.TEXT_DECIDED);
        case GUARD -> EndTokenRule.GUARDED;
      };
    }
  }

  @Option(
      names = "--blocks",
      paramLabel = "HOW",
      description =
          "Decide the canvas in blocks: whole, a length as in 32, or lines:32, which end with a line.")
  @Nullable String blocks;

  @Option(
      names = "--window",
      paramLabel = "HOW",
      description =
          "What a pass computes: full; prefix, the block and all after it; prefix:N, the block and N"
              + " positions after it; suffix:N, which leaves out the masks beyond.")
  @Nullable String window;

  @Option(
      names = "--refresh",
      paramLabel = "N",
      description = "Compute all at every N-th step of a block, not at its first alone.")
  @Nullable Integer refresh;

  @Option(
      names = "--keep-decided",
      description = "Do not compute decided positions of the block again; with --window.")
  boolean keepDecided;

  @Option(
      names = "--end-tokens",
      paramLabel = "HOW",
      description =
          "free: as any other; stop: stop when all before the first is decided; guard: and commit"
              + " none before its turn.")
  @Nullable EndTokens endTokens;

  @Option(
      names = "--look-ahead",
      paramLabel = "HOW",
      description =
          "Evaluate more canvases a pass: none; branches:N, the surest of which goes on; drafts:N,"
              + " which change nothing but the number of passes.")
  @Nullable String lookAhead;

  /** A plan, changed by what was given explicitly. */
  DecodingPlan applyTo(DecodingPlan plan) {
    DecodingPlan changed = plan;
    if (blocks != null) {
      changed = changed.withBlocks(blocks(Words.of(blocks, "--blocks")));
    }
    if (window != null) {
      changed = changed.withWindow(window(Words.of(window, "--window")));
    }
    if (refresh != null) {
      changed = changed.withWindow(changed.window().withRefreshEvery(refresh));
    }
    if (keepDecided) {
      changed = changed.withWindow(changed.window().keepingDecided());
    }
    if (endTokens != null) {
      changed = changed.withEndTokens(endTokens.rule());
    }
    if (lookAhead != null) {
      changed = changed.withLookahead(lookahead(Words.of(lookAhead, "--look-ahead")));
    }
    return changed;
  }

  private static BlockSchedule blocks(Words words) {
    return switch (words.name()) {
      case "whole" -> BlockSchedule.whole();
      case "lines" -> BlockSchedule.lines(words.number(), SURE_LINE_BREAK);
      default -> BlockSchedule.fixed(words.nameAsNumber());
    };
  }

  private static WindowPolicy window(Words words) {
    return switch (words.name()) {
      case "full" -> WindowPolicy.full();
      case "prefix" ->
          words.hasNumber() ? WindowPolicy.prefixCache(words.number()) : WindowPolicy.prefixCache();
      case "suffix" -> WindowPolicy.suffixWindow(words.number());
      default -> throw words.unknown("full, prefix, prefix:N or suffix:N");
    };
  }

  private static Lookahead lookahead(Words words) {
    return switch (words.name()) {
      case "none" -> Lookahead.none();
      case "branches" -> Lookahead.branches(words.number());
      case "drafts" -> Lookahead.drafts(words.number());
      default -> throw words.unknown("none, branches:N or drafts:N");
    };
  }

  /** A name, and behind a colon a number. */
  private record Words(String option, String text, String name, @Nullable String rest) {
    static Words of(String text, String option) {
      int colon = text.indexOf(':');
      return colon < 0
          ? new Words(option, text, text, null)
          : new Words(option, text, text.substring(0, colon), text.substring(colon + 1));
    }

    boolean hasNumber() {
      return rest != null;
    }

    int number() {
      return parse(rest == null ? "" : rest);
    }

    int nameAsNumber() {
      return parse(text);
    }

    private int parse(String number) {
      try {
        return Integer.parseInt(number);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "%s '%s': '%s' is not a whole number".formatted(option, text, number), e);
      }
    }

    IllegalArgumentException unknown(String known) {
      return new IllegalArgumentException("%s is %s, got '%s'".formatted(option, known, text));
    }
  }
}
