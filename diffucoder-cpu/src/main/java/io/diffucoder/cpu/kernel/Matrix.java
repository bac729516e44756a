package io.diffucoder.cpu.kernel;

/**
 * Where a matrix lies in an array: row r starts at {@code at + r × stride}.
 *
 * @param values the array, shared
 * @param at index of the first number
 * @param stride numbers from one row to the next
 */
public record Matrix(float[] values, int at, int stride) {}
