package io.diffucoder.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Locale;
import java.util.Optional;

/**
 * Asks the NVIDIA driver's library about itself, through java.lang.foreign alone: a symbol that is
 * absent is a value here, where a binding's loader would end in an error.
 */
@SuppressWarnings("restricted") // calling the driver is what this class is for
final class CudaDriver {
  /** CUDA_ERROR_NO_DEVICE. */
  static final int NO_DEVICE = 100;

  private CudaDriver() {}

  /** What this machine has. Changes nothing. */
  static DriverFacts inspect() {
    String os = System.getProperty("os.name", "an unknown system");
    Optional<String> library = library(os);
    if (library.isEmpty()) {
      return new DriverFacts.UnsupportedSystem(os);
    }
    return ask(library.get());
  }

  static Optional<String> library(String os) {
    String name = os.toLowerCase(Locale.ROOT);
    if (name.contains("linux")) {
      return Optional.of("libcuda.so.1");
    }
    return name.startsWith("windows") ? Optional.of("nvcuda.dll") : Optional.empty();
  }

  private static DriverFacts ask(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      Functions functions = new Functions(library, symbols);
      int initialised = functions.call("cuInit", 0);
      if (initialised != 0) {
        return new DriverFacts.Failed("cuInit", initialised);
      }
      MemorySegment answer = arena.allocate(JAVA_INT);
      int version = functions.ask("cuDriverGetVersion", answer);
      return new DriverFacts.Working(version, functions.ask("cuDeviceGetCount", answer));
    } catch (IllegalArgumentException e) {
      return new DriverFacts.NoDriver(library); // thrown by libraryLookup
    } catch (IllegalCallerException e) {
      Module module = CudaDriver.class.getModule();
      return new DriverFacts.NativeAccessDenied(
          module.isNamed() ? module.getName() : "ALL-UNNAMED");
    } catch (UnsupportedOperationException e) {
      return new DriverFacts.UnsupportedSystem(System.getProperty("os.arch", "this processor"));
    } catch (Stopped e) {
      return e.facts;
    }
  }

  /** Ends the questions with what was found. */
  private static final class Stopped extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient DriverFacts facts;

    Stopped(DriverFacts facts) {
      super(facts.reason());
      this.facts = facts;
    }
  }

  /** The library's functions; each is looked up before it is called. */
  private record Functions(String library, SymbolLookup symbols) {

    int call(String name, int argument) throws Stopped {
      try {
        return (int)
            Linker.nativeLinker()
                .downcallHandle(address(name), FunctionDescriptor.of(JAVA_INT, JAVA_INT))
                .invokeExact(argument);
      } catch (Stopped | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e); // a downcall declares Throwable but throws nothing else
      }
    }

    /** Calls int f(int *answer). */
    int ask(String name, MemorySegment answer) throws Stopped {
      int code;
      try {
        code =
            (int)
                Linker.nativeLinker()
                    .downcallHandle(address(name), FunctionDescriptor.of(JAVA_INT, ADDRESS))
                    .invokeExact(answer);
      } catch (Stopped | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e); // as above
      }
      if (code != 0) {
        throw new Stopped(new DriverFacts.Failed(name, code));
      }
      return answer.get(JAVA_INT, 0);
    }

    private MemorySegment address(String name) throws Stopped {
      Optional<MemorySegment> address = symbols.find(name);
      if (address.isEmpty()) {
        throw new Stopped(new DriverFacts.NoFunction(library, name));
      }
      return address.get();
    }
  }
}
