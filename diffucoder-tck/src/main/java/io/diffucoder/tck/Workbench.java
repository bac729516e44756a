package io.diffucoder.tck;

import io.diffucoder.spi.DType;
import io.diffucoder.spi.StoredNumbers;
import io.diffucoder.spi.Tensor;
import io.diffucoder.spi.TensorBackend;
import io.diffucoder.spi.TensorOps;
import io.diffucoder.spi.Weight;
import io.diffucoder.spi.WeightFormat;
import io.diffucoder.spi.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * A backend with one stream of operations, and the ways to put numbers into it and to get them out.
 * The SPI has no way to write floats into a tensor, so they are loaded as a weight and embedded.
 */
public final class Workbench implements AutoCloseable {
  private final TensorBackend backend;
  private final TensorOps ops;
  private final Arena weightBytes;
  private final Runnable closeOwned;

  private Workbench(TensorBackend backend, TensorOps ops, Arena weightBytes, Runnable closeOwned) {
    this.backend = backend;
    this.ops = ops;
    this.weightBytes = weightBytes;
    this.closeOwned = closeOwned;
  }

  /** New operations on the backend, which is closed with this workbench. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes it, after the backend that reads it
  public static Workbench on(TensorBackend backend) {
    Arena weightBytes = Arena.ofShared();
    return new Workbench(
        backend,
        backend.newOps(),
        weightBytes,
        () -> {
          backend.close();
          weightBytes.close();
        });
  }

  /** More operations on the same backend, to be closed before this workbench. */
  public Workbench sibling() {
    return new Workbench(backend, backend.newOps(), weightBytes, () -> {});
  }

  /** The backend. */
  public TensorBackend backend() {
    return backend;
  }

  /** The operations. */
  public TensorOps ops() {
    return ops;
  }

  /** The type of the tensors. */
  public DType activationType() {
    return backend.info().activationType();
  }

  /** A tensor with these numbers, rounded to the backend's type. */
  public Tensor tensor(Matrix matrix) {
    Tensor tensor = ops.allocate(matrix.rows(), matrix.cols());
    Weight table = weight(matrix);
    ops.embed(table, indices(IntStream.range(0, matrix.rows()).toArray()), tensor);
    return tensor;
  }

  /** An index tensor with these numbers. */
  public Tensor indices(int... values) {
    Tensor tensor = ops.allocateIndices(values.length);
    ops.write(values, tensor);
    return tensor;
  }

  /** A tensor to be written: NaN so far, so that what is left unwritten shows. */
  public Tensor out(int rows, int cols) {
    return tensor(Matrix.filled(rows, cols, Float.NaN));
  }

  /** A float32 weight. */
  public Weight weight(Matrix matrix) {
    WeightFormat format =
        backend.info().weightFormats().contains(WeightFormat.AS_STORED)
            ? WeightFormat.AS_STORED
            : WeightFormat.F32;
    return weight(matrix, DType.F32, format);
  }

  /** A weight of this type, rounded to it, and kept in the format. */
  public Weight weight(Matrix matrix, DType type, WeightFormat format) {
    return backend.loadWeight(source(matrix, type, 0), format);
  }

  /** A stored matrix that begins {@code offset} bytes after an aligned address. */
  public WeightSource source(Matrix matrix, DType type, int offset) {
    int count = matrix.values().length;
    MemorySegment bytes = allocate(type.bytes(count), offset);
    StoredNumbers.encode(type, matrix.values(), 0, count, bytes);
    return new WeightSource("test", matrix.rows(), matrix.cols(), type, bytes);
  }

  /** A stored matrix of random blocks, beginning anywhere. */
  public WeightSource randomBlocks(int rows, int cols, DType type, int offset) {
    MemorySegment bytes = allocate(type.bytes((long) rows * cols), offset);
    Encoding.fillBlocks(type, bytes, rows + 31L * cols);
    return new WeightSource("test", rows, cols, type, bytes);
  }

  private MemorySegment allocate(long size, int offset) {
    return weightBytes.allocate(size + offset, 64).asSlice(offset, size);
  }

  /** Bytes outside the heap that live as long as the backend, as a weight's must. */
  MemorySegment nativeCopy(byte[] bytes) {
    return weightBytes.allocate(bytes.length, 64).copyFrom(MemorySegment.ofArray(bytes));
  }

  /** What a tensor holds. */
  public Matrix read(Tensor tensor) {
    float[] values = new float[tensor.rows() * tensor.cols()];
    ops.read(tensor, values);
    return new Matrix(tensor.rows(), tensor.cols(), values);
  }

  /** Frees the tensors and, unless this is a sibling, the backend and the weights' bytes. */
  @Override
  public void close() {
    ops.close();
    closeOwned.run();
  }
}
