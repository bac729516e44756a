package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.diffucoder.cuda.emulator.MutatedKernels.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Launches of the kernels in which threads wait for each other, of sizes that take each of them
 * through all of its waits, more than once where they are in a loop.
 */
final class SmallLaunches {
  private static final int SCORE_SHARED_BYTES = 99_328;

  private final MutatedKernels kernels;
  private final SplittableRandom random = new SplittableRandom(5);

  SmallLaunches(MutatedKernels kernels) {
    this.kernels = kernels;
  }

  /** All launches of kernels that use this source. */
  List<SmallLaunch> of(String source) {
    return switch (source) {
      case "gemm.cu" ->
          Stream.of("bf16", "q8", "q4", "e4m3")
              .flatMap(weight -> Stream.of(narrowProduct(weight), wideProduct(weight)))
              .toList();
      case "gemm_simt.cu" ->
          Stream.of("f32", "f16", "bf16", "q8", "q4").map(this::productInFloat32).toList();
      case "attention.cu" -> Stream.of(64, 128).map(this::attention).toList();
      case "attention_simt.cu" -> Stream.of("f32", "bf16").map(this::attentionOfAnyWidth).toList();
      case "common.cuh" ->
          Stream.of("f32", "bf16").flatMap(type -> Stream.of(norm(type), normOfSum(type))).toList();
      case "rope.cu" -> Stream.of("f32", "bf16").map(this::rope).toList();
      case "score_row.cuh", "score_search.cuh", "score_softmax.cuh" ->
          Stream.of("f32", "bf16")
              .flatMap(type -> Stream.of(scoreOfPeaks(type), scoreOfFlatRow(type)))
              .toList();
      default -> List.of();
    };
  }

  /** 33 rows · (70 columns of 608 numbers), two blocks, ten steps through the ring of stages. */
  private SmallLaunch narrowProduct(String weight) {
    return product("dc_gemm_narrow_" + weight, new Shape(2, 1, 1, 128, 65_536), weight, 33, 70);
  }

  /** Two rows of warps, the second one with one row tile of four. */
  private SmallLaunch wideProduct(String weight) {
    return product("dc_gemm_wide_" + weight, new Shape(2, 1, 1, 256, 98_304), weight, 70, 130);
  }

  private SmallLaunch product(String kernel, Shape shape, String weight, int rows, int columns) {
    int k = 608;
    SmallLaunch launch = new SmallLaunch(kernels, kernel, shape).reads(numbers("bf16", rows * k));
    return problem(launch, weight, columns, k, rows).int32(rows, k, k, 1, 1, 1);
  }

  private SmallLaunch productInFloat32(String weight) {
    int rows = 33;
    int k = 96;
    SmallLaunch launch =
        new SmallLaunch(kernels, "dc_gemm_simt_" + weight, new Shape(2, 1, 1, 256, 8704))
            .reads(numbers("f32", rows * k));
    return problem(launch, weight, 70, k, rows).int32(rows, k, k, 1, 1, 1);
  }

  /** The first of three problems, and nothing for the others; out is float32. */
  private SmallLaunch problem(SmallLaunch launch, String weight, int columns, int k, int rows) {
    boolean isCoded = weight.startsWith("q");
    int pitch = weight.equals("q4") ? k / 2 : k;
    int scalePitch = isCoded ? (k / 32 + 7) / 8 * 8 : 0;
    int outPitch = (columns + 3) / 4 * 4;
    launch.nothing(); // there are no partial sums
    launch.reads(numbers(weight, columns * pitch));
    if (isCoded) {
      launch.reads(numbers("f16", columns * scalePitch));
    } else if (weight.equals("e4m3")) {
      launch.reads(numbers("f32", columns));
    } else {
      launch.nothing();
    }
    launch.reads(numbers("f32", columns)).nothing().writes(4 * rows * outPitch);
    launch.int32(columns, pitch, scalePitch, outPitch, 2, 0);
    for (int i = 0; i < 2; i++) {
      launch.int64(0).int64(0).int64(0).int64(0).int64(0).int32(0, 0, 0, 0, 0, 0);
    }
    return launch;
  }

  /** Three warps with rows and one without. */
  private SmallLaunch attention(int headDim) {
    Shape shape = new Shape(2, 2, 1, 128, 3 * 64 * headDim * 2 + 512);
    return attend("dc_attention_bf16_" + headDim, "bf16", shape, headDim, 37);
  }

  /** Two warps with two rows each. */
  private SmallLaunch attentionOfAnyWidth(String type) {
    return attend("dc_attention_simt_" + type, type, new Shape(2, 2, 1, 128, 5120), 40, 6);
  }

