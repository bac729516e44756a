package io.diffucoder.cuda;

import java.util.Optional;

/** What looking for an NVIDIA GPU found: one case for each thing that can stop CUDA. */
sealed interface DriverFacts {

  /** The oldest driver API that the backend runs on: CUDA 13.0, which driver 580 brought. */
  int OLDEST_VERSION = 13_000;

  /** The oldest compute capability that has what the kernels use: bfloat16 and cp.async. */
  int OLDEST_CAPABILITY = 80;

  /** What the smallest useful model needs: the context alone takes a good half of it. */
  long LEAST_MEMORY = 1L << 30;

  /** The sentence for a machine that has a driver only. */
  String NO_GPU = "an NVIDIA driver is installed but it sees no GPU; does nvidia-smi list one?";

  /**
   * NVIDIA has no driver for this system.
   *
   * @param os its name
   */
  record UnsupportedSystem(String os) implements DriverFacts {}

  /**
   * This JVM does not let the module call native code.
   *
   * @param module what to enable: the module's name, or ALL-UNNAMED on the class path
   */
  record NativeAccessDenied(String module) implements DriverFacts {}

  /**
   * There is no driver.
   *
   * @param library the file that a driver would have brought
   */
  record NoDriver(String library) implements DriverFacts {}

  /**
   * The driver's library is there, but a function is not in it.
   *
   * @param library the file
   * @param function the function
   */
  record NoFunction(String library, String function) implements DriverFacts {}

  /**
   * The driver answered with an error.
   *
   * @param function what was called
   * @param code its result, such as 100 for CUDA_ERROR_NO_DEVICE
   */
  record Failed(String function, int code) implements DriverFacts {}

  /**
   * The driver is too old, or sees no GPU of this number.
   *
   * @param version the newest CUDA it supports: 1000 · major + 10 · minor
   * @param devices how many GPUs it sees
   * @param wanted the number of the GPU that was asked for
   */
  record NoDevice(int version, int devices, int wanted) implements DriverFacts {}

  /**
   * The driver works and there is a GPU.
   *
   * @param version the newest CUDA it supports
   * @param capability compute capability, 10 · major + minor
   * @param memoryBytes the GPU's memory
   */
  record Working(int version, int capability, long memoryBytes) implements DriverFacts {}

  /** Why there is no CUDA backend: one sentence without a full stop; empty if nothing is known. */
  default Optional<String> obstacle() {
    return switch (this) {
      case UnsupportedSystem(String os) ->
          Optional.of("NVIDIA GPUs are supported on Linux and Windows, this is " + os);
      case NativeAccessDenied(String module) ->
          Optional.of("this JVM denies native access, run with --enable-native-access=" + module);
      case NoDriver(String library) ->
          Optional.of(
              "no NVIDIA driver, " + library + " was not found; install driver 580 or newer");
      case NoFunction(String library, String function) ->
          Optional.of(
              library
                  + " has no "
                  + function
                  + "; is it a stub? install NVIDIA driver 580 or newer");
      case Failed(_, int code) when code == CudaDriver.NO_DEVICE -> Optional.of(NO_GPU);
      case Failed(String function, int code) ->
          Optional.of(
              "the NVIDIA driver's %s failed with CUDA error %d; does nvidia-smi work here?"
                  .formatted(function, code));
      case NoDevice(int version, _, _) when version < OLDEST_VERSION ->
          Optional.of(
              "the NVIDIA driver supports CUDA %s, 13.0 or newer is needed; install driver 580 or newer"
                  .formatted(dotted(version)));
      case NoDevice(_, int devices, _) when devices == 0 -> Optional.of(NO_GPU);
      case NoDevice(_, int devices, int wanted) ->
          Optional.of(
              "there is no GPU %d, the driver sees %d, counted from 0; change %s"
                  .formatted(wanted, devices, CudaSettings.DEVICE));
      case Working(_, int capability, _) when capability < OLDEST_CAPABILITY ->
          Optional.of(
              "the GPU has compute capability %d.%d, 8.0 or newer is needed (Ampere, 2020); use the cpu backend"
                  .formatted(capability / 10, capability % 10));
      case Working(_, _, long memory) when memory < LEAST_MEMORY ->
          Optional.of(
              "the GPU has %d MiB of memory, %d are needed; use the cpu backend"
                  .formatted(memory >> 20, LEAST_MEMORY >> 20));
      case Working _ -> Optional.empty();
    };
  }

  private static String dotted(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
