package io.diffucoder.jmh;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.Weight;
import java.util.Arrays;

/** One linear layer with random numbers, ready to run. */
final class LinearCase implements Case {
  private final Fixture fixture;
  private final Tensor x;
  private final Weight[] weights;
  private final Tensor out;
  private final Work work;
  private int next;

  /** Sizes of a layer. */
  record Layer(int in, int out) {
    /** Reads {@code in x out}, such as 3584x18944. */
    static Layer parse(String text) {
      int x = text.indexOf('x');
      return new Layer(
          Integer.parseInt(text.substring(0, x)), Integer.parseInt(text.substring(x + 1)));
    }
  }

  /** Owns the fixture. */
  LinearCase(Fixture fixture, int rows, Layer layer, DType type) {
    this(fixture, rows, layer, type, 1);
  }

  /**
   * With several weights that are used in turn: as in a network, they come from memory and not from
   * a cache that they fit into.
   */
  LinearCase(Fixture fixture, int rows, Layer layer, DType type, int copies) {
    this.fixture = fixture;
    x = fixture.tensor(rows, layer.in());
    weights = new Weight[copies];
    Arrays.setAll(weights, _ -> fixture.weight(layer.out(), layer.in(), type));
    out = fixture.ops().allocate(rows, layer.out());
    long numbers = (long) layer.in() * layer.out();
    work =
        new Work(
            fixture.threads(),
            2.0 * rows * numbers,
            RandomBackend.bytes(weights[0], type),
            fixture.activationBytes((double) rows * (layer.in() + layer.out())));
  }

  @Override
  public Tensor run() {
    fixture.ops().linear(x, weights[next], null, out);
    next = (next + 1) % weights.length;
    return out;
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
