package io.diffucoder.cli.python;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a process wrote before it ended or was ended. It never outlives {@link #run}.
 *
 * @param output at most as many bytes as were allowed, and one more
 * @param ending how it came to its end
 */
record BoundedProcess(byte[] output, Ending ending) {
  private static final Executor THREADS = Thread::startVirtualThread;
  private static final Duration GRACE = Duration.ofSeconds(2);

  /** How a process came to its end. */
  enum Ending {
    /** It closed its output, most likely by ending. */
    BY_ITSELF,
    /** It was killed: its time was over. */
    OUT_OF_TIME,
    /** It was killed: it had written more than is read. */
    TOO_MUCH_OUTPUT
  }

  /** Starts a process, feeds it, and reads what it writes within the limits. */
  static BoundedProcess run(ProcessBuilder builder, byte[] input, Limits limits)
      throws IOException {
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try {
      THREADS.execute(() -> feed(process, input));
      int mostBytes = limits.outputBytes();
      CompletableFuture<byte[]> reading =
          CompletableFuture.supplyAsync(() -> read(process, mostBytes + 1), THREADS);
      Ending ending = Ending.BY_ITSELF;
      if (!isDoneWithin(limits.time(), reading)) {
        ending = Ending.OUT_OF_TIME;
        kill(process); // Which ends its output.
        if (!isDoneWithin(GRACE, reading)) {
          throw new IOException("the output of a killed process does not end");
        }
      }
      byte[] output = reading.join();
      return new BoundedProcess(
          output, output.length > mostBytes ? Ending.TOO_MUCH_OUTPUT : ending);
    } finally {
      kill(process);
    }
  }

  private static boolean isDoneWithin(Duration time, CompletableFuture<byte[]> reading)
      throws IOException {
    try {
      reading.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IOException("the output of a process could not be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a process ran");
    }
  }

  /** By its handle: unlike the process itself, that leaves its output to be read to the end. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.toHandle().destroyForcibly();
  }

  private static void feed(Process process, byte[] input) {
    try (OutputStream stream = process.getOutputStream()) {
      stream.write(input);
    } catch (IOException e) {
      // It ended before it had read all: what it wrote tells how far it came.
    }
  }

  private static byte[] read(Process process, int mostBytes) {
    try {
      return process.getInputStream().readNBytes(mostBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
