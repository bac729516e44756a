package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A launch of a kernel on a few numbers that gives the same results every time: before each, all of
 * its memory is put back. The arguments follow each other as the fields of the kernel's struct.
 */
final class SmallLaunch {
  private static final byte POISON = (byte) 0xEE;

  private final MutatedKernels kernels;
  private final String kernel;
  private final MutatedKernels.Shape shape;
  private final ByteBuffer arguments = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
  private final List<Memory> inputs = new ArrayList<>();
  private final List<Memory> results = new ArrayList<>();

  /**
   * What came of a launch.
   *
   * @param message of the emulator, if a kernel did something that it must not
   * @param results the bits of all that it writes
   */
  record Outcome(Optional<String> message, List<ByteBuffer> results) {}

  private record Memory(MemorySegment device, byte[] before) {
    void putBack() {
      device.copyFrom(MemorySegment.ofArray(before));
    }
  }

  SmallLaunch(MutatedKernels kernels, String kernel, MutatedKernels.Shape shape) {
    this.kernels = kernels;
    this.kernel = kernel;
    this.shape = shape;
  }

  /** The address of what the kernel reads. */
  SmallLaunch reads(MemorySegment numbers) {
    return add(inputs, numbers.toArray(JAVA_BYTE));
  }

  /** The address of what it writes, at first poison. */
  SmallLaunch writes(int bytes) {
    byte[] before = new byte[bytes];
    Arrays.fill(before, POISON);
    return add(results, before);
  }

  /** The address of what it changes. */
  SmallLaunch changes(MemorySegment numbers) {
    return add(results, numbers.toArray(JAVA_BYTE));
  }

  /** An address where there is nothing. */
  SmallLaunch nothing() {
    return int64(0);
  }

  SmallLaunch int64(long value) {
    align(Long.BYTES);
    arguments.putLong(value);
    return this;
  }

  SmallLaunch int32(int... values) {
    for (int value : values) {
      arguments.putInt(value);
    }
    return this;
  }

  SmallLaunch float32(float value) {
    arguments.putFloat(value);
    return this;
  }

  /** Which kernel it launches. */
  String kernel() {
    return kernel;
  }

  @Override
  public String toString() {
    return kernel;
  }

  Outcome run(int schedule) {
    inputs.forEach(Memory::putBack);
    results.forEach(Memory::putBack);
    align(Long.BYTES);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment struct = arena.allocate(arguments.position(), Long.BYTES);
      struct.copyFrom(MemorySegment.ofArray(arguments.array()).asSlice(0, struct.byteSize()));
      Optional<String> message = kernels.run(kernel, shape, struct, schedule);
      return new Outcome(
          message,
          results.stream()
              .map(memory -> ByteBuffer.wrap(memory.device.toArray(JAVA_BYTE)))
              .toList());
    }
  }

  private SmallLaunch add(List<Memory> to, byte[] before) {
    MemorySegment device = kernels.allocate(before.length);
    to.add(new Memory(device, before));
    return int64(device.address());
  }

  private void align(int bytes) {
    while (arguments.position() % bytes != 0) {
      arguments.put((byte) 0);
    }
  }
}
