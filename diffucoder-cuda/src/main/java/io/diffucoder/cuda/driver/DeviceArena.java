package io.diffucoder.cuda.driver;

import io.diffucoder.api.DeviceMemoryException;
import java.util.ArrayList;
import java.util.List;

/**
 * Device memory that is freed all at once. What is small is cut from chunks, which grow with what
 * the arena holds, because each allocation costs the driver up to a millisecond; what is large is
 * allocated by itself, so that little is left over.
 */
public final class DeviceArena implements AutoCloseable {
  /** What the driver aligns to, and more than any kernel needs. */
  private static final long ALIGNMENT = 256;

  private static final long LARGE = 8L << 20;
  private static final long SMALLEST_CHUNK = 2L << 20;
  private static final long LARGEST_CHUNK = 32L << 20;

  private final Device device;
  private final List<Long> held = new ArrayList<>();
  private long next;
  private long end;
  private long cut;

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
    if (size >= LARGE) {
      long address = device.call(() -> Driver.allocate(size));
      return hold(address, size, what);
    }
    if (end - next < size) {
      addChunk(size, what);
    }
    long address = next;
    next += size;
    cut += size;
    return address;
  }

  /** A chunk of a comfortable size, or of what is needed if there is no more. */
  private void addChunk(long needed, String what) {
    long comfortable = Math.max(needed, Math.clamp(cut, SMALLEST_CHUNK, LARGEST_CHUNK));
    long address = device.call(() -> Driver.allocate(comfortable));
    if (address != 0) {
      next = hold(address, comfortable, what);
      end = next + comfortable;
    } else {
      next = hold(device.call(() -> Driver.allocate(needed)), needed, what);
      end = next + needed;
    }
  }

  private long hold(long address, long needed, String what) {
    if (address == 0) {
      Driver.Memory memory = device.call(Driver::memory);
      throw new DeviceMemoryException(
          ("cuda: %s needs %,d bytes of device memory, %,d of %,d are free;"
                  + " use fewer bits a weight, a shorter canvas or a smaller batch, or close what"
                  + " else uses the GPU")
              .formatted(what, needed, memory.free(), memory.total()));
    }
    held.add(address);
    return address;
  }

  @Override
  public synchronized void close() {
    List<Long> all = List.copyOf(held);
    held.clear();
    next = 0;
    end = 0;
    if (!all.isEmpty()) {
      device.release(() -> all.forEach(Driver::free));
    }
  }
}
