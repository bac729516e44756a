package io.diffucoder.cuda.driver;

import io.diffucoder.api.DeviceMemoryException;
import java.lang.foreign.MemorySegment;

/** Page-locked host memory, which the device copies from and to while the host goes on. */
public final class PinnedMemory implements AutoCloseable {
  private final Device device;
  private final MemorySegment bytes;

  /**
   * New memory.
   *
   * @throws DeviceMemoryException if the system does not give it
   */
  public PinnedMemory(Device device, long size) {
    this.device = device;
    this.bytes = device.call(() -> Driver.allocatePinned(size));
    if (bytes.address() == 0) {
      throw new DeviceMemoryException(
          "cuda: %,d bytes of page-locked host memory are needed and the system does not give them; free host memory or raise its limit (ulimit -l)"
              .formatted(size));
    }
  }

  /** The memory. */
  public MemorySegment bytes() {
    return bytes;
  }

  @Override
  public void close() {
    device.release(() -> Driver.freePinned(bytes));
  }
}
