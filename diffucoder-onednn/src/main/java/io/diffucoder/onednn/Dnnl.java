package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.diffucoder.api.BackendUnavailableException;
import io.diffucoder.api.DeviceMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * The functions of oneDNN's C interface that a product needs. What a function makes is a pointer,
 * which the caller destroys. Using this class loads the library.
 */
@SuppressWarnings("restricted") // calls a native library
final class Dnnl {
  /** Data types, as dnnl_types.h numbers them. */
  static final int BF16 = 2;

  static final int F32 = 3;
  static final int S32 = 4;
  static final int S8 = 5;
  static final int U8 = 6;

  /** Bits of the instruction sets that decide: dnnl_cpu_isa_t. */
  static final int ISA_AVX2_VNNI = 0xf;

  static final int ISA_AVX512_VNNI = 0x67;
  static final int ISA_AVX512_BF16 = 0xe7;

  /** Which argument of an execution a memory is. */
  static final int SOURCE = 1;

  static final int DESTINATION = 17;
  static final int WEIGHTS = 33;
  static final int SCRATCHPAD = 80;

  /** What of a primitive descriptor is queried. */
  static final int QUERY_WEIGHTS = 131;

  static final int QUERY_SCRATCHPAD = 136;

  private static final int CPU = 1;
  private static final int ANY_FORMAT = 1;
  private static final int CALLERS_SCRATCHPAD = 1;
  private static final int OUT_OF_MEMORY = 1;
  private static final String[] STATUS = {
    "success",
    "out of memory",
    "invalid arguments",
    "unimplemented",
    "last implementation reached",
    "runtime error",
    "not required"
  };

