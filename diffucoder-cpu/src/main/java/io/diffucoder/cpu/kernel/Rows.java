package io.diffucoder.cpu.kernel;

/**
 * A tensor's numbers: row-major without gaps.
 *
 * @param values at least rows × cols numbers
 * @param rows number of rows
 * @param cols number of columns
 */
public record Rows(float[] values, int rows, int cols) {}
