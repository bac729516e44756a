package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandStream;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.DeviceArena;
import io.diffucoder.cuda.driver.KernelLibrary;
import io.diffucoder.cuda.driver.LibraryProducts;
import io.diffucoder.cuda.driver.Uploader;
import io.diffucoder.spi.BackendInfo;
import io.diffucoder.spi.DType;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Weights, kernels and the open ops of one GPU. */
final class CudaBackend implements TensorBackend {
  private final CudaSettings settings;
  private final Device device;
  private final KernelSet kernels;
  private final KernelLibrary library;
  private final @Nullable LibraryProducts libraryProducts;
  private final DeviceArena weights;
  private final Uploader uploader;
  private final BackendInfo info;
  private final Set<CudaOps> open = new HashSet<>();

  /** Streams that no ops use: making one, with its page-locked memory, takes milliseconds. */
  private final Deque<CommandStream> idle = new ArrayDeque<>();

  private boolean closed;

  private CudaBackend(
      CudaSettings settings,
      Device device,
      KernelSet kernels,
      KernelLibrary library,
      @Nullable LibraryProducts libraryProducts) {
    this.settings = settings;
    this.device = device;
    this.kernels = kernels;
    this.library = library;
    this.libraryProducts = libraryProducts;
    this.weights = new DeviceArena(device);
    this.uploader = new Uploader(device);
    Device.Facts facts = device.facts();
    this.info =
        new BackendInfo(
            CudaBackendProvider.NAME,
            BackendInfo.Kind.GPU,
            "%s, compute capability %d.%d, %s arithmetic, products by %s"
                .formatted(
                    facts.name(),
                    facts.capability() / 10,
                    facts.capability() % 10,
                    settings.arithmetic().label(),
                    libraryProducts == null ? "own kernels" : libraryProducts.describe()),
            facts.totalBytes(),
            settings.arithmetic().activationType(),
            settings.arithmetic().weightFormats());
  }

  /**
   * Opens a device.
   *
   * @param images finds code for the device
   * @throws io.diffucoder.api.BackendUnavailableException if there is no code for the device
   * @throws io.diffucoder.api.DeviceFailedException if the driver does not let it
   */
  static CudaBackend open(CudaSettings settings, KernelImages images) {
    Device device = Device.open(settings.device());
    try {
      KernelSet kernels = KernelSet.of(settings.arithmetic());
      KernelLibrary library = kernels.load(device, images.imageFor(device.facts()));
      LibraryProducts products = ProductLibrary.open(settings, device).orElse(null);
      return new CudaBackend(settings, device, kernels, library, products);
    } catch (RuntimeException | Error e) {
      device.close();
      throw e;
    }
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  CudaSettings settings() {
    return settings;
  }

  Device device() {
    return device;
  }

  KernelSet kernels() {
    return kernels;
  }

  @Nullable LibraryProducts libraryProducts() {
    return libraryProducts;
  }

  @Override
  public synchronized Weight loadWeight(WeightSource source, WeightFormat format) {
    requireOpen();
    requireOffered(source, format);
    DType encoding = format.of(source.dtype());
    if (encoding == source.dtype() || !encoding.isQuantised()) {
      return load(source, settings.arithmetic().productKind(encoding));
    }
    try (Arena arena = Arena.ofShared()) {
      WeightSource quantised = WeightQuantising.of(source, encoding, arena);
      return load(quantised, settings.arithmetic().productKind(encoding));
    }
  }

  private Weight load(WeightSource source, WeightKind kind) {
    CudaWeight.Form product = loadForm(source, kind);
    long vector = 0;
    long bytes = WeightRows.bytes(source, kind);
    if (source.rows() == 1) {
      float[] numbers = WeightRows.vector(source);
      long vectorBytes = (long) numbers.length * Float.BYTES;
      vector = weights.allocate(vectorBytes, "weight '%s'".formatted(source.name()));
      uploader.run(
          vector, 1, vectorBytes, (_, _, into) -> into.copyFrom(MemorySegment.ofArray(numbers)));
      bytes += vectorBytes;
    }
    return new CudaWeight(this, source, product, vector, bytes);
  }

  /** Brings a matrix onto the device. */
  CudaWeight.Form loadForm(WeightSource source, WeightKind kind) {
    int rowBytes = kind.rowBytes(source.cols());
    int scaleBytes = kind.scaleBytes(source.cols());
    long numberBytes = DeviceArena.padded((long) source.rows() * rowBytes);
    String what = "weight '%s' as %s".formatted(source.name(), kind.tag());
    long address = weights.allocate(numberBytes + (long) source.rows() * scaleBytes, what);
    long scales = scaleBytes == 0 ? 0 : address + numberBytes;
    WeightRows rows = new WeightRows(source, kind);
    uploader.run(address, source.rows(), rowBytes, rows::numbers);
    if (scaleBytes > 0) {
      uploader.run(scales, source.rows(), scaleBytes, rows::scales);
    }
    return new CudaWeight.Form(kind, address, scales);
  }

  private void requireOffered(WeightSource source, WeightFormat format) {
    if (!info.weightFormats().contains(format)) {
      throw new IllegalArgumentException(
          "cuda: weight '%s' cannot be kept as %s with %s arithmetic, only as %s"
              .formatted(
                  source.name(), format, settings.arithmetic().label(), info.weightFormats()));
    }
  }

  @Override
  public synchronized TensorOps newOps() {
    requireOpen();
    uploader.rest();
    CommandStream stream = idle.poll();
    if (stream == null) {
      stream = new CommandStream(device, library, libraryProducts);
    }
    CudaOps ops = new CudaOps(this, stream);
    open.add(ops);
    return ops;
  }

  /** Takes back the stream of ops that were closed, nothing of theirs left in it. */
  synchronized void forget(CudaOps ops, CommandStream stream) {
    open.remove(ops);
    if (device.hasFailed()) {
      stream.close();
    } else {
      idle.push(stream);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException(
          "the cuda backend still has %d open TensorOps; close them first".formatted(open.size()));
    }
    closed = true;
    idle.forEach(CommandStream::close);
    idle.clear();
    uploader.close();
    weights.close();
    if (libraryProducts != null) {
      libraryProducts.close();
    }
    library.close();
    device.close();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the cuda backend is closed");
    }
  }
}