  private static final SymbolLookup SYMBOLS = NativeLibrary.symbols();
  private static final MethodHandle ENGINE_CREATE =
      status("dnnl_engine_create", ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle STREAM_CREATE =
      status("dnnl_stream_create", ADDRESS, ADDRESS, JAVA_INT);
  private static final MethodHandle DESC_WITH_STRIDES =
      status("dnnl_memory_desc_create_with_strides", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle DESC_WITH_TAG =
      status("dnnl_memory_desc_create_with_tag", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle DESC_SIZE =
      function("dnnl_memory_desc_get_size", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
  private static final MethodHandle ATTRIBUTES_CREATE =
      status("dnnl_primitive_attr_create", ADDRESS);
  private static final MethodHandle ATTRIBUTES_SCRATCHPAD =
      status("dnnl_primitive_attr_set_scratchpad_mode", ADDRESS, JAVA_INT);
  private static final MethodHandle MATMUL =
      status(
          "dnnl_matmul_primitive_desc_create",
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS);
  private static final MethodHandle REORDER =
      status(
          "dnnl_reorder_primitive_desc_create",
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS,
          ADDRESS);
  private static final MethodHandle QUERY =
      function(
          "dnnl_primitive_desc_query_md",
          FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
  private static final MethodHandle PRIMITIVE_CREATE =
      status("dnnl_primitive_create", ADDRESS, ADDRESS);
  private static final MethodHandle EXECUTE =
      status("dnnl_primitive_execute", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle MEMORY_CREATE =
      status("dnnl_memory_create", ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle CACHE_CAPACITY =
      status("dnnl_set_primitive_cache_capacity", JAVA_INT);
  private static final MethodHandle ISA =
      function("dnnl_get_effective_cpu_isa", FunctionDescriptor.of(JAVA_INT));

  /** What can be destroyed. */
  enum Kind {
    ENGINE("dnnl_engine_destroy"),
    STREAM("dnnl_stream_destroy"),
    DESCRIPTION("dnnl_memory_desc_destroy"),
    ATTRIBUTES("dnnl_primitive_attr_destroy"),
    PLAN("dnnl_primitive_desc_destroy"),
    PRIMITIVE("dnnl_primitive_destroy"),
    MEMORY("dnnl_memory_destroy");

    private final MethodHandle destroy;

    Kind(String function) {
      this.destroy = status(function, ADDRESS);
    }
  }

  static {
    // The primitives that are worth keeping are kept by their users, and freed by them.
    call("dnnl_set_primitive_cache_capacity", () -> (int) CACHE_CAPACITY.invokeExact(0));
  }

  private Dnnl() {}

  private static MethodHandle status(String name, MemoryLayout... arguments) {
    return function(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(SYMBOLS.findOrThrow(name), type);
  }

  /** A call that returns a status. */
  private interface Call {
    int status() throws Throwable;
  }

  private static void call(String function, Call call) {
    int status;
    try {
      status = call.status();
    } catch (Throwable e) {
      throw unexpected(e);
    }
    if (status == OUT_OF_MEMORY) {
      throw new DeviceMemoryException(
          "onednn: %s is out of native memory; stop other programs or use the cpu backend"
              .formatted(function));
    }
    if (status != 0) {
      throw new BackendUnavailableException(
          "onednn: %s fails with status %d (%s); use the cpu backend"
              .formatted(function, status, status < STATUS.length ? STATUS[status] : "unknown"));
    }
  }

  /** A call that writes a pointer. */
  private interface Creation {
    int status(MemorySegment result) throws Throwable;
  }

  private static MemorySegment create(String function, Creation creation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(ADDRESS);
      call(function, () -> creation.status(result));
      return result.get(ADDRESS, 0);
    }
  }

  /** For what a downcall declares but does not throw. */
  static RuntimeException unexpected(Throwable e) {
    return switch (e) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> throw new AssertionError(e);
    };
  }

  /** The instruction sets that the library uses here. */
  static int instructionSets() {
    try {
      return (int) ISA.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static MemorySegment engine() {
    return create("dnnl_engine_create", at -> (int) ENGINE_CREATE.invokeExact(at, CPU, 0L));
  }

  static MemorySegment stream(MemorySegment engine) {
    return create("dnnl_stream_create", at -> (int) STREAM_CREATE.invokeExact(at, engine, 1));
  }

  /** A matrix (rows, cols) whose element (r, c) is number r × rowStride + c × colStride. */
  static MemorySegment matrix(int type, Extent rows, Extent cols) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocateFrom(JAVA_LONG, rows.size(), cols.size());
      MemorySegment strides = arena.allocateFrom(JAVA_LONG, rows.stride(), cols.stride());
      return create(
          "dnnl_memory_desc_create_with_strides",
          at -> (int) DESC_WITH_STRIDES.invokeExact(at, 2, sizes, type, strides));
    }
  }

  /** How many rows or columns, and how many numbers one is from the next. */
  record Extent(long size, long stride) {}

  /** A matrix (rows, cols) that the library lays out as it likes. */
  static MemorySegment anyLayout(int type, long rows, long cols) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sizes = arena.allocateFrom(JAVA_LONG, rows, cols);
      return create(
          "dnnl_memory_desc_create_with_tag",
          at -> (int) DESC_WITH_TAG.invokeExact(at, 2, sizes, type, ANY_FORMAT));
    }
  }

  static long bytes(MemorySegment description) {
    try {
      return (long) DESC_SIZE.invokeExact(description);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** How to compute a product of matrices that are described so. */
  static MemorySegment planMatmul(
      MemorySegment engine, MemorySegment x, MemorySegment weights, MemorySegment out) {
    MemorySegment attributes = attributes();
    try {
      return create(
          "dnnl_matmul_primitive_desc_create",
          at ->
              (int)
                  MATMUL.invokeExact(at, engine, x, weights, MemorySegment.NULL, out, attributes));
    } finally {
      destroy(Kind.ATTRIBUTES, attributes);
    }
  }

  /** How to lay out a matrix in another way. */
  static MemorySegment planReorder(MemorySegment engine, MemorySegment from, MemorySegment to) {
    MemorySegment attributes = attributes();
    try {
      return create(
          "dnnl_reorder_primitive_desc_create",
          at -> (int) REORDER.invokeExact(at, from, engine, to, engine, attributes));
    } finally {
      destroy(Kind.ATTRIBUTES, attributes);
    }
  }

  /** Working memory is the caller's, so that threads can share a primitive. */
  private static MemorySegment attributes() {
    MemorySegment attributes =
        create("dnnl_primitive_attr_create", at -> (int) ATTRIBUTES_CREATE.invokeExact(at));
    try {
      call(
          "dnnl_primitive_attr_set_scratchpad_mode",
          () -> (int) ATTRIBUTES_SCRATCHPAD.invokeExact(attributes, CALLERS_SCRATCHPAD));
    } catch (RuntimeException | Error e) {
      destroy(Kind.ATTRIBUTES, attributes);
      throw e;
    }
    return attributes;
  }

  /** A description that belongs to the plan. */
  static MemorySegment query(MemorySegment plan, int what) {
    try {
      return (MemorySegment) QUERY.invokeExact(plan, what, 0);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static MemorySegment primitive(MemorySegment plan) {
    return create("dnnl_primitive_create", at -> (int) PRIMITIVE_CREATE.invokeExact(at, plan));
  }

  static MemorySegment memory(MemorySegment engine, MemorySegment description, MemorySegment data) {
    return create(
        "dnnl_memory_create", at -> (int) MEMORY_CREATE.invokeExact(at, description, engine, data));
  }

  /** Runs a primitive; returns when it has run. */
  static void execute(
      MemorySegment primitive, MemorySegment stream, int count, MemorySegment arguments) {
    call(
        "dnnl_primitive_execute",
        () -> (int) EXECUTE.invokeExact(primitive, stream, count, arguments));
  }

  static void destroy(Kind kind, MemorySegment pointer) {
    call("dnnl_…_destroy", () -> (int) kind.destroy.invokeExact(pointer));
  }
}
