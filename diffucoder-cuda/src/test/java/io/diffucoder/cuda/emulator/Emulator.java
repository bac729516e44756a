package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The emulated CUDA libraries in this JVM: libcuda with the kernels, libcublasLt, libnvrtc, and
 * names without content for libcublas and libcudart. They must be loaded before a class of a CUDA
 * binding is initialised, and stay until the JVM ends. There is one emulated device for all tests,
 * so those that use it do not run at the same time; each begins with {@link #reset()}.
 */
@SuppressWarnings("restricted") // loading native libraries is what this class is for
public final class Emulator {
  private static final String CUDA = "libcuda.so.1";
  private static final String BLAS = "libcublasLt.so.13";
  private static final String COMPILER = "libnvrtc.so.13";

  private final MethodHandle configure;
  private final MethodHandle counter;
  private final MethodHandle message;

  private Emulator(SymbolLookup symbols) {
    configure =
        handle(symbols, "emu_configure", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    counter = handle(symbols, "emu_counter", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
    message =
        handle(
            symbols,
            "emu_last_message",
            FunctionDescriptor.of(
                ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1 << 16, JAVA_BYTE))));
  }

  /** Why there is no emulator here, to skip a test with; nothing if there is one. */
  public static Optional<String> obstacle() {
    return Compiler.obstacle();
  }

  /**
   * Builds the libraries if a source has changed, and loads them.
   *
   * @return the emulator of this JVM
   * @throws IllegalStateException if there is an {@link #obstacle()}
   */
  public static Emulator load() {
    return Loaded.EMULATOR;
  }

  /**
   * The directory of the libraries, for a JVM that a test starts; they are built but not loaded.
   *
   * @throws IllegalStateException if there is an {@link #obstacle()}
   */
  public static Path build() {
    obstacle()
        .ifPresent(reason -> {
          throw new IllegalStateException(reason);
        });
    return Compiler.build(recipe());
  }

  /** Destroys all that the emulated device holds, sets its counters to 0 and its settings back. */
  public void reset() {
    configure("reset", 0);
  }

  /**
   * Sets one of: schedule, devices, computeCapability (90 is 9.0), driverVersion (13000 is 13.0),
   * multiprocessors, memoryBytes, eager (percent), failAlloc, failHostAlloc, failLaunch,
   * failKernel, nvrtcVersion (13000 is 13.0). A fail counts from now: 1 is the next.
   *
   * @throws IllegalArgumentException if there is no such setting
   */
  public void configure(String key, long value) {
    try (Arena arena = Arena.ofConfined()) {
      if ((int) configure.invokeExact(arena.allocateFrom(key), value) == 0) {
        throw new IllegalArgumentException("no setting '" + key + "'");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // a downcall declares Throwable but throws nothing else
    }
  }

  /**
   * One of what lives: deviceAllocations, deviceBytes, pinnedAllocations, pinnedBytes, streams,
   * events, libraries, graphs, graphExecs, contexts (how often retained), cublasHandles,
   * cublasDescriptors, nvrtcPrograms, pending (operations not yet executed); or one of what
   * happened: launches, kernels (executed, also by graphs), graphLaunches, synchronisations,
   * pageableCopies (asynchronous ones from or to memory that is not pinned), bytesToDevice,
   * bytesToHost, cublasMatmuls, nvrtcCompilations.
   *
   * @throws IllegalArgumentException if there is no such counter
   */
  public long counter(String key) {
    long value;
    try (Arena arena = Arena.ofConfined()) {
      value = (long) counter.invokeExact(arena.allocateFrom(key));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // as above
    }
    if (value < 0) {
      throw new IllegalArgumentException("no counter '" + key + "'");
    }
    return value;
  }

  /** Why the last call or kernel that failed did, in words; empty if none failed. */
  public String lastMessage() {
    try {
      return ((MemorySegment) message.invokeExact()).getString(0);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // as above
    }
  }

  static MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(name), descriptor);
  }

  private static Compiler.Recipe recipe() {
    Path emulator = Compiler.EMULATOR;
    List<Path> inputs = new ArrayList<>(Compiler.filesBelow(Compiler.KERNELS));
    inputs.addAll(Compiler.filesBelow(emulator));
    List<List<String>> objects =
        List.of(
            Compiler.command("-c", emulator.resolve("libcuda.cpp").toString(), "-o", "driver.o"),
            Compiler.command(
                Compiler.kernelArguments(
                    Compiler.KERNELS, emulator.resolve("kernels.cpp"), "kernels.o")));
    List<List<String>> cuda =
        List.of(
            List.of("g++", "-shared", "-Wl,-soname," + CUDA, "-o", CUDA, "driver.o", "kernels.o"));
    List<List<String>> others =
        List.of(
            library(BLAS, "libcublasLt.cpp", CUDA),
            library(COMPILER, "libnvrtc.cpp", CUDA),
            library("libcublas.so.13", "stub.cpp"),
            library("libcudart.so.13", "stub.cpp"));
    return new Compiler.Recipe(inputs, List.of(objects, cuda, others));
  }

  /** Its version script names the version of its symbols, which is its own name. */
  private static List<String> library(String name, String source, String... needed) {
    String script = name.substring(0, name.indexOf('.')) + ".map";
    List<String> command =
        Compiler.command(
            "-shared",
            "-Wl,-soname," + name,
            "-Wl,--version-script=" + Compiler.EMULATOR.resolve(script),
            "-o",
            name,
            Compiler.EMULATOR.resolve(source).toString());
    command.addAll(List.of(needed));
    return command;
  }

  /** Loads at most once. */
  private static final class Loaded {
    static final Emulator EMULATOR = load();

    private static Emulator load() {
      Path directory = build();
      for (String name : List.of("libcudart.so.13", CUDA, BLAS, COMPILER, "libcublas.so.13")) {
        System.load(directory.resolve(name).toString());
      }
      return new Emulator(SymbolLookup.libraryLookup(directory.resolve(CUDA), Arena.global()));
    }
  }
}
