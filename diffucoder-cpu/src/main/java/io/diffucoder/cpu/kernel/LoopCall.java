package io.diffucoder.cpu.kernel;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Calls one of several vector loops without inlining it. C2 would inline all that have been hot
 * into their common caller, run out of its budget of nodes in the middle of one, and leave that one
 * with vectors as objects, tens of times slower: a process that has used several formats of weights
 * would slow down (docs/adr/0008). A method handle that is no constant is never inlined.
 */
final class LoopCall {
  private final MethodHandle loop;

  private LoopCall(MethodHandle loop) {
    this.loop = loop;
  }

  /** A static method of the lookup's class with these parameters, that returns nothing. */
  static LoopCall of(MethodHandles.Lookup lookup, String name, Class<?>... parameters) {
    try {
      MethodType type = MethodType.methodType(void.class, parameters);
      return new LoopCall(lookup.findStatic(lookup.lookupClass(), name, type));
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  /** A loop over two rows of weights that begin at these offsets. */
  void run(RowPair rows, long first, long second, int count, int to) {
    try {
      loop.invokeExact(rows, first, second, count, to);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  /** A loop over blocks. */
  void run(byte[] bytes, int blocks, int to) {
    try {
      loop.invokeExact(bytes, blocks, to);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException exception) {
      return exception;
    }
    throw new AssertionError("a loop declares no checked exception", e);
  }
}
