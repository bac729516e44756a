package io.diffucoder.cpu.kernel;

/**
 * What is kept of the logits of each stripe of the vocabulary, row by row: the largest two, the id
 * of the largest, and sums of weights e^((logit − largest) / temperature): plain at the temperature
 * that tokens are drawn at, plain and times their exponent at the one that is measured.
 *
 * @param values room for all rows and stripes
 */
record StripeSummaries(float[] values, int stripes, float drawnAt, float measuredAt) {
  /** Numbers that are kept of a stripe. */
  static final int FIELDS = 6;

  private static final int LARGEST = 0;
  private static final int SECOND = 1;
  private static final int ID = 2;
  private static final int DRAWN = 3;
  private static final int MEASURED = 4;
  private static final int EXPONENTS = 5;

  /**
   * The largest two logits of a row.
   *
   * @param id the lowest of the largest
   */
  record Largest(float first, float second, int id) {}

  /** Sums over a row, relative to its largest logit, at the measured temperature. */
  record Totals(double weights, double exponents) {}

  /**
   * Keeps what matters of a stripe's logits.
   *
   * @param scratch as long as the logits
   */
  void put(Kernels kernels, int slot, float[] logits, int count, float[] scratch) {
    int to = slot * FIELDS;
    float largest = kernels.max(logits, 0, count);
    int id = 0;
    while (id < count - 1 && logits[id] != largest) {
      id++;
    }
    float second = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      second = i != id && logits[i] > second ? logits[i] : second;
    }
    values[to + LARGEST] = largest;
    values[to + SECOND] = second;
    values[to + ID] = id;
    if (Float.isFinite(largest)) {
      values[to + DRAWN] = (float) kernels.exp(logits, largest, drawnAt, scratch, count);
      values[to + MEASURED] =
          drawnAt == measuredAt
              ? values[to + DRAWN]
              : (float) kernels.exp(logits, largest, measuredAt, scratch, count);
      float exponents = 0;
      for (int i = 0; i < count; i++) {
        exponents += scratch[i] > 0 ? scratch[i] * (logits[i] - largest) : 0;
      }
      values[to + EXPONENTS] = exponents / measuredAt;
    }
  }

  /** Number of a stripe of a row, for {@link #put}. */
  int slot(int row, int stripe) {
    return row * stripes + stripe;
  }

  /** The largest logits; NaN if there is one. */
  Largest largest(int row, int stripeSize) {
    float first = Float.NEGATIVE_INFINITY;
    float second = Float.NEGATIVE_INFINITY;
    int id = -1;
    for (int stripe = 0; stripe < stripes; stripe++) {
      int at = slot(row, stripe) * FIELDS;
      float here = values[at + LARGEST];
      if (Float.isNaN(here)) {
        return new Largest(here, here, -1);
      }
      if (here > first) {
        second = Math.max(first, values[at + SECOND]);
        first = here;
        id = stripe * stripeSize + (int) values[at + ID];
      } else {
        second = Math.max(second, here);
      }
    }
    return new Largest(first, second, id);
  }

  /** Sums over all stripes, in ascending order. */
  Totals totals(int row, float largest) {
    double weights = 0;
    double exponents = 0;
    for (int stripe = 0; stripe < stripes; stripe++) {
      int at = slot(row, stripe) * FIELDS;
      double below = ((double) values[at + LARGEST] - largest) / measuredAt;
      if (below > Double.NEGATIVE_INFINITY) {
        double share = Math.exp(below);
        weights += values[at + MEASURED] * share;
        exponents += (values[at + EXPONENTS] + values[at + MEASURED] * below) * share;
      }
    }
    return new Totals(weights, exponents);
  }

  /** A stripe's sum of weights at the temperature that tokens are drawn at. */
  double drawn(int row, int stripe, float largest) {
    int at = slot(row, stripe) * FIELDS;
    double below = ((double) values[at + LARGEST] - largest) / drawnAt;
    return below > Double.NEGATIVE_INFINITY ? values[at + DRAWN] * Math.exp(below) : 0;
  }
}
