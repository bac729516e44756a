package io.diffucoder.cpu;

import io.diffucoder.cpu.kernel.Kernels;
import io.diffucoder.cpu.kernel.ScalarKernels;
import io.diffucoder.cpu.kernel.VectorKernels;
import io.diffucoder.cpu.kernel.VectorSpeciesConfig;
import io.diffucoder.cpu.kernel.VectorWidth;
import java.util.Optional;

/** Which inner loops this JVM can run well: the Vector API's, or else plain ones. */
sealed interface KernelChoice {

  /** Vector kernels at the width of {@link VectorWidth}. */
  record Vectors() implements KernelChoice {}

  /**
   * Scalar kernels.
   *
   * @param advice what to do for speed, without a full stop; empty if scalar was asked for
   */
  record Scalar(Optional<String> advice) implements KernelChoice {}

  /** Speed of linear layers with 256-bit vectors, compared with scalar: docs/performance.md. */
  String GAIN = "about 10-fold";

  /** Decides for this JVM. */
  static KernelChoice ofThisJvm() {
    if (VectorWidth.requested() == 0) {
      return new Scalar(Optional.empty());
    }
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Scalar(
          Optional.of(
              "add --add-modules jdk.incubator.vector to the java command for " + GAIN + " speed"));
    }
    return optimisesVectors(System.getProperty("java.vm.info", ""))
        ? new Vectors()
        : new Scalar(
            Optional.of(
                "run HotSpot with its C2 compiler (no -XX:TieredStopAtLevel, -Xint or JVMCI"
                    + " compiler) for "
                    + GAIN
                    + " speed"));
  }

  /**
   * Whether the compiler turns Vector API calls into vector instructions. Only HotSpot's C2 does;
   * others run them as objects, far slower than plain loops.
   *
   * @param vmInfo the system property {@code java.vm.info}
   */
  static boolean optimisesVectors(String vmInfo) {
    return (vmInfo.startsWith("mixed mode") || vmInfo.startsWith("compiled mode"))
        && !vmInfo.contains("emulated-client")
        && !vmInfo.contains("jvmci");
  }

  /** In a few words, for people. */
  default String describe() {
    return switch (this) {
      case Vectors() -> VectorSpeciesConfig.bits() + "-bit vectors";
      case Scalar(Optional<String> advice) -> "scalar" + advice.map(a -> ": " + a).orElse("");
    };
  }

  /** The loops. */
  default Kernels kernels() {
    return switch (this) {
      case Vectors() -> new VectorKernels();
      case Scalar(_) -> new ScalarKernels();
    };
  }
}
