package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandTape;
import io.diffucoder.cuda.driver.LibraryProducts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Launches matrix products. A row's bits must not depend on how many rows there are, so which
 * numbers are added in which order is a function of the weight's shape alone (gemm.cu): only the
 * tiles differ between few rows and many.
 */
final class Products {
  /** Up to here the kernel for few rows is used, whose tile has so many. */
  static final int FEW_ROWS = 64;

  /** Most products of one input in one launch. */
  private static final int MOST_AT_ONCE = 3;

  /** Numbers of the input width that are added up before they are added to the others. */
  private static final int SEGMENT = 1792;

  private final CudaBackend backend;
  private final CudaOps ops;
  private final Workspace partialSums;

  /**
   * A product.
   *
   * @param bias address of float32 numbers, or 0
   * @param residual address of what is added, laid out like the result, or 0
   * @param out address of the result
   * @param outPitch numbers from one row of it to the next
   */
  record Problem(CudaWeight weight, long bias, long residual, long out, int outPitch) {}

  /** What the results are kept as. */
  enum Result {
    /** As tensors are. */
    ACTIVATION,
    /** Float32. */
    FLOAT32
  }

  Products(CudaBackend backend, CudaOps ops, Workspace partialSums) {
    this.backend = backend;
    this.ops = ops;
    this.partialSums = partialSums;
  }

  /** Products of one input, in as few launches as possible. */
  void run(CudaTensor x, List<Problem> problems, Result result) {
    int from = 0;
    while (from < problems.size()) {
      int to = from + 1;
      WeightKind kind = problems.get(from).weight().product().kind();
      LibraryProducts library = libraryFor(problems.get(from));
      if (library != null) {
        runBy(library, x, problems.get(from), result);
      } else {
        while (to < problems.size()
            && to - from < MOST_AT_ONCE
            && problems.get(to).weight().product().kind() == kind
            && libraryFor(problems.get(to)) == null) {
          to++;
        }
        runOwn(x, problems.subList(from, to), result);
      }
      from = to;
    }
  }

  /** The library adds no float32 bias; which of the two multiplies a weight never changes. */
  private @Nullable LibraryProducts libraryFor(Problem problem) {
    LibraryProducts library = backend.libraryProducts();
    return library != null
            && problem.bias() == 0
            && problem.weight().product().kind() == WeightKind.BF16
            && library.isFor(problem.weight().rows(), problem.weight().cols())
        ? library
        : null;
  }

  private void runBy(LibraryProducts library, CudaTensor x, Problem problem, Result result) {
    CudaWeight weight = problem.weight();
    int number =
        library.prepare(
            new LibraryProducts.Shape(
                weight.rows(),
                weight.cols(),
                weight.product().kind().pitch(weight.cols()),
                x.pitch(),
                problem.outPitch(),
                result == Result.FLOAT32
                    ? LibraryProducts.Output.FLOAT32
                    : LibraryProducts.Output.BFLOAT16),
            weight.product().numbers());
    library.record(
        ops.stream().tape(),
        number,
        new LibraryProducts.Operands(
            weight.product().numbers(), x.address(), problem.residual(), problem.out(), x.rows()));
  }

  private void runOwn(CudaTensor x, List<Problem> problems, Result result) {
    boolean simt = backend.settings().arithmetic() == Arithmetic.F32;
    boolean few = simt || x.rows() <= FEW_ROWS;
    int tile = few ? 64 : 128;
    int columnTiles = 0;
    int width = 0;
    for (Problem problem : problems) {
      columnTiles += Math.ceilDiv(problem.weight().rows(), tile);
      width += problem.weight().rows();
    }
    int rowTiles = Math.ceilDiv(x.rows(), tile);
    int segments = Math.ceilDiv(x.cols(), SEGMENT);
    int splits = simt ? 1 : splits(segments, columnTiles * rowTiles);
    long partial =
        splits == 1 ? 0 : partialSums.atLeast((long) splits * x.rows() * width * Float.BYTES);
    WeightKind kind = problems.getFirst().weight().product().kind();
    KernelSet.Launch kernel =
        few ? backend.kernels().productOfFewRows(kind) : backend.kernels().productOfManyRows(kind);
    CommandTape tape = ops.stream().tape();
    kernel.on(tape).grid(columnTiles, rowTiles, splits);
    Shape shape = new Shape(partial, tile, splits, result);
    arguments(tape, x, problems, shape);
    if (splits > 1) {
      backend.kernels().reduceProduct.on(tape).grid(Math.ceilDiv(width, 256), x.rows(), 1);
      arguments(tape, x, problems, shape);
    }
  }

  /**
   * Segments are added up by blocks of their own if there are too few tiles to keep all
   * multiprocessors busy; else a block adds up all of its tile's. The sums are the same.
   */
  private int splits(int segments, int tiles) {
    return tiles < 2 * backend.device().facts().multiprocessors() ? segments : 1;
  }

  private record Shape(long partial, int tile, int splits, Result result) {}

  /** The struct GemmArgs. */
  private static void arguments(
      CommandTape tape, CudaTensor x, List<Problem> problems, Shape shape) {
    tape.int64(x.address()).int64(shape.partial());
    int tiles = 0;
    for (int i = 0; i < MOST_AT_ONCE; i++) {
      @Nullable Problem problem = i < problems.size() ? problems.get(i) : null;
      if (problem == null) {
        tape.int64(0).int64(0).int64(0).int64(0).int64(0);
        tape.int32(0).int32(0).int32(0).int32(0).int32(tiles).int32(0);
        continue;
      }
      CudaWeight weight = problem.weight();
      CudaWeight.Form form = weight.product();
      tiles += Math.ceilDiv(weight.rows(), shape.tile());
      tape.int64(form.numbers())
          .int64(form.scales())
          .int64(problem.bias())
          .int64(problem.residual())
          .int64(problem.out())
          .int32(weight.rows())
          .int32(form.kind().pitch(weight.cols()))
          .int32(form.kind().scalePitch(weight.cols()))
          .int32(problem.outPitch())
          .int32(tiles)
          .int32(0);
    }
    tape.int32(x.rows())
        .int32(x.cols())
        .int32(x.pitch())
        .int32(problems.size())
        .int32(shape.result() == Result.FLOAT32 ? 1 : 0)
        .int32(shape.splits())
        .end();
  }
}
