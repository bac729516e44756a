package io.diffucoder.cli;

import io.diffucoder.sampling.BlockSchedule;
import io.diffucoder.sampling.DecodingPlan;
import io.diffucoder.sampling.EndTokenRule;
import io.diffucoder.sampling.Lookahead;
import io.diffucoder.sampling.WindowPolicy;
import java.util.ArrayList;
import java.util.List;

/** A decoding plan in words, for people who read a trace or a benchmark. */
final class PlanWords {
  private PlanWords() {}

  /** What differs from the reference, or that nothing does. */
  static String of(DecodingPlan plan) {
    List<String> words = new ArrayList<>();
    switch (plan.blocks()) {
      case BlockSchedule.Whole whole -> {}
      case BlockSchedule.Fixed fixed -> words.add("blocks of " + fixed.length());
      case BlockSchedule.Lines lines -> words.add("blocks of a line, up to " + lines.maxLength());
    }
    if (!plan.window().keepsNothing() || plan.window().suffix() != WindowPolicy.ALL) {
      words.add(window(plan.window()));
    }
    if (!plan.endTokens().equals(EndTokenRule.NONE)) {
      words.add(
          plan.endTokens().earlyPenalty() == 1 ? "stops with the text" : "end tokens guarded");
    }
    switch (plan.lookahead()) {
      case Lookahead.None none -> {}
      case Lookahead.Branches branches -> words.add(branches.count() + " branches");
      case Lookahead.Drafts drafts -> words.add(drafts.count() + " drafts");
    }
    if (plan.remasking().happens()) {
      words.add("takes back below " + (1 - plan.remasking().minProbability()));
    }
    return words.isEmpty() ? "every step a pass over the canvas" : String.join(", ", words);
  }

  private static String window(WindowPolicy window) {
    StringBuilder text = new StringBuilder("computes the block");
    if (window.horizon() == WindowPolicy.ALL) {
      text.append(" and all after it");
    } else if (window.horizon() > 0) {
      text.append(" and ").append(window.horizon()).append(" after it");
    }
    if (window.decided() == WindowPolicy.Decided.KEPT) {
      text.append(", but for what is decided");
    }
    if (window.suffix() != WindowPolicy.ALL) {
      text.append(", leaves out masks beyond ").append(window.suffix());
    }
    if (window.refreshSteps() != WindowPolicy.ALL) {
      text.append(", all at every ").append(window.refreshSteps()).append(". step");
    }
    return text.toString();
  }
}
