package io.diffucoder.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Launches and copies that are to run on a stream one after the other, as bytes: what a caller
 * records without a call to the driver, and what two steps are compared by.
 *
 * <p>A command is a header of eight ints (kind, bytes of arguments, grid x, y, z, threads, shared
 * bytes, 0) and its arguments: for a kernel the bytes of its parameter, a struct whose fields lie
 * at their natural alignment; for a copy the device address, the host address and the size; for a
 * product the numbers that its library is given.
 */
public final class CommandTape implements AutoCloseable {
  /** The kind of a copy from the host; a kernel's kind is its number. */
  static final int COPY = -1;

  /** The kind of a product by a library. */
  static final int PRODUCT = -2;

  private static final int HEADER = 32;
  private static final int LARGEST_COMMAND = 512;

  @SuppressWarnings("MustBeClosedChecker") // close() closes it
  private Arena arena = Arena.ofShared();

  private MemorySegment bytes = arena.allocate(64 << 10, 16);
  private long length;
  private long command;
  private int commands;
  private boolean begun;
  private long last = -1;

  /** The shape of a launch. */
  record Launch(int gridX, int gridY, int gridZ, int threads, int sharedBytes) {}

  CommandTape() {}

  /** Begins a kernel launch; the arguments follow in the order of the struct. */
  public CommandTape kernel(int number, int threads, int sharedBytes) {
    begin(number);
    header(5, threads);
    header(6, sharedBytes);
    return grid(1, 1, 1);
  }

  /** The blocks of the launch that was begun. */
  public CommandTape grid(int x, int y, int z) {
    header(2, x);
    header(3, y);
    header(4, z);
    return this;
  }

  void copy(long to, long from, long size) {
    begin(COPY);
    int64(to).int64(from).int64(size).end();
  }

  /** Begins a product by a library. */
  CommandTape product(int number) {
    begin(PRODUCT);
    header(2, number);
    return this;
  }

  private void begin(int kind) {
    assert !begun : "a command within a command";
    begun = true;
    if (bytes.byteSize() - length < LARGEST_COMMAND) {
      grow();
    }
    command = length;
    bytes.asSlice(length, HEADER).fill((byte) 0);
    header(0, kind);
    length += HEADER;
  }

  @SuppressWarnings("MustBeClosedChecker") // likewise
  private void grow() {
    Arena larger = Arena.ofShared();
    MemorySegment copy = larger.allocate(2 * bytes.byteSize(), 16);
    copy.copyFrom(bytes);
    arena.close();
    arena = larger;
    bytes = copy;
  }

  private void header(int field, int value) {
    bytes.set(JAVA_INT, command + 4L * field, value);
  }

  /** A pointer or a 64-bit number. */
  public CommandTape int64(long value) {
    align();
    bytes.set(JAVA_LONG, length, value);
    length += Long.BYTES;
    return this;
  }

  /** A 32-bit number. */
  public CommandTape int32(int value) {
    bytes.set(JAVA_INT, length, value);
    length += Integer.BYTES;
    return this;
  }

  /** A float32. */
  public CommandTape float32(float value) {
    bytes.set(JAVA_FLOAT, length, value);
    length += Float.BYTES;
    return this;
  }

  /** Ends the command. */
  public void end() {
    align();
    header(1, (int) (length - command - HEADER));
    commands++;
    begun = false;
    last = command;
  }

  /** The last command, or −1 if nothing is recorded. */
  public long last() {
    return last;
  }

  /** Changes a 64-bit argument of a command that is recorded already. */
  public void setInt64(long recorded, int offset, long value) {
    bytes.set(JAVA_LONG, recorded + HEADER + offset, value);
  }

  /** Changes a 32-bit argument of a command that is recorded already. */
  public void setInt32(long recorded, int offset, int value) {
    bytes.set(JAVA_INT, recorded + HEADER + offset, value);
  }

  private void align() {
    if (length % Long.BYTES != 0) {
      bytes.set(JAVA_INT, length, 0);
      length += Integer.BYTES;
    }
  }

  /** Whether nothing is recorded. */
  boolean isEmpty() {
    return length == 0;
  }

  int commands() {
    return commands;
  }

  /** Bytes recorded. */
  long length() {
    return length;
  }

  void clear() {
    length = 0;
    commands = 0;
    begun = false;
    last = -1;
  }

  int kind(long at) {
    return bytes.get(JAVA_INT, at);
  }

  /** Where the command after this one begins. */
  long next(long at) {
    return at + HEADER + bytes.get(JAVA_INT, at + 4);
  }

  Launch shape(long at) {
    return new Launch(
        bytes.get(JAVA_INT, at + 8),
        bytes.get(JAVA_INT, at + 12),
        bytes.get(JAVA_INT, at + 16),
        bytes.get(JAVA_INT, at + 20),
        bytes.get(JAVA_INT, at + 24));
  }

  /** The number of a library's product. */
  int productNumber(long at) {
    return bytes.get(JAVA_INT, at + 8);
  }

  /** The native address of a command's arguments. */
  long arguments(long at) {
    return bytes.address() + at + HEADER;
  }

  /** The i-th 64-bit argument. */
  long argument(long at, int i) {
    return bytes.get(JAVA_LONG, at + HEADER + 8L * i);
  }

  /** The bytes of some commands. */
  MemorySegment slice(long from, long to) {
    return bytes.asSlice(from, to - from);
  }

  @Override
  public void close() {
    arena.close();
  }
}
