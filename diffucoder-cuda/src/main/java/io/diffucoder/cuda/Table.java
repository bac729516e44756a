package io.diffucoder.cuda;

import io.diffucoder.cuda.driver.CommandStream;

/**
 * Numbers that launches of some ops read and that change now and then. New numbers are copied
 * before all that is recorded, unless a launch among it still needs the old ones: a copy in the
 * midst would make another run of launches of what is otherwise the same step.
 */
final class Table {
  private final CommandStream stream;
  private final Workspace memory;
  private long lastRead = -1;

  Table(CommandStream stream, Workspace memory) {
    this.stream = stream;
    this.memory = memory;
  }

  /** Replaces the numbers. */
  void put(int[] numbers) {
    long address = memory.atLeast((long) numbers.length * Integer.BYTES);
    if (lastRead == stream.recordings()) {
      stream.copyIn(numbers, numbers.length, address);
    } else {
      stream.copyInFirst(numbers, numbers.length, address);
    }
  }

  /** Where the numbers are, for a launch that is recorded now. */
  long read() {
    lastRead = stream.recordings();
    return memory.atLeast(0);
  }
}
