import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compiles the kernels into one fatbin of machine code for each architecture, where nvcc is
 * installed:
 *
 * <pre>java src/build/BuildKernels.java src/main/cuda out/kernels.fatbin work</pre>
 *
 * <p>Without nvcc it says so and leaves the build without a fatbin: the backend then compiles the
 * sources when it starts. It does nothing if the fatbin is up to date, which a digest in the
 * work directory tells, and fails if a kernel spills registers: that is slow and never meant.
 * work/kernels-report.txt lists what each kernel uses.
 */
public final class BuildKernels {
  private static final List<String> ARCHITECTURES = List.of("80", "86", "89", "90a", "100", "120");

  /** Also kept as PTX, for architectures that are not listed. */
  private static final String OLDEST = "80";

  private BuildKernels() {}

  /** Exits with 1 and a message if the kernels cannot be built. */
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length != 3) {
      System.err.println("needs: <source directory> <fatbin to write> <work directory>");
      System.exit(2);
    }
    Optional<Path> nvcc = findNvcc();
    if (nvcc.isEmpty()) {
      System.out.println(
          "kernels: no nvcc in CUDA_HOME, CUDA_PATH, PATH or /usr/local/cuda; built without them");
      return;
    }
    try {
      build(nvcc.get(), Path.of(args[0]), Path.of(args[1]), Path.of(args[2]));
    } catch (BuildFailure e) {
      System.err.println("kernels: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void build(Path nvcc, Path sources, Path fatbin, Path work)
      throws IOException, InterruptedException, BuildFailure {
    Path digestFile = work.resolve("kernels.sha256");
    String digest = digest(sources, run(List.of(nvcc.toString(), "--version")));
    boolean isBuilt = Files.exists(fatbin) && Files.exists(digestFile);
    if (isBuilt && Files.readString(digestFile).strip().equals(digest)) {
      System.out.println("kernels: up to date");
      return;
    }
    Files.createDirectories(work);
    Path made = work.resolve("kernels.fatbin");
    long start = System.nanoTime();
    String log = run(command(nvcc, sources.resolve("kernels.cu"), made));
    List<Usage> usages = Usage.parse(log);
    Files.writeString(work.resolve("kernels-report.txt"), Usage.report(usages));
    check(usages, log);
    Files.createDirectories(fatbin.toAbsolutePath().getParent());
    Files.deleteIfExists(digestFile); // whatever comes in between, no digest of another fatbin
    Files.move(made, fatbin, StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(digestFile, digest + "\n");
    System.out.printf(
        Locale.ROOT,
        "kernels: %d for %d architectures, %d KiB, in %.1f s%n",
        usages.size() / ARCHITECTURES.size(),
        ARCHITECTURES.size(),
        Files.size(fatbin) / 1024,
        (System.nanoTime() - start) * 1e-9);
  }

  private static List<String> flags() {
    List<String> flags =
        new ArrayList<>(
            List.of("-std=c++17", "-O3", "-fatbin", "--compress-mode=size", "--threads", "2"));
    flags.addAll(List.of("-Xptxas", "-v"));
    for (String architecture : ARCHITECTURES) {
      String code = "sm_" + architecture;
      code = architecture.equals(OLDEST) ? "[" + code + ",compute_" + architecture + "]" : code;
      flags.add("-gencode=arch=compute_" + architecture + ",code=" + code);
    }
    return flags;
  }

  private static List<String> command(Path nvcc, Path source, Path output) {
    List<String> command = new ArrayList<>();
    command.add(nvcc.toString());
    command.addAll(flags());
    command.addAll(List.of(source.toString(), "-o", output.toString()));
    return command;
  }

  private static void check(List<Usage> usages, String log) throws BuildFailure {
    List<String> spills =
        usages.stream().filter(u -> u.spillBytes > 0).map(Usage::toString).toList();
    if (!spills.isEmpty()) {
      throw new BuildFailure(
          "these spill registers to memory; give each thread less to hold, or a block fewer"
              + " threads:\n  "
              + String.join("\n  ", spills));
    }
    if (usages.isEmpty() || usages.size() % ARCHITECTURES.size() != 0) {
      throw new BuildFailure(
          "cannot tell from nvcc's output what the kernels use: %d entries for %d architectures\n%s"
              .formatted(usages.size(), ARCHITECTURES.size(), log));
    }
  }

  /** Of all that decides what comes out: the sources, the flags and the compiler. */
  private static String digest(Path sources, String compiler) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(sources)) {
      files = all.filter(f -> f.toString().matches(".*\\.cuh?")).sorted().toList();
    }
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((compiler + flags()).getBytes(StandardCharsets.UTF_8));
      for (Path file : files) {
        byte[] content = Files.readAllBytes(file);
        String title = "\n" + file.getFileName() + " " + content.length + "\n";
        digest.update(title.getBytes(StandardCharsets.UTF_8));
        digest.update(content);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java platform has SHA-256
    }
  }

  private static Optional<Path> findNvcc() {
    List<Path> places = new ArrayList<>();
    for (String home : new String[] {"CUDA_HOME", "CUDA_PATH"}) {
      Optional.ofNullable(System.getenv(home)).map(h -> Path.of(h, "bin")).ifPresent(places::add);
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String place : path.split(File.pathSeparator)) {
      if (!place.isEmpty()) {
        places.add(Path.of(place));
      }
    }
    places.add(Path.of("/usr/local/cuda/bin"));
    return places.stream()
        .flatMap(place -> Stream.of(place.resolve("nvcc"), place.resolve("nvcc.exe")))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Returns what the command printed; fails with it if the command fails. */
  private static String run(List<String> command)
      throws IOException, InterruptedException, BuildFailure {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new BuildFailure(
          "%s\nended with %d:\n%s".formatted(String.join(" ", command), status, output));
    }
    return output;
  }

  /** What the assembler says that a kernel needs on an architecture. */
  private record Usage(
      String kernel,
      String architecture,
      int registers,
      int sharedBytes,
      int stackBytes,
      int spillBytes) {
    private static final Pattern ENTRY =
        Pattern.compile("Compiling entry function '(\\w+)' for '(sm_\\w+)'");
    private static final Pattern STACK =
        Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
    private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");
    private static final Pattern SHARED = Pattern.compile("(\\d+) bytes smem");

    /** An entry line begins a kernel, the line with its registers ends it. */
    static List<Usage> parse(String log) {
      List<Usage> usages = new ArrayList<>();
      String kernel = "?";
      String architecture = "?";
      int stackBytes = 0;
      int spillBytes = 0;
      for (String line : log.lines().toList()) {
        Matcher entry = ENTRY.matcher(line);
        Matcher stack = STACK.matcher(line);
        if (entry.find()) {
          kernel = entry.group(1);
          architecture = entry.group(2);
          stackBytes = 0;
          spillBytes = 0;
        } else if (stack.find()) {
          stackBytes += Integer.parseInt(stack.group(1));
          spillBytes += Integer.parseInt(stack.group(2)) + Integer.parseInt(stack.group(3));
        } else if (REGISTERS.matcher(line).find()) {
          int registers = number(REGISTERS, line);
          int sharedBytes = number(SHARED, line);
          usages.add(
              new Usage(kernel, architecture, registers, sharedBytes, stackBytes, spillBytes));
        }
      }
      return usages;
    }

    private static int number(Pattern pattern, String line) {
      Matcher matcher = pattern.matcher(line);
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    static String report(List<Usage> usages) {
      TreeMap<String, String> lines = new TreeMap<>();
      for (Usage usage : usages) {
        lines.put(usage.kernel + " " + usage.architecture, usage.toString());
      }
      return String.join("\n", lines.values()) + "\n";
    }

    @Override
    public String toString() {
      return "%-26s %-8s %3d registers, %d bytes static shared, %d stack, %d spilled"
          .formatted(kernel, architecture, registers, sharedBytes, stackBytes, spillBytes);
    }
  }

  private static final class BuildFailure extends Exception {
    private static final long serialVersionUID = 1;

    BuildFailure(String message) {
      super(message);
    }
  }
}
