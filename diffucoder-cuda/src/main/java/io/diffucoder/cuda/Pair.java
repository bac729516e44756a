package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandStream;

/**
 * The last launch of a kernel that has room for a second tensor. Rotations of queries and keys, and
 * copies of keys and values, come right after each other; as one launch they save the device the
 * time between two.
 */
final class Pair {
  private final CommandStream stream;
  private Half first = new Half(0, 0, 0, 0);
  private long recording = -1;
  private long command = -1;

  /**
   * What a launch does with one tensor.
   *
   * @param indices what both halves must share
   * @param rows likewise
   * @param read address of what it reads
   * @param written address of what it writes
   */
  record Half(long indices, int rows, long read, long written) {}

  Pair(CommandStream stream) {
    this.stream = stream;
  }

  /** Notes a launch that was just recorded with one tensor. */
  void opened(Half half) {
    first = half;
    recording = stream.recordings();
    command = stream.tape().last();
  }

  /** Whether that launch is still the last one and may do this as well, in any order. */
  boolean takes(Half second) {
    return recording == stream.recordings()
        && command == stream.tape().last()
        && second.indices() == first.indices()
        && second.rows() == first.rows()
        && second.written() != first.written()
        && second.read() != first.written()
        && second.written() != first.read();
  }

  /** The launch, which then is full. */
  long close() {
    recording = -1;
    return command;
  }
}
