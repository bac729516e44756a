package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;

/** One linear layer with random numbers, ready to run. */
final class LinearCase implements Case {
  private final Fixture fixture;
  private final Tensor x;
  private final Weight weight;
  private final Tensor out;
  private final Work work;

  /** Sizes of a layer. */
  record Layer(int in, int out) {
    /** Reads {@code in x out}, such as 3584x18944. */
    static Layer parse(String text) {
      int x = text.indexOf('x');
      return new Layer(
          Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
    }
  }

  LinearCase(int threads, int rows, Layer layer, DType type) {
    fixture = new Fixture(threads);
    x = fixture.tensor(rows, layer.in());
    weight = fixture.weight(layer.out(), layer.in(), type);
    out = fixture.ops().allocate(rows, layer.out());
    long weights = (long) layer.in() * layer.out();
    work = new Work(threads, 2.0 * rows * weights, type.bytes(weights));
  }

  @Override
  public Tensor run() {
    fixture.ops().linear(x, weight, null, out);
    return out;
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
