package io.diffucoder.cuda.driver;

import io.diffucoder.api.DeviceFailedException;
import io.diffucoder.api.DeviceMemoryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.cuda.cudart.CUstream_st;

/**
 * Matrix products by cuBLASLt. The library has many ways to compute a product and prefers another
 * for few rows than for many; a row's result must not depend on that. So for each shape there is
 * one way that is the definition, the library's first choice for many rows, and for few rows the
 * first of its choices that gives the same bits on random numbers; if none does, the definition
 * itself. Nothing is timed, so the same machine always takes the same.
 */
public final class LibraryProducts implements AutoCloseable {
  /** The library's name, and that of another which the binding needs beside it. */
  public static final List<String> LIBRARIES = List.of("libcublasLt.so.13", "libcublas.so.13");

  /** Up to here rows are few. */
  private static final int FEW_ROWS = 64;

  private static final int MANY_ROWS = 512;

  private final Device device;
  private final BlasLt library;
  private final CUstream_st stream;
  private final long leastNumbers;
  private final Map<Shape, Integer> numbers = new HashMap<>();

  /** Read on the device's thread, added to there. */
  private final List<Plan> plans = new ArrayList<>();

  /** What results are kept as. */
  public enum Output {
    /** Bfloat16. */
    BFLOAT16,
    /** Float32. */
    FLOAT32
  }

  /**
   * What is known of a product before its rows are.
   *
   * @param outputWidth rows of the weight
   * @param inputWidth columns of the weight
   * @param weightPitch numbers from one row to the next, likewise the other two
   */
  public record Shape(
      int outputWidth,
      int inputWidth,
      int weightPitch,
      int inputPitch,
      int outputPitch,
      Output output) {
    private long outputBytes(int rows) {
      return (long) rows * outputPitch * (output == Output.FLOAT32 ? Float.BYTES : Short.BYTES);
    }
  }

  /**
   * Where a product's numbers are.
   *
   * @param residual what is added, or 0; may be the output
   */
  public record Operands(long weight, long input, long residual, long output, int rows) {}

  private record Plan(
      BlasLt.Layouts layouts, BlasLt.Algorithm fewRows, BlasLt.Algorithm manyRows) {}

  private LibraryProducts(Device device, BlasLt library, CUstream_st stream, long leastNumbers) {
    this.device = device;
    this.library = library;
    this.stream = stream;
    this.leastNumbers = leastNumbers;
  }

  /**
   * Opens the library.
   *
   * @param leastNumbers weights with fewer numbers are left to the own kernels
   */
  public static LibraryProducts open(Device device, long leastNumbers) {
    LIBRARIES.forEach(NvidiaLibraries::load);
    return device.call(
        () -> new LibraryProducts(device, new BlasLt(), Driver.newStream(), leastNumbers));
  }

  /** The library in words. */
  public String describe() {
    return "cuBLASLt " + device.call(BlasLt::version);
  }

  /** Whether a weight of this size is multiplied here. */
  public boolean isFor(int outputWidth, int inputWidth) {
    return (long) outputWidth * inputWidth >= leastNumbers;
  }

  /**
   * The number of a shape's products. The first call for a shape takes milliseconds.
   *
   * @param weight numbers of that shape to try algorithms on
   */
  public synchronized int prepare(Shape shape, long weight) {
    Integer known = numbers.get(shape);
    if (known == null) {
      known =
          device.call(() -> {
            plans.add(plan(shape, weight));
            return plans.size() - 1;
          });
      numbers.put(shape, known);
    }
    return known;
  }

  /** Records a product. */
  public void record(CommandTape tape, int number, Operands operands) {
    tape.product(number)
        .int64(operands.weight())
        .int64(operands.input())
        .int64(operands.residual())
        .int64(operands.output())
        .int64(operands.rows())
        .end();
  }

