package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.RopeSpec;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;

/** One of the operations between the products, ready to run on rows of the 7B model's widths. */
final class SmallCase implements Case {
  private static final float EPS = 1e-6f;
  private static final RopeSpec ROPE = new RopeSpec(128, 1e6);

  private final Fixture fixture;
  private final Runnable operation;
  private final Work work;

  /** What is run. */
  enum Operation {
    RMS_NORM("rmsNorm"),
    ADD_RMS_NORM("addRmsNorm"),
    SWIGLU("swiglu"),
    ROPE("rope"),
    EMBED("embed"),
    SCATTER_ROWS("scatterRows"),
    GATHER_ROWS("gatherRows");

    private final String label;

    Operation(String label) {
      this.label = label;
    }

    /** As {@link TensorOps} calls it. */
    String label() {
      return label;
    }
  }

  /**
   * Owns the fixture.
   *
   * @param width of the hidden state, whole heads of 128; the queries' width too
   * @param feedForward width of what SwiGLU multiplies
   */
  SmallCase(Fixture fixture, Operation what, int rows, int width, int feedForward) {
    this.fixture = fixture;
    TensorOps ops = fixture.ops();
    int cols = what == Operation.SWIGLU ? feedForward : width;
    Tensor x = fixture.tensor(rows, cols);
    Tensor y = fixture.tensor(rows, cols);
    Tensor out = ops.allocate(rows, cols);
    Tensor indices = fixture.upTo(rows);
    Weight scale = fixture.ones(cols);
    Weight table = fixture.weight(rows, cols, DType.BF16);
    operation =
        switch (what) {
          case RMS_NORM -> () -> ops.rmsNorm(x, scale, EPS, out);
          case ADD_RMS_NORM -> () -> ops.addRmsNorm(x, y, scale, EPS, out);
          case SWIGLU -> () -> ops.swiglu(x, y, out);
          case ROPE -> () -> ops.rope(x, indices, ROPE);
          case EMBED -> () -> ops.embed(table, indices, out);
          case SCATTER_ROWS -> () -> ops.scatterRows(x, indices, out);
          case GATHER_ROWS -> () -> ops.gatherRows(x, indices, out);
        };
    int tensors =
        switch (what) {
          case RMS_NORM, ROPE, EMBED, SCATTER_ROWS, GATHER_ROWS -> 2; // one read, one written
          case SWIGLU -> 3;
          case ADD_RMS_NORM -> 4;
        };
    work =
        new Work(fixture.threads(), 0, 0, fixture.activationBytes((double) tensors * rows * cols));
  }

  @Override
  public Object run() {
    operation.run();
    return operation;
  }

  @Override
  public void finish() {
    fixture.finish();
  }

  @Override
  public Work work() {
    return work;
  }

  @Override
  public void close() {
    fixture.close();
  }
}
