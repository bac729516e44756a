package io.diffucoder.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

  private static final int CAPABILITY_MAJOR = 75;
  private static final int CAPABILITY_MINOR = 76;

  /** What this machine has, and its GPU of this number. Changes nothing. */
  static DriverFacts inspect(int device) {
    String os = System.getProperty("os.name", "an unknown system");
    Optional<String> library = library(os);
    if (library.isEmpty()) {
      return new DriverFacts.UnsupportedSystem(os);
    }
    return ask(library.get(), device);
  }

  static Optional<String> library(String os) {
    String name = os.toLowerCase(Locale.ROOT);
    if (name.contains("linux")) {
      return Optional.of("libcuda.so.1");
    }
    return name.startsWith("windows") ? Optional.of("nvcuda.dll") : Optional.empty();
  }

  private static DriverFacts ask(String library, int wanted) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
      Functions functions = new Functions(library, symbols);
      int initialised = functions.call("cuInit", 0);
      if (initialised != 0) {
        return new DriverFacts.Failed("cuInit", initialised);
      }
      MemorySegment answer = arena.allocate(JAVA_INT);
      int version = functions.ask("cuDriverGetVersion", answer);
      int devices = functions.ask("cuDeviceGetCount", answer);
      if (version < DriverFacts.OLDEST_VERSION || devices <= wanted) {
        return new DriverFacts.NoDevice(version, devices, wanted);
      }
      MemorySegment device = arena.allocate(JAVA_INT);
      functions.ask("cuDeviceGet", device, wanted);
      int number = device.get(JAVA_INT, 0);
      functions.ask("cuDeviceGetAttribute", answer, CAPABILITY_MAJOR, number);
      int major = answer.get(JAVA_INT, 0);
      functions.ask("cuDeviceGetAttribute", answer, CAPABILITY_MINOR, number);
      MemorySegment memory = arena.allocate(JAVA_LONG);
      functions.ask("cuDeviceTotalMem_v2", memory, number);
      return new DriverFacts.Working(
          version, 10 * major + answer.get(JAVA_INT, 0), memory.get(JAVA_LONG, 0));
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
      super(facts.obstacle().orElse(""));
      this.facts = facts;
    }
  }

  /** The library's functions; each is looked up before it is called. */
  private record Functions(String library, SymbolLookup symbols) {

    int call(String name, int argument) throws Stopped {
      return (int) invoke(name, FunctionDescriptor.of(JAVA_INT, JAVA_INT), argument);
    }

    /** Calls int f(int *answer). */
    int ask(String name, MemorySegment answer) throws Stopped {
      check(name, (int) invoke(name, FunctionDescriptor.of(JAVA_INT, ADDRESS), answer));
      return answer.get(JAVA_INT, 0);
    }

    /** Calls int f(void *answer, int argument). */
    void ask(String name, MemorySegment answer, int argument) throws Stopped {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
      check(name, (int) invoke(name, type, answer, argument));
    }

    /** Calls int f(int *answer, int argument, int argument). */
    void ask(String name, MemorySegment answer, int first, int second) throws Stopped {
      FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
      check(name, (int) invoke(name, type, answer, first, second));
    }

    private static void check(String name, int code) throws Stopped {
      if (code != 0) {
        throw new Stopped(new DriverFacts.Failed(name, code));
      }
    }

    private Object invoke(String name, FunctionDescriptor type, Object... arguments)
        throws Stopped {
      MemorySegment function = address(name);
      try {
        return Linker.nativeLinker().downcallHandle(function, type).invokeWithArguments(arguments);
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e); // a downcall declares Throwable but throws nothing else
      }
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
