package io.diffucoder.cuda;

/** What looking for an NVIDIA driver found: one case for each thing that can stop CUDA. */
sealed interface DriverFacts {

  /** The oldest driver API that the backend runs on: CUDA 13.0, which driver 580 brought. */
  int OLDEST_VERSION = 13_000;

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
   * The driver works.
   *
   * @param version the newest CUDA it supports: 1000 · major + 10 · minor
   * @param devices how many GPUs it sees
   */
  record Working(int version, int devices) implements DriverFacts {}

  /** Why there is no CUDA backend: one sentence without a full stop. */
  default String reason() {
    return switch (this) {
      case UnsupportedSystem(String os) ->
          "NVIDIA GPUs are supported on Linux and Windows, this is " + os;
      case NativeAccessDenied(String module) ->
          "this JVM denies native access, run with --enable-native-access=" + module;
      case NoDriver(String library) ->
          "no NVIDIA driver, " + library + " was not found; install driver 580 or newer";
      case NoFunction(String library, String function) ->
          library + " has no " + function + "; is it a stub? install NVIDIA driver 580 or newer";
      case Failed(_, int code) when code == CudaDriver.NO_DEVICE -> NO_GPU;
      case Failed(String function, int code) ->
          "the NVIDIA driver's %s failed with CUDA error %d; does nvidia-smi work here?"
              .formatted(function, code);
      case Working(int version, _) when version < OLDEST_VERSION ->
          "the NVIDIA driver supports CUDA %s, 13.0 or newer is needed; install driver 580 or newer"
              .formatted(dotted(version));
      case Working(_, int devices) when devices == 0 -> NO_GPU;
      case Working(int version, _) ->
          "an NVIDIA GPU with a driver for CUDA %s was found, but this release has no CUDA kernels yet"
              .formatted(dotted(version));
    };
  }

  private static String dotted(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
