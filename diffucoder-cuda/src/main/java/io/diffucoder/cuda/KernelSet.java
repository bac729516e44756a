package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandTape;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.KernelLibrary;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The kernels of an arithmetic by what they do, with the threads and the shared memory that their
 * sources ask for. Grid and arguments are said where they are launched.
 */
final class KernelSet {
  /** Shared memory of a score that looks at each token once. */
  static final int SCORE_GREEDY = 1 << 10;

  /** Of one that draws from all tokens. */
  static final int SCORE_DRAWS = SCORE_GREEDY + (64 << 10);

  /** Of one that cuts tokens off. */
  static final int SCORE_CUTS = SCORE_DRAWS + (32 << 10);

  private final List<KernelLibrary.Kernel> kernels = new ArrayList<>();

  final Launch addRmsNorm;
  final Launch rmsNorm;
  final Launch rope;
  final Launch swiglu;
  final Launch add;
  final Launch scatterRows;
  final Launch gatherRows;
  final Launch attentionOfAnyWidth;
  final Launch score;

  /** Scores of float32 logits, whatever the tensors are. */
  final Launch scoreF32;

  final Launch reduceProduct;
  private final Map<WeightKind, Launch> embed = new EnumMap<>(WeightKind.class);
  private final Map<WeightKind, Launch> productOfFewRows = new EnumMap<>(WeightKind.class);
  private final Map<WeightKind, Launch> productOfManyRows = new EnumMap<>(WeightKind.class);

  /** Attention on tensor cores by head width. */
  private final Map<Integer, Launch> attention;

  /**
   * A kernel that can be launched.
   *
   * @param number its number in the library
   * @param threads of a block
   * @param sharedBytes of a block
   */
  record Launch(int number, int threads, int sharedBytes) {
    CommandTape on(CommandTape tape) {
      return tape.kernel(number, threads, sharedBytes);
    }

    /** The same with less shared memory, or more up to what every kernel may have. */
    Launch withShared(int bytes) {
      return new Launch(number, threads, bytes);
    }
  }

  private KernelSet(Arithmetic arithmetic) {
    String type = arithmetic.kernelSuffix();
    rmsNorm = kernel("dc_rmsnorm_" + type, 256, 128);
    addRmsNorm = kernel("dc_add_rmsnorm_" + type, 256, 128);
    rope = kernel("dc_rope_" + type, 128, 0); // its shared memory depends on the head width
    swiglu = kernel("dc_swiglu_" + type, 256, 0);
    add = kernel("dc_add_" + type, 256, 0);
    scatterRows = kernel("dc_scatter_rows", 128, 0);
    gatherRows = kernel("dc_gather_rows", 128, 0);
    attentionOfAnyWidth = kernel("dc_attention_simt_" + type, 128, 4 * (256 + 64) * Float.BYTES);
    score = kernel("dc_score_" + type, 512, SCORE_CUTS);
    scoreF32 = arithmetic == Arithmetic.F32 ? score : kernel("dc_score_f32", 512, SCORE_CUTS);
    reduceProduct = kernel("dc_gemm_reduce", 256, 0);
    if (arithmetic == Arithmetic.F32) {
      attention = Map.of();
      for (WeightKind kind :
          List.of(WeightKind.F32, WeightKind.F16, WeightKind.BF16, WeightKind.Q8, WeightKind.Q4)) {
        Launch product = kernel("dc_gemm_simt_" + kind.tag(), 256, 2 * 16 * 68 * Float.BYTES);
        productOfFewRows.put(kind, product);
        productOfManyRows.put(kind, product);
        embed.put(kind, kernel("dc_embed_" + kind.tag() + "_" + type, 256, 0));
      }
    } else {
      attention =
          Map.of(
              64, kernel("dc_attention_bf16_64", 128, 25_088),
              128, kernel("dc_attention_bf16_128", 128, 49_664));
      for (WeightKind kind :
          List.of(WeightKind.BF16, WeightKind.Q8, WeightKind.Q4, WeightKind.E4M3)) {
        productOfFewRows.put(
            kind, kernel("dc_gemm_narrow_" + kind.tag(), 128, narrowSharedBytes(kind)));
        productOfManyRows.put(
            kind, kernel("dc_gemm_wide_" + kind.tag(), 256, wideSharedBytes(kind)));
        if (kind != WeightKind.E4M3) {
          embed.put(kind, kernel("dc_embed_" + kind.tag() + "_" + type, 256, 0));
        }
      }
    }
  }

  private Launch kernel(String name, int threads, int sharedBytes) {
    kernels.add(new KernelLibrary.Kernel(name, threads, sharedBytes));
    return new Launch(kernels.size() - 1, threads, sharedBytes);
  }

  /** Four stages of 64 numbers of k, of 64 rows of the input and of the weight, and scales. */
  private static int narrowSharedBytes(WeightKind kind) {
    return switch (kind) {
      case BF16 -> 65_536;
      case Q8 -> 51_200;
      case Q4 -> 43_008;
      case E4M3 -> 49_152;
      case F32, F16 -> throw new AssertionError(kind);
    };
  }

  /** Three stages of 128 rows. */
  private static int wideSharedBytes(WeightKind kind) {
    return switch (kind) {
      case BF16 -> 98_304;
      case Q8 -> 77_824;
      case Q4 -> 65_536;
      case E4M3 -> 73_728;
      case F32, F16 -> throw new AssertionError(kind);
    };
  }

  /** Which kernels there are. */
  static KernelSet of(Arithmetic arithmetic) {
    return new KernelSet(arithmetic);
  }

  /** Loads them. */
  KernelLibrary load(Device device, byte[] image) {
    return KernelLibrary.load(device, image, kernels);
  }

  Launch embed(WeightKind kind) {
    return of(embed, kind);
  }

  /** Products of at most {@link Products#FEW_ROWS} rows. */
  Launch productOfFewRows(WeightKind kind) {
    return of(productOfFewRows, kind);
  }

  Launch productOfManyRows(WeightKind kind) {
    return of(productOfManyRows, kind);
  }

  /** Whether heads of this width have a kernel on tensor cores. */
  boolean hasTensorCoreAttention(int headDim) {
    return attention.containsKey(headDim);
  }

  Launch attention(int headDim) {
    return attention.getOrDefault(headDim, attentionOfAnyWidth);
  }

  private static Launch of(Map<WeightKind, Launch> launches, WeightKind kind) {
    Launch launch = launches.get(kind);
    if (launch == null) {
      throw new AssertionError(kind);
    }
    return launch;
  }
}
