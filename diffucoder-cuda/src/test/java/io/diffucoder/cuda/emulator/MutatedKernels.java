package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The kernels of one source with bugs planted, in a library of their own: they run beside the right
 * ones, without a driver. One bug at a time is there, at first none, so that a source is compiled
 * once for all of them. A test shows that some schedule of the emulator notices a bug, by a message
 * or by a wrong result.
 */
@SuppressWarnings("restricted") // loading a native library is what this class is for
public final class MutatedKernels implements AutoCloseable {
  private static final int MESSAGE_BYTES = 1024;

  private final Arena arena = Arena.ofConfined();
  private final List<Mutation> bugs;
  private final MethodHandle allocate;
  private final MethodHandle release;
  private final MethodHandle plant;
  private final MethodHandle run;
  private final List<MemorySegment> memory = new ArrayList<>();

  private MutatedKernels(Path library, List<Mutation> bugs) {
    this.bugs = List.copyOf(bugs);
    SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
    allocate =
        Emulator.handle(symbols, "mutant_allocate", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
    release = Emulator.handle(symbols, "mutant_release", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    plant = Emulator.handle(symbols, "mutant_plant", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    run =
        Emulator.handle(
            symbols,
            "mutant_run",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS,
                JAVA_LONG));
    setBug(0);
  }

  /**
   * How a kernel is launched.
   *
   * @param gridX blocks in x
   * @param gridY blocks in y
   * @param gridZ blocks in z
   * @param threads of a block
   * @param sharedBytes of a block
   */
  public record Shape(int gridX, int gridY, int gridZ, int threads, int sharedBytes) {}

  /**
   * Compiles a source with bugs in it or in files that it includes.
   *
   * @param source the name of the source
   * @throws IllegalStateException if there is an {@link Emulator#obstacle()}
   */
  public static MutatedKernels compile(String source, List<Mutation> bugs) {
    Emulator.obstacle()
        .ifPresent(reason -> {
          throw new IllegalStateException(reason);
        });
    Path kernels = write(source, bugs);
    List<String> command =
        Compiler.command(
            Compiler.kernelArguments(kernels, Compiler.EMULATOR.resolve("mutant.cpp"), "mutant.o"));
    command.add("-DKERNELS=\"" + kernels.resolve(source) + "\"");
    List<Path> inputs = new ArrayList<>(Compiler.filesBelow(kernels));
    inputs.addAll(Compiler.filesBelow(Compiler.EMULATOR));
    Compiler.Recipe recipe =
        new Compiler.Recipe(
            inputs,
            List.of(
                List.of(command),
                List.of(List.of("g++", "-shared", "-o", "mutant.so", "mutant.o"))));
    return new MutatedKernels(Compiler.build(recipe).resolve("mutant.so"), bugs);
  }

  /** From now on this bug is there, and no other. */
  public void plant(Mutation bug) {
    int number = bugs.indexOf(bug) + 1;
    if (number == 0) {
      throw new IllegalArgumentException("compiled without " + bug);
    }
    setBug(number);
  }

  /** From now on no bug is there. */
  public void repair() {
    setBug(0);
  }

  /** Device memory full of poison, until this is closed. */
  public MemorySegment allocate(long bytes) {
    MemorySegment start;
    try {
      start = (MemorySegment) allocate.invokeExact(bytes);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // a downcall declares Throwable but throws nothing else
    }
    memory.add(start);
    return start.reinterpret(bytes);
  }

  /** What the emulator found wrong when the kernel ran, or nothing; then its results may be. */
  public Optional<String> run(String kernel, Shape shape, MemorySegment args, int schedule) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment message = call.allocate(MESSAGE_BYTES);
      MemorySegment dims =
          call.allocateFrom(JAVA_INT, shape.gridX, shape.gridY, shape.gridZ, shape.threads, 1, 1);
      int well =
          (int)
              run.invokeExact(
                  call.allocateFrom(kernel),
                  dims,
                  (long) shape.sharedBytes,
                  args,
                  args.byteSize(),
                  schedule,
                  message,
                  (long) MESSAGE_BYTES);
      return well != 0 ? Optional.empty() : Optional.of(message.getString(0));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // as above
    }
  }

  @Override
  public void close() {
    for (MemorySegment start : memory) {
      try {
        int _ = (int) release.invokeExact(start);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e); // as above
      }
    }
    arena.close();
  }

  private void setBug(int number) {
    try {
      int _ = (int) plant.invokeExact(number);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // as above
    }
  }

  /** A copy of the kernels with the bugs; it includes nothing from the directory without. */
  private static Path write(String source, List<Mutation> bugs) {
    String name = HexFormat.of().toHexDigits(31 * source.hashCode() + bugs.hashCode());
    Path directory = Path.of("target", "emulator", "mutant-" + name).toAbsolutePath();
    try {
      Files.createDirectories(directory);
      List<Path> files = new ArrayList<>(Compiler.filesBelow(Compiler.KERNELS));
      files.add(Mutation.find(source));
      for (Path file : files) {
        String fileName = String.valueOf(file.getFileName());
        Files.writeString(directory.resolve(fileName), Mutation.planted(fileName, bugs));
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
