package io.diffucoder.spi;

/** A matrix (rows, cols) that a backend holds until it is closed; usable by all its ops. */
public interface Weight {

  /** The tensor's name. */
  String name();

  /** Output width, vocabulary, or 1 for a vector. */
  int rows();

  /** Input width, or a vector's length. */
  int cols();

  /** Bytes that the backend itself allocated for it; 0 if it is used in place. */
  long allocatedBytes();
}
