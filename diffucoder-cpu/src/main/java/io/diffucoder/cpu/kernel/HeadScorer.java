package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.RandomKey.Purpose;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import java.util.List;

/**
 * Scores of hidden · lmHeadᵀ where no token is cut off: (M, D), (V, D) → M rows. Logits exist for
 * {@value #STRIPE} tokens at a time; what each row keeps of them, {@link StripeSummaries}, is
 * merged in ascending order at the end. A drawn token is found by its stripe's sum; that stripe's
 * logits are then computed once more, to the same bits.
 *
 * <p>The entropy is Σ q·ln q: the 1e-10 that {@link Scores} adds to the logarithm's argument would
 * change it by at most V · 1e-10.
 */
final class HeadScorer {
  /** Tokens of a stripe: whole chunks of {@link Product}, whatever the number of rows. */
  static final int STRIPE = 5 * Product.MOST_OUTPUTS;

  private final Execution on;
  private final Rows hidden;
  private final StoredMatrix lmHead;
  private final ScoreSpec spec;
  private final StripeSummaries summaries;

  HeadScorer(Execution on, Rows hidden, StoredMatrix lmHead, ScoreSpec spec) {
    this.on = on;
    this.hidden = hidden;
    this.lmHead = lmHead;
    this.spec = spec;
    int stripes = (lmHead.rows() + STRIPE - 1) / STRIPE;
    long length = (long) hidden.rows() * stripes * StripeSummaries.FIELDS;
    float temperature = spec.filter().temperature();
    float drawnAt = temperature > 0 ? temperature : 1;
    this.summaries =
        new StripeSummaries(
            on.scratch().floats(Scratch.Use.SUMMARIES, length),
            stripes,
            drawnAt,
            spec.measured() == ScoreSpec.Measured.FILTERED ? drawnAt : 1);
  }

  void score(int[] positions, Scores into) {
    Linear.overStripes(on, hidden, lmHead, STRIPE, this::summarise);
    for (int row = 0; row < hidden.rows(); row++) {
      merged(row, positions[row]).into(into, row);
    }
  }

  private void summarise(Linear.Stripe stripe, Scratch own) {
    float[] row = own.floats(Scratch.Use.ROW, STRIPE);
    float[] weights = own.floats(Scratch.Use.PROBABILITIES, STRIPE);
    int first = stripe.number() * STRIPE;
    int count = Math.min(STRIPE, lmHead.rows() - first);
    Matrix logits = stripe.values();
    for (int r = 0; r < stripe.rows(); r++) {
      System.arraycopy(logits.values(), r * logits.stride(), row, 0, count);
      RowScorer.ban(spec.banned(), row, first, count);
      int slot = summaries.slot(r, stripe.number());
      summaries.put(on.kernels(), slot, row, count, weights);
    }
  }

  private RowScore merged(int row, int position) {
    StripeSummaries.Largest largest = summaries.largest(row, STRIPE);
    if (!Float.isFinite(largest.first())) {
      return RowScore.UNDEFINED;
    }
    StripeSummaries.Totals totals = summaries.totals(row, largest.first());
    Drawn token = new Drawn(largest.id(), largest.first());
    if (spec.filter().temperature() > 0) {
      token = draw(row, largest.first(), spec.random().uniform(Purpose.TOKEN, position));
    }
    return new RowScore(
        token.id,
        weight(token.logit, largest.first()) / totals.weights(),
        1 / totals.weights(),
        weight(largest.second(), largest.first()) / totals.weights(),
        totals.exponents() / totals.weights() - Math.log(totals.weights()));
  }

  private double weight(float logit, float largest) {
    return Math.exp(((double) logit - largest) / summaries.measuredAt());
  }

  private record Drawn(int id, float logit) {}

  /** The first token whose cumulative weight exceeds the uniform number's part of the total. */
  private Drawn draw(int row, float largest, float uniform) {
    double total = 0;
    for (int stripe = 0; stripe < summaries.stripes(); stripe++) {
      total += summaries.drawn(row, stripe, largest);
    }
    double target = uniform * total;
    double before = 0;
    int chosen = 0;
    double beforeChosen = 0;
    for (int stripe = 0; stripe < summaries.stripes() && before <= target; stripe++) {
      double share = summaries.drawn(row, stripe, largest);
      if (share > 0) {
        chosen = stripe;
        beforeChosen = before;
        before += share;
      }
    }
    return drawWithin(row, chosen, largest, target - beforeChosen);
  }

  private Drawn drawWithin(int row, int stripe, float largest, double target) {
    int first = stripe * STRIPE;
    float[] logits = logits(row, first, Math.min(STRIPE, lmHead.rows() - first));
    double cumulative = 0;
    int last = -1;
    for (int i = 0; i < logits.length && cumulative <= target; i++) {
      double weight = Math.exp(((double) logits[i] - largest) / summaries.drawnAt());
      if (weight > 0) {
        cumulative += weight;
        last = i;
      }
    }
    return new Drawn(first + last, logits[last]);
  }

  private float[] logits(int row, int first, int count) {
    float[] x = new float[hidden.cols()];
    System.arraycopy(hidden.values(), row * hidden.cols(), x, 0, x.length);
    float[] logits = new float[count];
    Rows out = new Rows(logits, 1, count);
    Linear.run(
        on,
        new Rows(x, 1, x.length),
        List.of(new Linear.Projection(lmHead.rows(first, count), null, out)));
    RowScorer.ban(spec.banned(), logits, first, count);
    return logits;
  }
}
