package io.diffucoder.cuda.emulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The machine's C++ compiler; what it made is kept for as long as no source and no flag changes.
 */
final class Compiler {
  /** The kernels. */
  static final Path KERNELS = Path.of("src", "main", "cuda").toAbsolutePath();

  /** The emulator. */
  static final Path EMULATOR = Path.of("src", "test", "cuda").toAbsolutePath();

  private static final Path CACHE = Path.of("target", "emulator").toAbsolutePath();

  /** Flags of every source: the fibers' code must not be merged with that of another library. */
  private static final List<String> FLAGS =
      List.of(
          "-std=c++20",
          "-O2",
          "-fPIC",
          "-fvisibility=hidden",
          "-fno-strict-aliasing",
          "-ffp-contract=off", // the same bits whatever the processor has
          "-Wno-unknown-pragmas");

  private Compiler() {}

  /** What to compile, as steps: the commands of one step run at the same time, after the former. */
  record Recipe(List<Path> inputs, List<List<List<String>>> steps) {}

  /** Why nothing can be compiled here, or nothing if it can. */
  static Optional<String> obstacle() {
    if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("the emulated CUDA driver is for Linux");
    }
    if (!Files.isDirectory(EMULATOR)) {
      return Optional.of("the emulated CUDA driver's sources are not in " + EMULATOR);
    }
    try {
      version();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("the emulated CUDA driver needs g++: " + e.getMessage());
    }
  }

  /** A command of g++ with the flags that every source is compiled with. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(List.of("g++"));
    command.addAll(FLAGS);
    command.addAll(processorFlags());
    command.addAll(List.of(arguments));
    return command;
  }

  /** The arguments that compile kernels. */
  static String[] kernelArguments(Path kernels, Path source, String output) {
    return new String[] {
      "-DDC_EMULATED",
      "-I" + EMULATOR,
      "-I" + kernels,
      "-include",
      "emulator.h",
      "-x",
      "c++",
      "-c",
      source.toString(),
      "-o",
      output
    };
  }

  /**
   * The directory in which the recipe's commands were run; they are run only if it does not exist.
   */
  static Path build(Recipe recipe) {
    try {
      Path directory = CACHE.resolve(digest(recipe));
      Path finished = directory.resolve("finished");
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        if (!Files.exists(finished)) {
          for (List<List<String>> step : recipe.steps) {
            run(directory, step);
          }
          Files.createFile(finished);
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files below a directory, in the order of their names. */
  static List<Path> filesBelow(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path directory, List<List<String>> step) throws IOException {
    List<Path> logs = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    for (List<String> command : step) {
      Path log = Files.createTempFile(directory, "compiler", ".log");
      logs.add(log);
      processes.add(
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start());
    }
    StringBuilder failures = new StringBuilder();
    for (int i = 0; i < step.size(); i++) {
      if (exitCode(processes.get(i)) != 0) {
        failures
            .append(String.join(" ", step.get(i)))
            .append(System.lineSeparator())
            .append(Files.readString(logs.get(i)));
      }
      Files.delete(logs.get(i));
    }
    if (!failures.isEmpty()) {
      throw new IOException("g++ failed: " + failures);
    }
  }

  private static int exitCode(Process process) throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroy();
      throw new IOException("interrupted while g++ ran", e);
    }
  }

  private static String digest(Recipe recipe) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java platform has it
    }
    digest.update(version().getBytes(StandardCharsets.UTF_8));
    digest.update(recipe.steps.toString().getBytes(StandardCharsets.UTF_8));
    for (Path input : recipe.inputs) {
      digest.update(input.toString().getBytes(StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(input));
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static String version() throws IOException {
    Process process = new ProcessBuilder("g++", "--version").redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (exitCode(process) != 0) {
      throw new IOException("g++ --version failed");
    }
    return text;
  }

  /** Vectors as wide as this processor has; the sums are the same with all of them. */
  private static List<String> processorFlags() {
    Path facts = Path.of("/proc/cpuinfo");
    if (!System.getProperty("os.arch", "").equals("amd64") || !Files.isReadable(facts)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(facts)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .filter(line -> line.contains(" avx2 ") && line.contains(" fma "))
          .map(_ -> List.of("-mavx2", "-mfma"))
          .orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
