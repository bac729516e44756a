package io.diffucoder.cuda.driver;

import io.diffucoder.api.DeviceFailedException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.cuda.global.cudart;
import org.jspecify.annotations.Nullable;

/**
 * A GPU with its context. One platform thread makes all calls to the driver, in the order in which
 * they are submitted: a context is current for a thread, and callers may be virtual threads.
 */
public final class Device implements AutoCloseable {
  private final ExecutorService owner;
  private final Driver.Context context;
  private final Facts facts;
  private volatile @Nullable DeviceFailedException failure;

  /**
   * What the GPU is.
   *
   * @param name its name
   * @param capability compute capability, 10 · major + minor
   * @param multiprocessors how many
   * @param totalBytes its memory
   * @param freeBytes what of it was free when the device was opened
   */
  public record Facts(
      String name, int capability, int multiprocessors, long totalBytes, long freeBytes) {}

  private Device(ExecutorService owner, Driver.Context context, Facts facts) {
    this.owner = owner;
    this.context = context;
    this.facts = facts;
  }

  /**
   * Opens the GPU with this number and starts its thread.
   *
   * @throws DeviceFailedException if the driver does not let it
   */
  public static Device open(int ordinal) {
    ExecutorService owner =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("diffucoder-cuda-" + ordinal).factory());
    try {
      return await(owner.submit(() -> openOnOwner(owner, ordinal)));
    } catch (RuntimeException | Error e) {
      owner.shutdown();
      throw e;
    }
  }

  private static Device openOnOwner(ExecutorService owner, int ordinal) {
    Driver.Context context = Driver.retainContext(ordinal);
    try {
      Driver.setCurrent(context);
      Driver.Memory memory = Driver.memory();
      int major = Driver.attribute(context, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
      int minor = Driver.attribute(context, cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
      Facts facts =
          new Facts(
              Driver.deviceName(context),
              10 * major + minor,
              Driver.attribute(context, cudart.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
              memory.total(),
              memory.free());
      return new Device(owner, context, facts);
    } catch (RuntimeException | Error e) {
      Driver.releaseContext(context);
      throw e;
    }
  }

  /** What this GPU is. */
  public Facts facts() {
    return facts;
  }

  /**
   * Runs a task on the device's thread and waits for it.
   *
   * @throws DeviceFailedException if the device failed before, or does now
   */
  public <T> T call(Callable<T> task) {
    return await(submit(task));
  }

  /** Like {@link #call} without a result. */
  public void run(Runnable task) {
    await(submit(Executors.callable(task)));
  }

  /** Runs a task on the device's thread after those that were submitted before. */
  <T> Future<T> submit(Callable<T> task) {
    requireWorking();
    return owner.submit(() -> {
      requireWorking();
      try {
        return task.call();
      } catch (DeviceFailedException e) {
        failure = e;
        throw e;
      }
    });
  }

  /** Waits whatever interrupts come, and keeps them. */
  static <T> T await(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // a copy or a kernel cannot be left half-way
        } catch (ExecutionException e) {
          throw sameKind(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException sameKind(ExecutionException e) {
    switch (e.getCause()) {
      case RuntimeException failed -> throw failed;
      case Error failed -> throw failed;
      case null, default -> throw new AssertionError(e); // tasks throw nothing checked
    }
  }

  /** Whether the device failed: then nothing of it can be used, and its memory is lost with it. */
  public boolean hasFailed() {
    return failure != null;
  }

  private void requireWorking() {
    DeviceFailedException earlier = failure;
    if (earlier != null) {
      throw new DeviceFailedException(
          "cuda: the device failed before; close the model and load it again: "
              + earlier.getMessage(),
          earlier);
    }
  }

  /**
   * Frees something of the driver's on the device's thread; a failed device has nothing to free.
   */
  void release(Runnable free) {
    if (!hasFailed()) {
      run(free);
    }
  }

  /** Gives the context back and ends the thread. What was made on the device is freed before. */
  @Override
  public void close() {
    if (!owner.isShutdown()) {
      await(owner.submit(() -> Driver.releaseContext(context)));
      owner.shutdown();
    }
  }
}
