package io.diffucoder.cuda.emulator;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.List;

/** Calls functions of an emulated library by name: their arguments are int, long or addresses. */
@SuppressWarnings("restricted") // calling the driver is what this class is for
final class Driver {
  private final Arena arena;
  private final SymbolLookup symbols;
  private MemorySegment kernels = MemorySegment.NULL;

  Driver(Arena arena, String library) {
    this.arena = arena;
    symbols = SymbolLookup.libraryLookup(library, arena);
  }

  /** Makes a context current, with the kernels loaded. */
  void openContext() {
    ok("cuInit", 0);
    MemorySegment context = arena.allocate(ADDRESS);
    ok("cuDevicePrimaryCtxRetain", context, 0);
    ok("cuCtxSetCurrent", context.get(ADDRESS, 0));
    MemorySegment answer = arena.allocate(ADDRESS);
    MemorySegment none = MemorySegment.NULL;
    ok("cuLibraryLoadData", answer, arena.allocateFrom("DCEMU"), none, none, 0, none, none, 0);
    kernels = answer.get(ADDRESS, 0);
  }

  /** The result of a function. */
  int call(String name, Object... arguments) {
    List<MemoryLayout> layouts = new ArrayList<>();
    for (Object argument : arguments) {
      layouts.add(
          switch (argument) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            default -> ADDRESS;
          });
    }
    FunctionDescriptor descriptor =
        FunctionDescriptor.of(JAVA_INT, layouts.toArray(MemoryLayout[]::new));
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(symbols.findOrThrow(name), descriptor)
              .invokeWithArguments(arguments);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e); // a downcall declares Throwable but throws nothing else
    }
  }

  void ok(String name, Object... arguments) {
    assertThat(call(name, arguments)).as(name).isZero();
  }

  /** A handle from a function f(handle *result, unsigned flags). */
  MemorySegment create(String name, int flags) {
    MemorySegment answer = arena.allocate(ADDRESS);
    ok(name, answer, flags);
    return answer.get(ADDRESS, 0);
  }

  /** A handle from a function f(handle of, handle *result). */
  MemorySegment out(String name, MemorySegment of) {
    MemorySegment answer = arena.allocate(ADDRESS);
    ok(name, of, answer);
    return answer.get(ADDRESS, 0);
  }

  MemorySegment instantiate(MemorySegment graph) {
    MemorySegment answer = arena.allocate(ADDRESS);
    ok("cuGraphInstantiateWithFlags", answer, graph, 0L);
    return answer.get(ADDRESS, 0);
  }

  long allocate(long bytes) {
    MemorySegment answer = arena.allocate(JAVA_LONG);
    ok("cuMemAlloc_v2", answer, bytes);
    return answer.get(JAVA_LONG, 0);
  }

  MemorySegment pinned(long bytes) {
    MemorySegment answer = arena.allocate(ADDRESS);
    ok("cuMemHostAlloc", answer, bytes, 0);
    return answer.get(ADDRESS, 0).reinterpret(bytes);
  }

  void launch(
      String kernel,
      int blocks,
      int threads,
      int shared,
      MemorySegment stream,
      MemorySegment args) {
    MemorySegment function = arena.allocate(ADDRESS);
    ok("cuLibraryGetKernel", function, kernels, arena.allocateFrom(kernel));
    MemorySegment parameters = arena.allocateFrom(ADDRESS, args);
    ok(
        "cuLaunchKernel",
        function.get(ADDRESS, 0),
        blocks,
        1,
        1,
        threads,
        1,
        1,
        shared,
        stream,
        parameters,
        MemorySegment.NULL);
  }
}
