package io.diffucoder.cuda.driver;

import io.diffucoder.api.BackendUnavailableException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.global.nvrtc;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * Compiles kernels for a device with NVRTC, to machine code: its PTX would need a driver as new as
 * the compiler.
 */
public final class KernelCompiler {
  /** NVRTC's library. */
  public static final String LIBRARY = "libnvrtc.so.13";

  private KernelCompiler() {}

  /** The compiler's version, such as 13.0. */
  public static String version() {
    NvidiaLibraries.prepareBinding();
    NvidiaLibraries.loadCompiler();
    int[] major = new int[1];
    int[] minor = new int[1];
    check("nvrtcVersion", nvrtc.nvrtcVersion(major, minor));
    return major[0] + "." + minor[0];
  }

  /**
   * Machine code of one translation unit.
   *
   * @param source the text that is compiled
   * @param headers what it includes, by the names that it includes them by; at least one
   * @param options such as {@code --gpu-architecture=sm_90a}
   * @throws BackendUnavailableException with the compiler's messages if it does not compile
   */
  public static byte[] compile(String source, Map<String, String> headers, List<String> options) {
    NvidiaLibraries.prepareBinding();
    NvidiaLibraries.loadCompiler();
    BytePointer[] names =
        headers.keySet().stream().map(BytePointer::new).toArray(BytePointer[]::new);
    BytePointer[] texts =
        headers.values().stream().map(BytePointer::new).toArray(BytePointer[]::new);
    try (_nvrtcProgram program = new _nvrtcProgram();
        BytePointer text = new BytePointer(source);
        BytePointer name = new BytePointer("kernels.cu");
        PointerPointer<BytePointer> headerTexts = new PointerPointer<>(texts);
        PointerPointer<BytePointer> headerNames = new PointerPointer<>(names);
        PointerPointer<BytePointer> arguments =
            new PointerPointer<>(options.toArray(String[]::new))) {
      check(
          "nvrtcCreateProgram",
          nvrtc.nvrtcCreateProgram(program, text, name, names.length, headerTexts, headerNames));
      try {
        int code = nvrtc.nvrtcCompileProgram(program, options.size(), arguments);
        if (code != 0) {
          throw new BackendUnavailableException(
              "cuda: unavailable, NVRTC does not compile the kernels with %s: %s"
                  .formatted(options, log(program)));
        }
        return machineCode(program);
      } finally {
        check("nvrtcDestroyProgram", nvrtc.nvrtcDestroyProgram(program));
      }
    }
  }

  private static byte[] machineCode(_nvrtcProgram program) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      check("nvrtcGetCUBINSize", nvrtc.nvrtcGetCUBINSize(program, size));
      try (BytePointer code = new BytePointer(size.get())) {
        check("nvrtcGetCUBIN", nvrtc.nvrtcGetCUBIN(program, code));
        return bytes(code);
      }
    }
  }

  private static String log(_nvrtcProgram program) {
    try (SizeTPointer size = new SizeTPointer(1)) {
      check("nvrtcGetProgramLogSize", nvrtc.nvrtcGetProgramLogSize(program, size));
      try (BytePointer log = new BytePointer(Math.max(1, size.get()))) {
        log.put(0, (byte) 0);
        check("nvrtcGetProgramLog", nvrtc.nvrtcGetProgramLog(program, log));
        String text = new String(bytes(log), StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('\0')).strip();
      }
    }
  }

  @SuppressWarnings("restricted") // the pointer knows how many bytes it has
  private static byte[] bytes(BytePointer pointer) {
    return MemorySegment.ofAddress(pointer.address())
        .reinterpret(pointer.capacity())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  private static void check(String function, int code) {
    if (code != 0) {
      throw new BackendUnavailableException(
          "cuda: unavailable, NVRTC's %s failed with error %d".formatted(function, code));
    }
  }
}
