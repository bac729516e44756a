package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.diffucoder.api.DeviceMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Memory from the C library: an arena would fill gigabytes of weights with zeros first. */
@SuppressWarnings("restricted") // calls malloc's relative
final class NativeMemory {
  private static final long ALIGNMENT = 64;
  private static final MethodHandle ALLOCATE =
      function("aligned_alloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG, JAVA_LONG));
  private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ADDRESS));

  private NativeMemory() {}

  private static MethodHandle function(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }

  /** {@link #allocate(String, long)}, freed with the arena. */
  static MemorySegment allocate(String what, long bytes, Arena arena) {
    MemorySegment memory = allocate(what, bytes);
    return memory.reinterpret(memory.byteSize(), arena, NativeMemory::free);
  }

  /**
   * Memory that holds anything, from a multiple of a cache line on, until it is freed.
   *
   * @param what it is for, for the message
   * @throws DeviceMemoryException if the system gives none
   */
  static MemorySegment allocate(String what, long bytes) {
    long size = Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
    MemorySegment memory;
    try {
      memory = (MemorySegment) ALLOCATE.invokeExact(ALIGNMENT, size);
    } catch (Throwable e) {
      throw Dnnl.unexpected(e);
    }
    if (memory.equals(MemorySegment.NULL)) {
      throw new DeviceMemoryException(
          "onednn: %s needs %d bytes of native memory, which the system does not give; stop other"
                  .formatted(what, bytes)
              + " programs or use the cpu backend, which needs none for weights");
    }
    return memory.reinterpret(size);
  }

  /** Frees memory; NULL is none. */
  static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw Dnnl.unexpected(e);
    }
  }
}
