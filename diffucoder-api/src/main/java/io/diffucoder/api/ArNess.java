package io.diffucoder.api;

import java.util.Arrays;
import java.util.List;

/**
 * How close a decoding order comes to left-to-right: 1 is autoregressive (DiffuCoder paper, section
 * 4.1 and appendix A.2).
 *
 * <p>Positions of one step count in the order of its commits; empty steps are skipped; the prompt
 * counts as decoded left to right before the first commit, so that an autoregressive order scores
 * exactly 1.
 *
 * @param order committed positions in order of commitment, each once
 */
public record ArNess(List<Integer> order) {
  public ArNess {
    order = List.copyOf(order);
    if (order.stream().distinct().count() != order.size()) {
      throw new IllegalArgumentException("a position was committed twice in " + order);
    }
  }

  /**
   * Local AR-ness@k: the share of commits that continue a run, the k positions before them having
   * been committed just before, in order. 1 for an empty order.
   *
   * @throws IllegalArgumentException if k is not positive
   */
  public double local(int k) {
    requirePositive(k);
    int hits = 0;
    for (int t = 0; t < order.size(); t++) {
      boolean run = true;
      for (int back = 1; back <= k && run; back++) {
        run = committedAt(t - back) == order.get(t) - back;
      }
      hits += run ? 1 : 0;
    }
    return share(hits);
  }

  /**
   * Local AR-ness@k as the paper's formula has it: as {@link #local} but the k commits before may
   * have come in any order. At least as large as {@link #local}.
   *
   * @throws IllegalArgumentException if k is not positive
   */
  public double localAsSets(int k) {
    requirePositive(k);
    int hits = 0;
    for (int t = 0; t < order.size(); t++) {
      int position = order.get(t);
      boolean all = true;
      for (int back = 1; back <= k && all; back++) {
        int distance = position - committedAt(t - back);
        all = distance >= 1 && distance <= k;
      }
      hits += all ? 1 : 0;
    }
    return share(hits);
  }

  /**
   * Global AR-ness@k: the share of commits that were among the k leftmost positions still undecided
   * just before. 1 for an empty order.
   *
   * @throws IllegalArgumentException if k is not positive
   */
  public double global(int k) {
    requirePositive(k);
    int[] sorted = order.stream().mapToInt(Integer::intValue).sorted().toArray();
    boolean[] decided = new boolean[sorted.length];
    int hits = 0;
    for (int position : order) {
      int index = Arrays.binarySearch(sorted, position);
      int undecidedBefore = 0;
      for (int i = 0; i < index; i++) {
        undecidedBefore += decided[i] ? 0 : 1;
      }
      hits += undecidedBefore < k ? 1 : 0;
      decided[index] = true;
    }
    return share(hits);
  }

  /** The position committed at time t; before time 0 the positions left of the leftmost one. */
  private int committedAt(int t) {
    return t >= 0 ? order.get(t) : order.stream().mapToInt(Integer::intValue).min().orElse(0) + t;
  }

  private double share(int hits) {
    return order.isEmpty() ? 1 : (double) hits / order.size();
  }

  private static void requirePositive(int k) {
    if (k <= 0) {
      throw new IllegalArgumentException("k must be positive, got " + k);
    }
  }
}
