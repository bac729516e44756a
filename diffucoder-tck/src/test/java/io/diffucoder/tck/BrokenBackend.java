package io.diffucoder.tck;

import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.function.UnaryOperator;

/** The reference backend with one operation replaced by a wrong one. */
record BrokenBackend(ReferenceBackend right, UnaryOperator<TensorOps> plant)
    implements TensorBackend {

  static TensorBackend with(UnaryOperator<TensorOps> plant) {
    return new BrokenBackend(new ReferenceBackend(), plant);
  }

  @Override
  public BackendInfo info() {
    return right.info();
  }

  @Override
  public Weight loadWeight(WeightSource source, WeightFormat format) {
    return right.loadWeight(source, format);
  }

  @Override
  public TensorOps newOps() {
    return plant.apply(right.newOps());
  }

  @Override
  public void close() {
    right.close();
  }
}
