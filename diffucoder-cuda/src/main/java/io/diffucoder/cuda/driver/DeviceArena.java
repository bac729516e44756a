package io.diffucoder.cuda.driver;

import io.diffucoder.api.DeviceMemoryException;
import java.util.ArrayList;
import java.util.List;

/**
 * Device memory that is freed all at once. It is taken from the driver in chunks, which grow with
 * what the arena holds, because each allocation costs the driver up to a millisecond.
 */
public final class DeviceArena implements AutoCloseable {
  /** What the driver aligns to, and more than any kernel needs. */
  private static final long ALIGNMENT = 256;

  private static final long SMALLEST_CHUNK = 2L << 20;
  private static final long LARGEST_CHUNK = 256L << 20;

  private final Device device;
  private final List<Long> chunks = new ArrayList<>();
  private long next;
  private long end;
  private long reserved;

  /** An empty arena. */
  public DeviceArena(Device device) {
    this.device = device;
  }

  /** The size that an allocation takes. */
  public static long padded(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /**
   * The address of new memory, a multiple of 256.
   *
   * @param what for messages, such as {@code a tensor (512, 3584)}
   * @throws DeviceMemoryException if the device's memory does not suffice
   */
  public synchronized long allocate(long bytes, String what) {
    long size = padded(bytes);
    if (end - next < size) {
      addChunk(size, what);
    }
    long address = next;
    next += size;
    return address;
  }

  private void addChunk(long needed, String what) {
    long comfortable = Math.clamp(reserved, SMALLEST_CHUNK, LARGEST_CHUNK);
    long size = Math.max(needed, comfortable);
    long address = device.call(() -> Driver.allocate(size));
    if (address == 0 && size > needed) {
      addChunkOf(needed, what);
      return;
    }
    use(address, size, needed, what);
  }

  private void addChunkOf(long size, String what) {
    use(device.call(() -> Driver.allocate(size)), size, size, what);
  }

  private void use(long address, long size, long needed, String what) {
    if (address == 0) {
      Driver.Memory memory = device.call(Driver::memory);
      throw new DeviceMemoryException(
          ("cuda: %s needs %,d bytes of device memory, %,d of %,d are free;"
                  + " use fewer bits a weight, a shorter canvas or a smaller batch, or close what"
                  + " else uses the GPU")
              .formatted(what, needed, memory.free(), memory.total()));
    }
    chunks.add(address);
    reserved += size;
    next = address;
    end = address + size;
  }

  /** Bytes taken from the driver. */
  public synchronized long reservedBytes() {
    return reserved;
  }

  @Override
  public synchronized void close() {
    List<Long> held = List.copyOf(chunks);
    chunks.clear();
    next = 0;
    end = 0;
    if (!held.isEmpty()) {
      device.release(() -> held.forEach(Driver::free));
    }
  }
}
