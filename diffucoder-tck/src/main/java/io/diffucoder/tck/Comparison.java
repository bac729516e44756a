package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;

/** The backend under test and the reference, side by side. */
final class Comparison implements AutoCloseable {
  private final Workbench tested;
  private final Workbench reference;

  /** Some operations; returns the tensor that holds their result. */
  interface Program {
    Tensor run(Workbench bench);
  }

  private Comparison(Workbench tested, Workbench reference) {
    this.tested = tested;
    this.reference = reference;
  }

  static Comparison of(TensorBackend backend) {
    return of(backend, ProductRounding.NONE);
  }

  /** With a reference that rounds the operands of products as the backend does. */
  static Comparison of(TensorBackend backend, ProductRounding rounding) {
    return new Comparison(Workbench.on(backend), Workbench.on(new ReferenceBackend(rounding)));
  }

  /** The type that inputs are rounded to, so that both sides compute with the same numbers. */
  DType activationType() {
    return tested.activationType();
  }

  Workbench tested() {
    return tested;
  }

  /** What the reference makes of a program. */
  Matrix expected(Program program) {
    return reference.read(program.run(reference));
  }

  /** Checks with a bound in proportion to each result. */
  void check(String what, Tolerance tolerance, Program program) {
    tolerance.check(what, expected(program), actual(program));
  }

  /** Checks with a bound in proportion to these magnitudes. */
  void check(String what, Tolerance tolerance, Matrix magnitude, Program program) {
    tolerance.check(what, expected(program), magnitude, actual(program));
  }

  private Matrix actual(Program program) {
    return tested.read(program.run(tested));
  }

  @Override
  public void close() {
    tested.close();
    reference.close();
  }
}
