package io.diffucoder.cuda;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.cuda.driver.Device;
import io.diffucoder.cuda.driver.KernelCompiler;
import io.diffucoder.cuda.driver.NvidiaLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds machine code for a device: what the release was built with; else what this machine compiled
 * before; else what NVRTC makes now of the sources, which every release has.
 */
final class KernelImages {
  private static final System.Logger LOG = System.getLogger("io.diffucoder.cuda");

  /** Which file the sources begin with; it includes the others. */
  private static final String UNIT = "kernels.cu";

  private static final List<String> SOURCES =
      List.of(
          "prim.cuh",
          "common.cuh",
          "quant.cuh",
          UNIT,
          "embed.cu",
          "rmsnorm.cu",
          "rope.cu",
          "swiglu.cu",
          "add.cu",
          "rows.cu",
          "gemm.cu",
          "gemm_simt.cu",
          "attention.cu",
          "attention_simt.cu",
          "score.cu");

  private final Optional<byte[]> shipped;
  private final Path cache;

  /**
   * Where to look.
   *
   * @param shipped the fatbin of the release, if it was built with one
   * @param cache the directory of what was compiled here
   */
  KernelImages(Optional<byte[]> shipped, Path cache) {
    this.shipped = shipped;
    this.cache = cache;
  }

  /** The release's, and the user's cache directory. */
  static KernelImages ofThisRelease() {
    return new KernelImages(resource("kernels.fatbin"), cacheDirectory(System.getenv()));
  }

  static Path cacheDirectory(Map<String, String> environment) {
    String named = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        named.isBlank() ? Path.of(System.getProperty("user.home", "."), ".cache") : Path.of(named);
    return caches.resolve("diffucoder").resolve("kernels");
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
    Map<String, String> sources = sources();
    // what is specific to 9.0 and to 10.0 is left to PTX of that very architecture
    String architecture = "sm_" + capability + (capability == 90 ? "a" : "");
    List<String> options =
        List.of("--gpu-architecture=" + architecture, "--std=c++17", "--use_fast_math=false");
    Path file =
        cache.resolve(
            digest(sources, KernelCompiler.version(), options) + "-" + architecture + ".cubin");
    try {
      if (Files.exists(file)) {
        return Files.readAllBytes(file);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "cuda: {0} cannot be read: {1}", file, e);
    }
    String unit = sources.get(UNIT);
    byte[] code = KernelCompiler.compile(String.valueOf(unit), sources, options);
    LOG.log(
        System.Logger.Level.INFO,
        "cuda: compiled the kernels for {0} into {1}",
        architecture,
        file);
    store(file, code);
    return code;
  }

  /** Readers never see half a file; a cache that cannot be written costs time only. */
  private static void store(Path file, byte[] code) {
    try {
      Path directory = Files.createDirectories(file.getParent());
      Path whole = Files.createTempFile(directory, "compiled-", ".tmp");
      try {
        Files.write(whole, code);
        move(whole, file);
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "cuda: the compiled kernels cannot be kept in {0}, so they are compiled again next time: {1}",
          file,
          e);
    }
  }

  private static void move(Path whole, Path file) throws IOException {
    try {
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static Map<String, String> sources() {
    Map<String, String> sources = new TreeMap<>();
    for (String name : SOURCES) {
      byte[] text =
          resource(name)
              .orElseThrow(() -> new IllegalStateException("the release lacks kernels/" + name));
      sources.put(name, new String(text, StandardCharsets.UTF_8));
    }
    return sources;
  }

  static Optional<byte[]> resource(String name) {
    try (InputStream bytes = KernelImages.class.getResourceAsStream("kernels/" + name)) {
      return bytes == null ? Optional.empty() : Optional.of(bytes.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("kernels/" + name + " cannot be read", e);
    }
  }

  private static String digest(Map<String, String> sources, String version, List<String> options) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((sources + version + options).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
