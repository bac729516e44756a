package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandStream;
import io.diffucoder.cuda.driver.DeviceArena;
import io.diffucoder.spi.ScoreSpec;
import io.diffucoder.spi.Scores;
import io.diffucoder.spi.TokenFilter;
import io.diffucoder.spi.TokenSet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Launches the scoring of rows of logits, given or computed, and fetches the five numbers of each.
 */
final class ScoreLaunch {
  private static final int NUMBERS = 5;

  /** The kernel's sums of weights are whole numbers that could overflow beyond. */
  private static final int LARGEST_VOCABULARY = 1 << 20;

  /** Most memory of logits that exist at once. */
  private static final long LOGIT_BYTES = 192L << 20;

  private final CudaOps ops;
  private final Products products;
  private final KernelSet kernels;
  private final Workspace logitMemory;
  private final Workspace positions;
  private final Workspace bannedBits;
  private final Workspace results;
  private TokenSet lastBanned = TokenSet.NONE;
  private int lastVocabulary;

  /**
   * Rows of logits.
   *
   * @param kernel scores numbers of their type
   * @param address of the first row
   * @param pitch numbers from one row to the next
   */
  private record Logits(
      KernelSet.Launch kernel, long address, int rows, int vocabulary, int pitch) {}

  ScoreLaunch(CudaOps ops, Products products, DeviceArena memory) {
    this.ops = ops;
    this.products = products;
    this.kernels = ops.backend().kernels();
    this.logitMemory = new Workspace(memory, "logits");
    this.positions = new Workspace(memory, "positions");
    this.bannedBits = new Workspace(memory, "banned tokens");
    this.results = new Workspace(memory, "scores");
  }

  /** Scores of a tensor of logits (M, V). */
  Scores scoreLogits(CudaTensor logits, int[] canvasPositions, ScoreSpec spec) {
    long onDevice = begin(canvasPositions);
    score(
        new Logits(kernels.score, logits.address(), logits.rows(), logits.cols(), logits.pitch()),
        0,
        onDevice,
        spec);
    return fetch(logits.rows(), logits.rows());
  }

  /** Scores of hidden · headᵀ, (M, D) and (V, D), some rows of float32 logits at a time. */
  Scores scoreHidden(CudaTensor hidden, CudaWeight head, int[] canvasPositions, ScoreSpec spec) {
    int pitch = CudaTensor.pitch(head.rows(), Float.BYTES);
    long rowBytes = (long) pitch * Float.BYTES;
    int rowsAtOnce = rowsAtOnce(hidden.rows(), rowBytes);
    long address = logitMemory.atLeast(rowsAtOnce * rowBytes);
    long onDevice = begin(canvasPositions);
    for (int first = 0; first < hidden.rows(); first += rowsAtOnce) {
      CudaTensor some = hidden.rows(first, Math.min(rowsAtOnce, hidden.rows() - first));
      products.run(
          some, List.of(new Products.Problem(head, 0, 0, address, pitch)), Products.Result.FLOAT32);
      score(
          new Logits(kernels.scoreF32, address, some.rows(), head.rows(), pitch),
          first,
          onDevice,
          spec);
    }
    return fetch(hidden.rows(), rowsAtOnce);
  }

  /**
   * How many rows of logits exist at once: if not all, a multiple of 16, so that the next ones
   * begin at whole 256 bytes of the hidden states.
   */
  private static int rowsAtOnce(int rows, long rowBytes) {
    int most = Math.clamp(LOGIT_BYTES / rowBytes, 1, rows);
    return most == rows || most < 16 ? most : most / 16 * 16;
  }

  /** Refuses a vocabulary that the kernel has no room for. */
  static void requireVocabulary(String operation, int vocabulary) {
    if (vocabulary > LARGEST_VOCABULARY) {
      throw new IllegalArgumentException(
          "%s: the cuda backend scores vocabularies of up to %,d tokens, got %,d; use the cpu backend"
              .formatted(operation, LARGEST_VOCABULARY, vocabulary));
    }
  }

  /**
   * Makes room for so many rows in all, and brings their positions to the device.
   *
   * @return the positions' address
   */
  private long begin(int[] canvasPositions) {
    results.atLeast((long) NUMBERS * canvasPositions.length * Float.BYTES);
    long address = positions.atLeast((long) canvasPositions.length * Integer.BYTES);
    ops.stream().copyIn(canvasPositions, canvasPositions.length, address);
    return address;
  }

  /**
   * Scores some of the rows.
   *
   * @param first the number of the first of them
   * @param positionsAddress of all rows
   */
  private void score(Logits logits, int first, long positionsAddress, ScoreSpec spec) {
    long banned = banned(spec.banned(), logits.vocabulary());
    long out = results.atLeast(0) + (long) NUMBERS * first * Float.BYTES;
    TokenFilter filter = spec.filter();
    logits
        .kernel()
        .withShared(sharedBytes(filter))
        .on(ops.stream().tape())
        .grid(logits.rows(), 1, 1)
        .int64(logits.address())
        .int64(banned)
        .int64(positionsAddress + (long) first * Integer.BYTES)
        .int64(out)
        .int64(out + (long) logits.rows() * Integer.BYTES)
        .int64(spec.random().seed())
        .int32(spec.random().step())
        .int32(logits.rows())
        .int32(logits.vocabulary())
        .int32(logits.pitch())
        .int32(filter.topK())
        .int32(filter.temperature() > 0 ? 1 : 0)
        .int32(spec.measured() == ScoreSpec.Measured.RAW ? 1 : 0)
        .float32(filter.temperature())
        .float32(filter.topP())
        .end();
  }

  private static int sharedBytes(TokenFilter filter) {
    if (filter.cuts()) {
      return KernelSet.SCORE_CUTS;
    }
    return filter.temperature() > 0 ? KernelSet.SCORE_DRAWS : KernelSet.SCORE_GREEDY;
  }

  /** The scores of all rows, which were scored {@code rowsAtOnce} at a time. */
  private Scores fetch(int rows, int rowsAtOnce) {
    CommandStream stream = ops.stream();
    long size = (long) NUMBERS * rows * Float.BYTES;
    MemorySegment bytes = stream.fetch(results.atLeast(size), size);
    Scores scores = Scores.ofRows(rows);
    for (int first = 0; first < rows; first += rowsAtOnce) {
      int count = Math.min(rowsAtOnce, rows - first);
      long at = (long) NUMBERS * first * Float.BYTES;
      MemorySegment.copy(bytes, ValueLayout.JAVA_INT, at, scores.token(), first, count);
      float[][] numbers = {
        scores.tokenProb(), scores.top1Prob(), scores.top2Prob(), scores.negativeEntropy()
      };
      for (float[] array : numbers) {
        at += (long) count * Float.BYTES;
        MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT, at, array, first, count);
      }
    }
    return scores;
  }

  /** The address of the set as bits, 0 if it is empty; copied when it changes. */
  private long banned(TokenSet banned, int vocabulary) {
    if (banned.size() == 0) {
      return 0;
    }
    int words = Math.ceilDiv(vocabulary, 32);
    long address = bannedBits.atLeast((long) words * Integer.BYTES);
    if (!banned.equals(lastBanned) || vocabulary != lastVocabulary) {
      int[] bits = new int[words];
      for (int i = 0; i < banned.size() && banned.id(i) < vocabulary; i++) {
        bits[banned.id(i) / 32] |= 1 << banned.id(i) % 32;
      }
      ops.stream().copyIn(bits, words, address);
      lastBanned = banned;
      lastVocabulary = vocabulary;
    }
    return address;
  }
}
