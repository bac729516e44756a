package io.diffucoder.cuda;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Machine code that was compiled here, in files. Behind the code a file has its SHA-256, so what
 * was cut off or changed is compiled again and not given to the driver. Nothing here fails: without
 * the cache, time is lost only.
 *
 * @param directory where the files are; made when the first is written
 */
record KernelCache(Path directory) {
  private static final System.Logger LOG = System.getLogger("io.diffucoder.cuda");
  private static final int DIGEST_BYTES = 32;

  /** The user's: XDG_CACHE_HOME, which counts only if it is absolute, or ~/.cache. */
  static KernelCache ofUser(Map<String, String> environment) {
    Path named = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
    Path caches =
        named.isAbsolute() ? named : Path.of(System.getProperty("user.home", "."), ".cache");
    return new KernelCache(caches.resolve("diffucoder").resolve("kernels"));
  }

  /** What was written under this name, if it is there and whole. */
  Optional<byte[]> read(String name) {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      byte[] content = Files.readAllBytes(file);
      int codeBytes = Math.max(0, content.length - DIGEST_BYTES);
      byte[] code = Arrays.copyOf(content, codeBytes);
      if (codeBytes > 0
          && Arrays.equals(sha256(code), Arrays.copyOfRange(content, codeBytes, content.length))) {
        return Optional.of(code);
      }
      LOG.log(System.Logger.Level.INFO, "cuda: {0} is damaged, compiling again", file);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "cuda: {0} cannot be read: {1}", file, e);
    }
    return Optional.empty();
  }

  /** Keeps code; other readers see all of it or nothing. */
  void write(String name, byte[] code) {
    Path file = directory.resolve(name);
    try {
      Files.createDirectories(directory);
      Path whole = Files.createTempFile(directory, "compiled-", ".tmp");
      try {
        byte[] content = Arrays.copyOf(code, code.length + DIGEST_BYTES);
        System.arraycopy(sha256(code), 0, content, code.length, DIGEST_BYTES);
        Files.write(whole, content);
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

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every JDK has it
    }
  }
}
