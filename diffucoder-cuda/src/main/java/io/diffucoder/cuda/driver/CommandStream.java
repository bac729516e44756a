package io.diffucoder.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.jspecify.annotations.Nullable;

/**
 * An ordered stream of launches and copies. What is recorded goes to the device when the host has
 * something to write or to wait for; the caller goes on recording meanwhile. Used by one thread at
 * a time; only {@link #fetch} and {@link #finish} wait for the device.
 */
public final class CommandStream implements AutoCloseable {
  private static final long STAGING_BYTES = 1L << 20;

  /** So many launches are worth starting before the host writes the next numbers. */
  private static final int WORTH_STARTING = 64;

  private final Device device;
  private final Launcher launcher;
  private final GraphCache graphs = new GraphCache();
  private final CUstream_st stream;
  private Recording recording = new Recording();
  private Recording running = new Recording();
  private long recordings;
  private @Nullable Future<?> run;

  /** What goes to the device: a copy's bytes stay until it is certain that they have arrived. */
  private PinnedMemory staging;

  private long staged;
  private PinnedMemory results;

  /** What is recorded: copies that go first, and all else in order. */
  private record Recording(CommandTape first, CommandTape then) {
    Recording() {
      this(new CommandTape(), new CommandTape());
    }

    boolean isEmpty() {
      return first.isEmpty() && then.isEmpty();
    }

    void clear() {
      first.clear();
      then.clear();
    }

    void close() {
      first.close();
      then.close();
    }
  }

  /** A new stream. */
  public CommandStream(Device device, KernelLibrary kernels, @Nullable LibraryProducts products) {
    this.device = device;
    this.launcher = new Launcher(kernels, products);
    this.stream = device.call(Driver::newStream);
    this.staging = new PinnedMemory(device, STAGING_BYTES);
    this.results = new PinnedMemory(device, STAGING_BYTES);
  }

  /** Where launches are recorded. */
  public CommandTape tape() {
    return recording.then();
  }

  /** How many recordings went to the device: which one it is that is recorded now. */
  public long recordings() {
    return recordings;
  }

  /** Copies numbers to the device, after what was recorded and before what will be. */
  public void copyIn(int[] values, int count, long to) {
    if (recording.then().commands() >= WORTH_STARTING) {
      flush();
    }
    copyIn(values, count, to, Place.IN_ORDER);
  }

  /** Copies numbers to the device before all that was recorded, of which nothing may need them. */
  public void copyInFirst(int[] values, int count, long to) {
    copyIn(values, count, to, Place.FIRST);
  }

  private enum Place {
    FIRST,
    IN_ORDER
  }

  private void copyIn(int[] values, int count, long to, Place place) {
    if (count == 0) {
      return;
    }
    long size = DeviceArena.padded((long) count * Integer.BYTES);
    if (staging.bytes().byteSize() - staged < size) {
      finish();
      if (staging.bytes().byteSize() < size) {
        staging.close();
        staging = new PinnedMemory(device, 2 * size);
      }
    }
    MemorySegment.copy(values, 0, staging.bytes(), JAVA_INT, staged, count);
    CommandTape tape = place == Place.FIRST ? recording.first() : recording.then();
    tape.copy(to, staging.bytes().address() + staged, (long) count * Integer.BYTES);
    staged += size;
  }

  /** Hands what is recorded to the device, without waiting for it. */
  public void flush() {
    if (recording.isEmpty()) {
      return;
    }
    awaitRun();
    Recording recorded = recording;
    recording = running;
    running = recorded;
    recording.clear();
    recordings++;
    run =
        device.submit(
            Executors.callable(() -> {
              execute(recorded.first());
              execute(recorded.then());
            }));
  }

  /**
   * Copies bytes from the device, after all that was recorded; waits.
   *
   * @return the bytes, until the next call
   */
  public MemorySegment fetch(long from, long size) {
    flush();
    if (results.bytes().byteSize() < size) {
      results.close();
      results = new PinnedMemory(device, size);
    }
    MemorySegment into = results.bytes().asSlice(0, size);
    awaitRun();
    device.run(() -> {
      Driver.copyOut(new Address().at(into.address()), from, size, stream);
      Driver.synchronize(stream);
    });
    staged = 0;
    return into;
  }

  /** Waits until all that was recorded has run. */
  public void finish() {
    flush();
    awaitRun();
    device.run(() -> Driver.synchronize(stream));
    staged = 0;
  }

  private void awaitRun() {
    Future<?> submitted = run;
    run = null;
    if (submitted != null) {
      Device.await(submitted);
    }
  }

  private void execute(CommandTape tape) {
    long at = 0;
    while (at < tape.length()) {
      if (tape.kind(at) == CommandTape.COPY) {
        launcher.run(tape, at, stream);
        at = tape.next(at);
      } else {
        GraphCache.Run launches = launchesFrom(tape, at);
        graphs.launch(tape, launches, launcher, stream);
        at = launches.to();
      }
    }
  }

  private static GraphCache.Run launchesFrom(CommandTape tape, long from) {
    int count = 0;
    long at = from;
    while (at < tape.length() && tape.kind(at) != CommandTape.COPY) {
      at = tape.next(at);
      count++;
    }
    return new GraphCache.Run(from, at, count);
  }

  /** Drops what is recorded and waits for what runs. A device that failed is not waited for. */
  public void abandon() {
    recording.clear();
    Future<?> submitted = run;
    run = null;
    if (submitted != null && !device.hasFailed()) {
      Device.await(submitted);
    }
    staged = 0;
    device.release(() -> Driver.synchronize(stream));
  }

  @Override
  public void close() {
    abandon();
    device.release(() -> {
      graphs.clear();
      Driver.destroy(stream);
    });
    staging.close();
    results.close();
    recording.close();
    running.close();
  }
}
