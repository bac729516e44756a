package io.diffucoder.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.diffucoder.api.DeviceFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cublas.cublasLtContext;
import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulDescOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulHeuristicResult_t;
import org.bytedeco.cuda.cublas.cublasLtMatmulPreferenceOpaque_t;
import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The functions of cuBLASLt that the backend calls, each with its result checked: the only class
 * that calls them. The library's matrices are column-major, so a row-major product y = x·wᵀ is its
 * yᵀ = op(w)·xᵀ with op(w) = T.
 */
final class BlasLt implements AutoCloseable {
  private static final int MOST_ALGORITHMS = 8;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment one = arena.allocateFrom(JAVA_FLOAT, 1);
  private final MemorySegment zero = arena.allocateFrom(JAVA_FLOAT, 0);
  private final MemorySegment attribute = arena.allocate(JAVA_LONG);
  private final Address attributeAddress = new Address().at(attribute.address());
  private final Address alpha = new Address().at(one.address());
  private final Address beta = new Address();
  private final Address weights = new Address();
  private final Address input = new Address();
  private final Address added = new Address();
  private final Address output = new Address();
  private final cublasLtContext handle = new cublasLtContext();
  private final cublasLtMatmulDescOpaque_t operation;
  private final List<cublasLtMatrixLayoutOpaque_t> layouts = new ArrayList<>();

  /** Descriptions of the three matrices of a product; the columns of two are its rows. */
  record Layouts(
      cublasLtMatrixLayoutOpaque_t weight,
      cublasLtMatrixLayoutOpaque_t input,
      cublasLtMatrixLayoutOpaque_t output) {}

  /** A way to compute a product; the result that the library gave owns it. */
  record Algorithm(cublasLtMatmulHeuristicResult_t owner, cublasLtMatmulAlgo_t algorithm) {}

  /** Opens the library on the current device. */
  BlasLt() {
    check("cublasLtCreate", cublas.cublasLtCreate(handle));
    operation = newOperation();
    attribute.set(JAVA_INT, 0, cublas.CUBLAS_OP_T);
    check(
        "cublasLtMatmulDescSetAttribute",
        cublas.cublasLtMatmulDescSetAttribute(
            operation, cublas.CUBLASLT_MATMUL_DESC_TRANSA, attributeAddress, Integer.BYTES));
  }

