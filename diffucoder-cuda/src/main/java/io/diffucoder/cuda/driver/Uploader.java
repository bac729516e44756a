package io.diffucoder.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.jspecify.annotations.Nullable;

/**
 * Copies large data to the device: threads fill page-locked buffers, each its own two in turn,
 * while the device copies from those that are full. (Copying straight from a memory map, which is
 * not page-locked, would have the driver do this on one thread.)
 */
public final class Uploader implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int BUFFER_BYTES = 8 << 20;

  /** What is filled by the caller alone: starting threads would take longer. */
  private static final long SMALL = 1 << 20;

  private final Device device;
  private final CUstream_st stream;
  private final List<Buffer> buffers = new ArrayList<>();
  private @Nullable ExecutorService threads;

  /** Writes rows from … to − 1 of something, the first at the start of the memory. */
  public interface RowWriter {
    void write(int from, int to, MemorySegment into);
  }

  /** Page-locked memory, and what tells that the device has read it. */
  private record Buffer(PinnedMemory memory, CUevent_st read) {}

  /** An uploader; page-locked memory and threads come with the first data. */
  public Uploader(Device device) {
    this.device = device;
    this.stream = device.call(Driver::newStream);
  }

  /**
   * Copies rows to the device; returns when they are there.
   *
   * @param to address of the first row
   * @param rows how many
   * @param rowBytes bytes of each
   * @throws io.diffucoder.api.DeviceMemoryException if there is not enough page-locked memory
   */
  public synchronized void run(long to, int rows, long rowBytes, RowWriter writer) {
    if (rows * rowBytes <= SMALL) {
      fill(buffer(0, SMALL), new Part(to, 0, rows, rowBytes), writer);
    } else {
      runOnThreads(to, rows, rowBytes, writer);
    }
    device.run(() -> Driver.synchronize(stream));
  }

  /** Rows from … to − 1 that go into one buffer. */
  private record Part(long to, int from, int until, long rowBytes) {
    long bytes() {
      return (until - from) * rowBytes;
    }
  }

  private void runOnThreads(long to, int rows, long rowBytes, RowWriter writer) {
    ExecutorService running = threads();
    long bufferBytes = Math.max(BUFFER_BYTES, rowBytes);
    int rowsAtOnce = (int) Math.min(rows, bufferBytes / rowBytes);
    List<Future<?>> parts = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      Buffer[] own = {buffer(first, bufferBytes), buffer(first + THREADS, bufferBytes)};
      parts.add(
          running.submit(() -> {
            int turn = 0;
            for (long from = (long) first * rowsAtOnce;
                from < rows;
                from += (long) THREADS * rowsAtOnce) {
              int until = (int) Math.min(rows, from + rowsAtOnce);
              fill(own[turn++ & 1], new Part(to, (int) from, until, rowBytes), writer);
            }
          }));
    }
    parts.forEach(Device::await);
  }

  private void fill(Buffer buffer, Part part, RowWriter writer) {
    device.run(() -> Driver.synchronize(buffer.read())); // what is in it has gone to the device
    MemorySegment bytes = buffer.memory().bytes().asSlice(0, part.bytes());
    writer.write(part.from(), part.until(), bytes);
    device.run(() -> {
      long to = part.to() + part.from() * part.rowBytes();
      Driver.copyIn(to, new Address().at(bytes.address()), part.bytes(), stream);
      Driver.record(buffer.read(), stream);
    });
  }

  private ExecutorService threads() {
    ExecutorService started = threads;
    if (started == null) {
      started =
          Executors.newFixedThreadPool(
              THREADS, Thread.ofPlatform().daemon().name("diffucoder-cuda-load-", 0).factory());
      threads = started;
    }
    return started;
  }

  /** A buffer of at least this size. */
  private Buffer buffer(int number, long size) {
    while (buffers.size() <= number) {
      buffers.add(newBuffer(size));
    }
    Buffer buffer = buffers.get(number);
    if (buffer.memory().bytes().byteSize() < size) {
      free(buffer);
      buffer = newBuffer(size);
      buffers.set(number, buffer);
    }
    return buffer;
  }

  private Buffer newBuffer(long size) {
    PinnedMemory memory = new PinnedMemory(device, size);
    return new Buffer(memory, device.call(() -> Driver.newEvent()));
  }

  private void free(Buffer buffer) {
    device.release(() -> Driver.destroy(buffer.read()));
    buffer.memory().close();
  }

  /** Frees the page-locked memory and ends the threads; the next data brings them again. */
  public synchronized void rest() {
    if (threads != null) {
      threads.shutdown();
      threads = null;
    }
    buffers.forEach(this::free);
    buffers.clear();
  }

  @Override
  public synchronized void close() {
    rest();
    device.release(() -> Driver.destroy(stream));
  }
}