  /** So many rows with 150 keys and one without; two heads share one of keys and values. */
  private SmallLaunch attend(String kernel, String type, Shape shape, int headDim, int rows) {
    int keys = 150;
    int stored = 157;
    int[] keyRows = IntStream.range(0, keys).map(i -> i * 11 % stored).toArray();
    return new SmallLaunch(kernels, kernel, shape)
        .reads(numbers(type, (rows + 1) * 2 * headDim))
        .reads(numbers(type, stored * headDim))
        .reads(numbers(type, stored * headDim))
        .writes((rows + 1) * 2 * headDim * bytes(type))
        .reads(MemorySegment.ofArray(new int[] {0, rows, 0, keys, rows, 1, 0, 0}))
        .reads(MemorySegment.ofArray(keyRows))
        .int32(2, 1, headDim, 2 * headDim, headDim, 2 * headDim)
        .float32(0.1f);
  }

  private SmallLaunch norm(String type) {
    return new SmallLaunch(kernels, "dc_rmsnorm_" + type, new Shape(2, 1, 1, 256, 128))
        .reads(numbers(type, 2 * 1000))
        .nothing()
        .reads(numbers("f32", 1000))
        .writes(2 * 1000 * bytes(type))
        .int32(1000, 1000)
        .float32(1e-6f);
  }

  private SmallLaunch normOfSum(String type) {
    return new SmallLaunch(kernels, "dc_add_rmsnorm_" + type, new Shape(2, 1, 1, 256, 128))
        .reads(numbers(type, 2 * 1000))
        .changes(numbers(type, 2 * 1000))
        .reads(numbers("f32", 1000))
        .writes(2 * 1000 * bytes(type))
        .int32(1000, 1000)
        .float32(1e-6f);
  }

  private SmallLaunch rope(String type) {
    return new SmallLaunch(kernels, "dc_rope_" + type, new Shape(2, 1, 1, 128, 4 * 64))
        .changes(numbers(type, 2 * 3 * 64))
        .changes(numbers(type, 2 * 64))
        .reads(MemorySegment.ofArray(new int[] {3, 257}))
        .reads(numbers("f32", 32))
        .int32(3, 1, 3 * 64, 64, 64);
  }

  /** Few tokens matter, so they are listed. */
  private SmallLaunch scoreOfPeaks(String type) {
    return score(type, 5000, 8, 0);
  }

  /** More tokens matter than a list takes, and two temperatures. */
  private SmallLaunch scoreOfFlatRow(String type) {
    return score(type, 9000, 0.01, 1);
  }

  private SmallLaunch score(String type, int vocabulary, double spread, int raw) {
    double[] logits = random.doubles(2L * vocabulary, -spread, spread).toArray();
    int topK = vocabulary / 2;
    return new SmallLaunch(kernels, "dc_score_" + type, new Shape(2, 1, 1, 512, SCORE_SHARED_BYTES))
        .reads(encoded(type, logits))
        .nothing()
        .reads(MemorySegment.ofArray(new int[] {0, 7}))
        .writes(2 * 4)
        .writes(4 * 2 * 4)
        .int64(11)
        .int32(1, 2, vocabulary, vocabulary, topK, 1, raw)
        .float32(0.8f)
        .float32(0.9f);
  }

  private static int bytes(String type) {
    return switch (type) {
      case "f32" -> 4;
      case "f16", "bf16" -> 2;
      default -> 1;
    };
  }

  private MemorySegment numbers(String type, int count) {
    return encoded(type, random.doubles(count, -1, 1).toArray());
  }

  /** Numbers of −1 … 1 in this type; of q8 and q4 any bytes, of e4m3 any that is not NaN. */
  private static MemorySegment encoded(String type, double[] numbers) {
    MemorySegment encoded = MemorySegment.ofArray(new byte[numbers.length * bytes(type)]);
    for (int i = 0; i < numbers.length; i++) {
      float number = (float) numbers[i];
      switch (type) {
        case "f32" -> encoded.set(JAVA_FLOAT_UNALIGNED, 4L * i, number);
        case "f16" -> encoded.set(JAVA_SHORT_UNALIGNED, 2L * i, Float.floatToFloat16(number));
        case "bf16" ->
            encoded.set(
                JAVA_SHORT_UNALIGNED, 2L * i, (short) (Float.floatToRawIntBits(number) >> 16));
        case "e4m3" -> // neither 0x7f nor 0xff
            encoded.set(
                JAVA_BYTE, i, (byte) ((int) (Math.abs(number) * 126) | (number < 0 ? 0x80 : 0)));
        default -> encoded.set(JAVA_BYTE, i, (byte) (number * 127));
      }
    }
    return encoded;
  }
}
