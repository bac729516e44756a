package io.diffucoder.cuda.driver;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** The array of pointers to a kernel's parameters, of which there is one: the struct. */
final class Parameters extends PointerPointer<Pointer> {
  private final MemorySegment array = Arena.ofAuto().allocate(JAVA_LONG);

  Parameters() {
    super((Pointer) null);
    address = array.address();
  }

  /** Where the struct is. */
  Parameters at(long struct) {
    array.set(JAVA_LONG, 0, struct);
    return this;
  }
}
