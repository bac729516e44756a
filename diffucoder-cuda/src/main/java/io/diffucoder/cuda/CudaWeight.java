package io.diffucoder.cuda;

import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightSource;
import org.jspecify.annotations.Nullable;

/** A matrix on the device, in the forms that operations asked for. */
final class CudaWeight implements Weight {
  private final CudaBackend owner;
  private final WeightSource source;
  private final Form product;
  private final long vector;
  private long allocatedBytes;
  private @Nullable Form table;

  /**
   * A matrix in one form.
   *
   * @param numbers address of the numbers or codes
   * @param scales address of the scales; 0 if there are none
   */
  record Form(WeightKind kind, long numbers, long scales) {}

  /**
   * A loaded weight.
   *
   * @param product its form as the operand of products
   * @param vector address of its float32 numbers if it has one row, else 0: norms and biases
   */
  CudaWeight(
      CudaBackend owner, WeightSource source, Form product, long vector, long allocatedBytes) {
    this.owner = owner;
    this.source = source;
    this.product = product;
    this.vector = vector;
    this.allocatedBytes = allocatedBytes;
  }

  CudaBackend owner() {
    return owner;
  }

  Form product() {
    return product;
  }

  long vector() {
    return vector;
  }

  /**
   * Its form as a table of rows. The same as for products, unless these are kept coarser; then it
   * is loaded when it is first looked into.
   */
  synchronized Form table() {
    if (product.kind() != WeightKind.E4M3) {
      return product;
    }
    Form ready = table;
    if (ready == null) {
      WeightKind kind = owner.settings().arithmetic().tableKind(source.dtype());
      ready = owner.loadForm(source, kind);
      allocatedBytes += WeightRows.bytes(source, kind);
      table = ready;
    }
    return ready;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public int rows() {
    return source.rows();
  }

  @Override
  public int cols() {
    return source.cols();
  }

  @Override
  public synchronized long allocatedBytes() {
    return allocatedBytes;
  }

  @Override
  public String toString() {
    return "'%s' (%d, %d)".formatted(name(), rows(), cols());
  }
}
