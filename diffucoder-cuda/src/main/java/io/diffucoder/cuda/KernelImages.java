package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.KernelCompiler;
import io.diffucoder.cuda.driver.NvidiaLibraries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Finds machine code for a device: what the release was built with; else what this machine compiled
 * before; else what NVRTC makes now of the sources, which every release has.
 */
final class KernelImages {
  private static final System.Logger LOG = System.getLogger("io.diffucoder.cuda");

  private final Optional<byte[]> shipped;
  private final KernelCache cache;
  private final Supplier<KernelSources> sources;

  /**
   * Where to look.
   *
   * @param shipped the fatbin of the release, if it was built with one
   * @param cache the directory of what was compiled here
   */
  KernelImages(Optional<byte[]> shipped, Path cache) {
    this(shipped, new KernelCache(cache), KernelSources::ofThisRelease);
  }

  /**
   * Where to look, and what to compile.
   *
   * @param sources asked for only if it comes to compiling
   */
  KernelImages(Optional<byte[]> shipped, KernelCache cache, Supplier<KernelSources> sources) {
    this.shipped = shipped;
    this.cache = cache;
    this.sources = sources;
  }

  /** The release's, and the user's cache. */
  static KernelImages ofThisRelease() {
    return new KernelImages(
        KernelSources.resource("kernels.fatbin"),
        KernelCache.ofUser(System.getenv()),
        KernelSources::ofThisRelease);
  }

  /** Why there is no code for a device, without compiling: one sentence without a full stop. */
  Optional<String> obstacle(int capability) {
    if (shipped.isPresent() || NvidiaLibraries.isPresent(KernelCompiler.LIBRARY)) {
      return Optional.empty();
    }
    return Optional.of(
        "this release has no kernels for sm_%d and there is no compiler for its sources; install CUDA 13's NVRTC (%s) or use a release built with nvcc"
            .formatted(capability, KernelCompiler.LIBRARY));
  }

  /**
   * Code for a device: a fatbin or a cubin.
   *
   * @throws BackendUnavailableException if there is none and none can be made
   */
  byte[] imageFor(Device.Facts device) {
    if (shipped.isPresent()) {
      return shipped.get();
    }
    Optional<String> obstacle = obstacle(device.capability());
    if (obstacle.isPresent()) {
      throw new BackendUnavailableException("cuda: unavailable, " + obstacle.get());
    }
    return compiled(device.capability());
  }

  private byte[] compiled(int capability) {
    KernelSources toCompile = sources.get();
    // what is specific to 9.0 is left to machine code of that very architecture
    String architecture = "sm_" + capability + (capability == 90 ? "a" : "");
    // all else, such as -O3 and no fast math, is the default of NVRTC as it is of nvcc
    List<String> options = List.of("--gpu-architecture=" + architecture, "--std=c++17");
    String name = digest(toCompile, options) + "-" + architecture + ".cubin";
    return cache
        .read(name)
        .orElseGet(() -> {
          LOG.log(
              System.Logger.Level.INFO,
              "cuda: compiling the kernels for {0}, which takes seconds, once",
              architecture);
          byte[] code = KernelCompiler.compile(toCompile.unit(), toCompile.headers(), options);
          cache.write(name, code);
          return code;
        });
  }

  /** Of all that decides what comes out. */
  private static String digest(KernelSources sources, List<String> options) {
    String all =
        sources.unit() + new TreeMap<>(sources.headers()) + KernelCompiler.version() + options;
    byte[] digest = KernelCache.sha256(all.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 16);
  }
}
