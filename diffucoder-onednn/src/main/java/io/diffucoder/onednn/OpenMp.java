package io.diffucoder.onednn;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * The OpenMP runtime that oneDNN is bound to. It is kept from starting threads: they would wait for
 * each next product in a loop that takes a core, and each calling thread would get its own.
 */
@SuppressWarnings("restricted") // calls a native library
final class OpenMp {
  private static final MethodHandle SET_THREADS =
      function("omp_set_num_threads", FunctionDescriptor.ofVoid(JAVA_INT));
  private static final MethodHandle GET_THREADS =
      function("omp_get_max_threads", FunctionDescriptor.of(JAVA_INT));

  private OpenMp() {}

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(NativeLibrary.symbols().findOrThrow(name), type);
  }

  /**
   * Sets how many threads share the work that the calling thread calls for.
   *
   * @return how many did before
   */
  static int threads(int threads) {
    try {
      int before = (int) GET_THREADS.invokeExact();
      SET_THREADS.invokeExact(threads);
      return before;
    } catch (Throwable e) {
      throw Dnnl.unexpected(e);
    }
  }
}
