package io.diffucoder.cli.python;

import java.time.Duration;
import java.util.Objects;

/**
 * What a program may use up before it is ended.
 *
 * @param time from its start to its last word, and of the processor, to whole seconds
 * @param memoryBytes address space, Python's own included
 * @param outputBytes that are read from it
 */
public record Limits(Duration time, long memoryBytes, int outputBytes) {
  /** 5 seconds, 256 MiB of memory, 256 KiB of output. */
  public static final Limits STANDARD = new Limits(Duration.ofSeconds(5), 256L << 20, 256 << 10);

  public Limits {
    Objects.requireNonNull(time, "time");
    if (time.compareTo(Duration.ZERO) <= 0 || memoryBytes <= 0 || outputBytes <= 0) {
      throw new IllegalArgumentException("limits must be positive, got " + time);
    }
  }

  /** The same with another time. */
  public Limits withTime(Duration newTime) {
    return new Limits(newTime, memoryBytes, outputBytes);
  }

  /** Whole seconds of the processor, at least 1: what the kernel counts in. */
  long processorSeconds() {
    return time.plusNanos(999_999_999).toSeconds();
  }
}