  /** Runs a recorded product, on the device's thread. */
  void run(CommandTape tape, long at, CUstream_st on) {
    Plan plan = plans.get(tape.productNumber(at));
    Operands operands =
        new Operands(
            tape.argument(at, 0),
            tape.argument(at, 1),
            tape.argument(at, 2),
            tape.argument(at, 3),
            (int) tape.argument(at, 4));
    BlasLt.Algorithm algorithm = operands.rows() <= FEW_ROWS ? plan.fewRows() : plan.manyRows();
    library.multiply(plan.layouts(), algorithm, operands, on);
  }

  private Plan plan(Shape shape, long weight) {
    BlasLt.Layouts layouts = library.layouts(shape);
    List<BlasLt.Algorithm> many = library.algorithms(layouts, MANY_ROWS);
    if (many.isEmpty()) {
      throw new DeviceFailedException(
          "cuda: cuBLASLt has no algorithm for %s; run with -Ddiffucoder.cuda.products=own"
              .formatted(shape));
    }
    BlasLt.Algorithm definition = many.getFirst();
    try (Trial trial = new Trial(shape, weight)) {
      MemorySegment wanted = trial.run(layouts, definition);
      for (BlasLt.Algorithm few : library.algorithms(layouts, FEW_ROWS)) {
        if (trial.run(layouts, few).mismatch(wanted) == -1) {
          return new Plan(layouts, few, definition);
        }
      }
    }
    return new Plan(layouts, definition, definition);
  }

  /** A product of random numbers, run to see its bits. On the device's thread. */
  private final class Trial implements AutoCloseable {
    private final Shape shape;
    private final long weight;
    private final long input;
    private final long output;
    private final MemorySegment host;

    Trial(Shape shape, long weight) {
      this.shape = shape;
      this.weight = weight;
      long inputBytes = (long) FEW_ROWS * shape.inputPitch() * Short.BYTES;
      this.host = Driver.allocatePinned(Math.max(inputBytes, shape.outputBytes(FEW_ROWS)));
      this.input = Driver.allocate(inputBytes);
      this.output = Driver.allocate(shape.outputBytes(FEW_ROWS));
      if (host.address() == 0 || input == 0 || output == 0) {
        close();
        throw new DeviceMemoryException(
            "cuda: trying cuBLASLt's algorithms for %s needs %,d bytes of device memory and %,d of the host's; run with -Ddiffucoder.cuda.products=own"
                .formatted(shape, inputBytes + shape.outputBytes(FEW_ROWS), host.byteSize()));
      }
      SplittableRandom random = new SplittableRandom(1);
      for (long at = 0; at < inputBytes; at += Short.BYTES) {
        int bits = Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16;
        host.set(ValueLayout.JAVA_SHORT, at, (short) bits);
      }
      Driver.copyIn(input, new Address().at(host.address()), inputBytes, stream);
      Driver.synchronize(stream);
      clearOutput();
    }

    /** Padding between rows is never written; it must not differ. */
    private void clearOutput() {
      MemorySegment zeros = host.asSlice(0, shape.outputBytes(FEW_ROWS)).fill((byte) 0);
      Driver.copyIn(output, new Address().at(zeros.address()), zeros.byteSize(), stream);
    }

    MemorySegment run(BlasLt.Layouts layouts, BlasLt.Algorithm algorithm) {
      library.multiply(
          layouts, algorithm, new Operands(weight, input, 0, output, FEW_ROWS), stream);
      long size = shape.outputBytes(FEW_ROWS);
      Driver.copyOut(new Address().at(host.address()), output, size, stream);
      Driver.synchronize(stream);
      return MemorySegment.ofArray(host.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public void close() {
      if (host.address() != 0) {
        Driver.freePinned(host);
      }
      if (input != 0) {
        Driver.free(input);
      }
      if (output != 0) {
        Driver.free(output);
      }
    }
  }

  @Override
  public void close() {
    device.release(() -> {
      Driver.destroy(stream);
      library.close();
    });
  }
}
