package io.diffucoder.tck;

import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.EnumSet;

/**
 * The SPI's Javadoc in code: every operation as its formula, in double precision, slow and in plain
 * loops. Tensors hold doubles and are rounded to float32 when read. It checks all that the SPI lets
 * a backend reject.
 */
public final class ReferenceBackend implements TensorBackend {
  private final ProductRounding rounding;
  private int openOps;
  private boolean closed;

  /** An open reference backend. */
  public ReferenceBackend() {
    this(ProductRounding.NONE);
  }

  /** One that rounds what it multiplies. */
  ReferenceBackend(ProductRounding rounding) {
    this.rounding = rounding;
  }

  ProductRounding rounding() {
    return rounding;
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(
        "reference",
        BackendInfo.Kind.CPU,
        "double precision on one thread",
        Runtime.getRuntime().maxMemory(),
        DType.F32,
        EnumSet.allOf(WeightFormat.class));
  }

  @Override
  public synchronized Weight loadWeight(WeightSource source, WeightFormat format) {
    requireOpen();
    return ReferenceWeight.decode(this, source, format);
  }

  @Override
  public synchronized TensorOps newOps() {
    requireOpen();
    openOps++;
    return new ReferenceOps(this);
  }

  @Override
  public synchronized void close() {
    if (openOps > 0) {
      throw new IllegalStateException(
          "backend: close its operations first, %d are still open".formatted(openOps));
    }
    closed = true;
  }

  synchronized void opsClosed() {
    openOps--;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("backend: used after close");
    }
  }
}
