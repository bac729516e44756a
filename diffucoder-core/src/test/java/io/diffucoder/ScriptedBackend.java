package io.diffucoder;

import io.diffucoder.spi.Availability;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.BackendOptions;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorBackendProvider;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.util.Optional;
import java.util.Set;

/** An available backend that takes these formats and computes nothing, and its provider. */
final class ScriptedBackend implements TensorBackendProvider, TensorBackend {
  private final String name;
  private final Set<WeightFormat> formats;
  private Optional<RuntimeException> failure = Optional.empty();
  private int opened;
  private int closed;

  ScriptedBackend(String name, Set<WeightFormat> formats) {
    this.name = name;
    this.formats = formats;
  }

  /** Will fail so when it is opened. */
  ScriptedBackend failing(RuntimeException reason) {
    failure = Optional.of(reason);
    return this;
  }

  Backends.Candidate candidate() {
    return Backends.Candidate.of(this);
  }

  int opened() {
    return opened;
  }

  boolean isOpen() {
    return opened > closed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Availability probe() {
    return new Availability.Available("scripted");
  }

  @Override
  public TensorBackend open(BackendOptions options) {
    failure.ifPresent(reason -> {
      throw reason;
    });
    opened++;
    return this;
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(name, BackendInfo.Kind.CPU, "scripted", 0, DType.F32, formats);
  }

  @Override
  public Weight loadWeight(WeightSource source, WeightFormat format) {
    throw new UnsupportedOperationException();
  }

  @Override
  public TensorOps newOps() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    closed++;
  }
}
