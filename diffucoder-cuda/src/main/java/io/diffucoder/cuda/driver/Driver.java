package io.diffucoder.cuda.driver;

import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;

import io.diffucoder.api.DeviceFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUkern_st;
import org.bytedeco.cuda.cudart.CUlib_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The functions of the CUDA driver that the backend calls, each with its result checked: the only
 * class that calls them, so that a test can compare their names with what the oldest supported
 * driver has (calling a function that the driver lacks ends the JVM). All but {@link #setCurrent}
 * and what comes before it need a current context.
 */
final class Driver {
  /** CUDA_ERROR_OUT_OF_MEMORY. */
  static final int OUT_OF_MEMORY = 2;

  private Driver() {}

  /** A device's number, its context retained. */
  record Context(int device, CUctx_st handle) {}

  /** Free and total bytes of device memory. */
  record Memory(long free, long total) {}

  static Context retainContext(int ordinal) {
    check("cuInit", cudart.cuInit(0));
    int[] device = new int[1];
    check("cuDeviceGet", cudart.cuDeviceGet(device, ordinal));
    CUctx_st context = new CUctx_st();
    check("cuDevicePrimaryCtxRetain", cudart.cuDevicePrimaryCtxRetain(context, device[0]));
    return new Context(device[0], context);
  }

  static void releaseContext(Context context) {
    cudart.cuDevicePrimaryCtxRelease(context.device());
  }

  static void setCurrent(Context context) {
    check("cuCtxSetCurrent", cudart.cuCtxSetCurrent(context.handle()));
  }

  static String deviceName(Context context) {
    byte[] name = new byte[256];
    check("cuDeviceGetName", cudart.cuDeviceGetName(name, name.length, context.device()));
    int length = 0;
    while (length < name.length && name[length] != 0) {
      length++;
    }
    return new String(name, 0, length, StandardCharsets.UTF_8);
  }

  static int attribute(Context context, int attribute) {
    int[] value = new int[1];
    check("cuDeviceGetAttribute", cudart.cuDeviceGetAttribute(value, attribute, context.device()));
    return value[0];
  }

  static Memory memory() {
    try (SizeTPointer free = new SizeTPointer(1);
        SizeTPointer total = new SizeTPointer(1)) {
      check("cuMemGetInfo", cudart.cuMemGetInfo(free, total));
      return new Memory(free.get(), total.get());
    }
  }

  /** The address, or 0 if the memory does not suffice. */
  static long allocate(long bytes) {
    long[] address = new long[1];
    int code = cudart.cuMemAlloc(address, bytes);
    if (code == OUT_OF_MEMORY) {
      return 0;
    }
    check("cuMemAlloc", code);
    return address[0];
  }

  static void free(long address) {
    check("cuMemFree", cudart.cuMemFree(address));
  }

  /** Page-locked memory of the host, or the null segment if there is not enough. */
  @SuppressWarnings("restricted") // the driver's memory has no other way into Java
  static MemorySegment allocatePinned(long bytes) {
    Pointer memory = new Pointer();
    int code = cudart.cuMemHostAlloc(memory, bytes, 0);
    if (code == OUT_OF_MEMORY) {
      return MemorySegment.NULL;
    }
    check("cuMemHostAlloc", code);
    return MemorySegment.ofAddress(memory.address()).reinterpret(bytes);
  }

  static void freePinned(MemorySegment memory) {
    check("cuMemFreeHost", cudart.cuMemFreeHost(new Address().at(memory.address())));
  }

  static void copyIn(long to, Address from, long bytes, CUstream_st stream) {
    check("cuMemcpyHtoDAsync", cudart.cuMemcpyHtoDAsync(to, from, bytes, stream));
  }

  static void copyOut(Address to, long from, long bytes, CUstream_st stream) {
    check("cuMemcpyDtoHAsync", cudart.cuMemcpyDtoHAsync(to, from, bytes, stream));
  }

  /** A stream that does not wait for the legacy default stream. */
  static CUstream_st newStream() {
    CUstream_st stream = new CUstream_st();
    check("cuStreamCreate", cudart.cuStreamCreate(stream, cudart.CU_STREAM_NON_BLOCKING));
    return stream;
  }

  static void synchronize(CUstream_st stream) {
    check("cuStreamSynchronize", cudart.cuStreamSynchronize(stream));
  }

  static void destroy(CUstream_st stream) {
    check("cuStreamDestroy", cudart.cuStreamDestroy(stream));
  }

  /** An event that keeps no time, which is cheaper. */
  static CUevent_st newEvent() {
    CUevent_st event = new CUevent_st();
    check("cuEventCreate", cudart.cuEventCreate(event, cudart.CU_EVENT_DISABLE_TIMING));
    return event;
  }

  static void record(CUevent_st event, CUstream_st stream) {
    check("cuEventRecord", cudart.cuEventRecord(event, stream));
  }

  static void synchronize(CUevent_st event) {
    check("cuEventSynchronize", cudart.cuEventSynchronize(event));
  }

  static void destroy(CUevent_st event) {
    check("cuEventDestroy", cudart.cuEventDestroy(event));
  }

  /** Loads a fatbin or cubin; the driver takes the code that fits the device. */
  static CUlib_st loadLibrary(byte[] image) {
    CUlib_st library = new CUlib_st();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(image.length, 16);
      MemorySegment.copy(image, 0, bytes, ValueLayout.JAVA_BYTE, 0, image.length);
      check(
          "cuLibraryLoadData",
          cudart.cuLibraryLoadData(
              library,
              new Address().at(bytes.address()),
              (IntPointer) null,
              (PointerPointer<?>) null,
              0,
              (IntPointer) null,
              (PointerPointer<?>) null,
              0));
    }
    return library;
  }

  static void unload(CUlib_st library) {
    check("cuLibraryUnload", cudart.cuLibraryUnload(library));
  }

  static CUfunc_st function(CUlib_st library, String name) {
    CUkern_st kernel = new CUkern_st();
    check("cuLibraryGetKernel of " + name, cudart.cuLibraryGetKernel(kernel, library, name));
    CUfunc_st function = new CUfunc_st();
    check("cuKernelGetFunction", cudart.cuKernelGetFunction(function, kernel));
    return function;
  }

  /** Lets a kernel have more dynamic shared memory than the 48 KiB that every kernel may have. */
  static void allowSharedMemory(CUfunc_st function, int bytes) {
    check(
        "cuFuncSetAttribute",
        cudart.cuFuncSetAttribute(
            function, cudart.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes));
  }

  /** Launches a kernel. */
  static void launch(
      CUfunc_st function, CommandTape.Launch shape, Parameters parameters, CUstream_st stream) {
    int code =
        cudart.cuLaunchKernel(
            function,
            shape.gridX(),
            shape.gridY(),
            shape.gridZ(),
            shape.threads(),
            1,
            1,
            shape.sharedBytes(),
            stream,
            parameters,
            (PointerPointer<?>) null);
    check("cuLaunchKernel", code);
  }

  static void beginCapture(CUstream_st stream) {
    check(
        "cuStreamBeginCapture",
        cudart.cuStreamBeginCapture(stream, cudart.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
  }

  /** Ends a capture and makes it executable. */
  static CUgraphExec_st endCapture(CUstream_st stream) {
    CUgraph_st graph = new CUgraph_st();
    check("cuStreamEndCapture", cudart.cuStreamEndCapture(stream, graph));
    try {
      CUgraphExec_st executable = new CUgraphExec_st();
      check("cuGraphInstantiate", cudart.cuGraphInstantiate(executable, graph, 0));
      return executable;
    } finally {
      check("cuGraphDestroy", cudart.cuGraphDestroy(graph));
    }
  }

  static void launch(CUgraphExec_st graph, CUstream_st stream) {
    check("cuGraphLaunch", cudart.cuGraphLaunch(graph, stream));
  }

  static void destroy(CUgraphExec_st graph) {
    check("cuGraphExecDestroy", cudart.cuGraphExecDestroy(graph));
  }

  private static void check(String function, int code) {
    if (code != CUDA_SUCCESS) {
      throw new DeviceFailedException(
          "cuda: %s failed with %s; close the model and load it again"
              .formatted(function, describe(code)));
    }
  }

  private static String describe(int code) {
    try (PointerPointer<Pointer> text = new PointerPointer<>(1)) {
      boolean known = cudart.cuGetErrorName(code, text) == CUDA_SUCCESS;
      String name = known ? text.getString(0) : "an unknown error";
      return "%s (%d)".formatted(name, code);
    }
  }
}
