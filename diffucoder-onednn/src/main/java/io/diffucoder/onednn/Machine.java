package io.diffucoder.onednn;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What decides whether the backend can run, as far as it is known before anything native is loaded.
 *
 * @param os the system's name
 * @param arch the processor's kind
 * @param instructions what the processor has, as /proc/cpuinfo spells it
 * @param library whether oneDNN's library is on the class path or module path
 */
record Machine(String os, String arch, Set<String> instructions, Presence library) {

  /** Whether something is there. */
  enum Presence {
    PRESENT,
    ABSENT
  }

  /** This machine. */
  static Machine here() {
    return new Machine(
        System.getProperty("os.name", "an unknown system"),
        System.getProperty("os.arch", "an unknown processor"),
        instructions(Path.of("/proc/cpuinfo")),
        NativeLibrary.isPresent(Machine.class.getClassLoader())
            ? Presence.PRESENT
            : Presence.ABSENT);
  }

  /** The instructions that Linux tells of the first processor; none where it tells nothing. */
  static Set<String> instructions(Path cpuinfo) {
    try (Stream<String> lines = Files.lines(cpuinfo, StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip().split("\\s+"))
          .map(flags -> Set.copyOf(List.of(flags))) // Set.of refuses a flag that is there twice
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** Why the backend cannot, or should not, run here: one sentence without a full stop. */
  Optional<String> obstacle(Optional<Arithmetic> requested) {
    if (!os.equals("Linux") || !(arch.equals("amd64") || arch.equals("x86_64"))) {
      return Optional.of(
          "it needs Linux on x86-64, this is %s on %s; use the cpu backend".formatted(os, arch));
    }
    Optional<String> missing = missingInstructions(requested);
    if (missing.isPresent()) {
      return missing;
    }
    if (library == Presence.ABSENT) {
      return Optional.of(
          "oneDNN's library is not found; add org.bytedeco:dnnl:3.13-1.5.14 with the classifier"
              + " linux-x86_64 to the class path, or, on the module path, also --add-modules"
              + " org.bytedeco.dnnl.linux.x86_64");
    }
    return Optional.empty();
  }

  private Optional<String> missingInstructions(Optional<Arithmetic> requested) {
    if (requested.orElse(Arithmetic.BF16) != Arithmetic.BF16) {
      return instructions.contains("avx2")
          ? Optional.empty()
          : Optional.of("it needs AVX2, which this CPU does not have; use the cpu backend");
    }
    if (instructions.contains("avx512_bf16") || instructions.contains("amx_bf16")) {
      return Optional.empty();
    }
    return Optional.of(
        "this CPU has neither AVX512-BF16 nor AMX, without which the cpu backend is as fast; to run it"
            + " all the same, -D"
            + Arithmetic.PROPERTY
            + "=int8 (faster, less exact) or f32");
  }
}