  private static cublasLtMatmulDescOpaque_t newOperation() {
    try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
      check(
          "cublasLtMatmulDescCreate",
          cublas.cublasLtMatmulDescCreate(made, cublas.CUBLAS_COMPUTE_32F, cudart.CUDA_R_32F));
      return new cublasLtMatmulDescOpaque_t(made.get());
    }
  }

  static long version() {
    return cublas.cublasLtGetVersion();
  }

  Layouts layouts(LibraryProducts.Shape shape) {
    int outputType =
        switch (shape.output()) {
          case BFLOAT16 -> cudart.CUDA_R_16BF;
          case FLOAT32 -> cudart.CUDA_R_32F;
        };
    return new Layouts(
        layout(cudart.CUDA_R_16BF, shape.inputWidth(), shape.outputWidth(), shape.weightPitch()),
        layout(cudart.CUDA_R_16BF, shape.inputWidth(), 1, shape.inputPitch()),
        layout(outputType, shape.outputWidth(), 1, shape.outputPitch()));
  }

  private cublasLtMatrixLayoutOpaque_t layout(int type, long rows, long cols, long pitch) {
    try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
      check(
          "cublasLtMatrixLayoutCreate",
          cublas.cublasLtMatrixLayoutCreate(made, type, rows, cols, pitch));
      cublasLtMatrixLayoutOpaque_t layout = new cublasLtMatrixLayoutOpaque_t(made.get());
      layouts.add(layout);
      return layout;
    }
  }

  /** Says how many rows the next product has. */
  private void setRows(Layouts product, long rows) {
    attribute.set(JAVA_LONG, 0, rows);
    for (cublasLtMatrixLayoutOpaque_t layout : List.of(product.input(), product.output())) {
      check(
          "cublasLtMatrixLayoutSetAttribute",
          cublas.cublasLtMatrixLayoutSetAttribute(
              layout, cublas.CUBLASLT_MATRIX_LAYOUT_COLS, attributeAddress, Long.BYTES));
    }
  }

  /**
   * What the library thinks fastest for so many rows, best first, of what needs no memory of its
   * own and adds up each result in one go: parts that are added later would depend on the rows.
   */
  List<Algorithm> algorithms(Layouts product, int rows) {
    setRows(product, rows);
    try (PointerPointer<Pointer> made = new PointerPointer<>(1)) {
      check("cublasLtMatmulPreferenceCreate", cublas.cublasLtMatmulPreferenceCreate(made));
      cublasLtMatmulPreferenceOpaque_t preference =
          new cublasLtMatmulPreferenceOpaque_t(made.get());
      try {
        return ask(product, preference);
      } finally {
        check(
            "cublasLtMatmulPreferenceDestroy", cublas.cublasLtMatmulPreferenceDestroy(preference));
      }
    }
  }

  private List<Algorithm> ask(Layouts product, cublasLtMatmulPreferenceOpaque_t preference) {
    attribute.set(JAVA_LONG, 0, 0); // no bytes, no scheme
    prefer(preference, cublas.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, Long.BYTES);
    prefer(preference, cublas.CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK, Integer.BYTES);
    cublasLtMatmulHeuristicResult_t results = new cublasLtMatmulHeuristicResult_t(MOST_ALGORITHMS);
    int[] found = new int[1];
    check(
        "cublasLtMatmulAlgoGetHeuristic",
        cublas.cublasLtMatmulAlgoGetHeuristic(
            handle,
            operation,
            product.weight(),
            product.input(),
            product.output(),
            product.output(),
            preference,
            MOST_ALGORITHMS,
            results,
            found));
    List<Algorithm> algorithms = new ArrayList<>();
    for (int i = 0; i < found[0]; i++) {
      cublasLtMatmulHeuristicResult_t result = results.getPointer(i);
      if (result.state() == 0) {
        algorithms.add(new Algorithm(results, result.algo()));
      }
    }
    return algorithms;
  }

  private void prefer(cublasLtMatmulPreferenceOpaque_t preference, int what, int bytes) {
    check(
        "cublasLtMatmulPreferenceSetAttribute",
        cublas.cublasLtMatmulPreferenceSetAttribute(preference, what, attributeAddress, bytes));
  }

  /** A product of so many rows. */
  void multiply(
      Layouts product, Algorithm algorithm, LibraryProducts.Operands operands, CUstream_st stream) {
    setRows(product, operands.rows());
    boolean adds = operands.residual() != 0;
    beta.at(adds ? one.address() : zero.address());
    added.at(adds ? operands.residual() : operands.output());
    check(
        "cublasLtMatmul",
        cublas.cublasLtMatmul(
            handle,
            operation,
            alpha,
            weights.at(operands.weight()),
            product.weight(),
            input.at(operands.input()),
            product.input(),
            beta,
            added,
            product.output(),
            output.at(operands.output()),
            product.output(),
            algorithm.algorithm(),
            (Pointer) null,
            0,
            stream));
  }

  @Override
  public void close() {
    for (cublasLtMatrixLayoutOpaque_t layout : layouts) {
      check("cublasLtMatrixLayoutDestroy", cublas.cublasLtMatrixLayoutDestroy(layout));
    }
    check("cublasLtMatmulDescDestroy", cublas.cublasLtMatmulDescDestroy(operation));
    check("cublasLtDestroy", cublas.cublasLtDestroy(handle));
    arena.close();
  }

  private static void check(String function, int code) {
    if (code != 0) {
      throw new DeviceFailedException(
          "cuda: %s failed with status %d; close the model and load it again, or run with -Ddiffucoder.cuda.products=own"
              .formatted(function, code));
    }
  }
}
