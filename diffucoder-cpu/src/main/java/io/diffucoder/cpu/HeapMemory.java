package io.diffucoder.cpu;

import io.diffucoder.api.DeviceMemoryException;
import java.util.function.Supplier;

/** Arrays for tensors, or an error that says how much was needed and how much is free. */
final class HeapMemory {
  /** The longest array that HotSpot allocates. */
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private HeapMemory() {}

  /**
   * Allocates an array of so many 4-byte numbers.
   *
   * @param what backend and tensor, for the message
   */
  static <T> T allocate(String what, long numbers, Supplier<T> allocation) {
    try {
      if (numbers <= LONGEST_ARRAY) {
        return allocation.get();
      }
    } catch (OutOfMemoryError e) {
      throw new DeviceMemoryException(shortage(what, numbers), e);
    }
    throw new DeviceMemoryException(shortage(what, numbers));
  }

  private static String shortage(String what, long numbers) {
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    return "%s needs %d bytes, %d bytes of heap are free and an array holds 2^31 numbers;"
            .formatted(what, 4 * numbers, free)
        + " take fewer rows or raise -Xmx";
  }
}
