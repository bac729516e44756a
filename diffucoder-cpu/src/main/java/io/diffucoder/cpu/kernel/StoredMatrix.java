package io.diffucoder.cpu.kernel;

import io.diffucoder.spi.DType;
import java.lang.foreign.MemorySegment;

/**
 * Numbers as a file has them: row-major, little-endian, of any alignment.
 *
 * @param rows number of rows
 * @param cols number of columns
 * @param dtype encoding of a number
 * @param bytes rows × cols numbers
 */
public record StoredMatrix(int rows, int cols, DType dtype, MemorySegment bytes) {}
