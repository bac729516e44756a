package io.diffucoder.cuda.driver;

import org.bytedeco.javacpp.Pointer;

/**
 * A native address for the binding's calls that can be set again and again: a new {@link Pointer}
 * for each call would cost more than the call.
 */
final class Address extends Pointer {
  Address() {
    super((Pointer) null);
  }

  /** Points somewhere else. */
  Address at(long newAddress) {
    address = newAddress;
    return this;
  }
}
