package io.diffucoder.cpu.kernel;

/**
 * What a tile reads and adds to besides the weights, which lie in {@link TileMemory}.
 *
 * @param x rows of the input, packed: for two rows, step by step the vectors of the one and of the
 *     other; for a row alone, its vectors
 * @param sums partial sums: for each row {@link Kernels#OUTPUTS} vectors
 */
record Operands(float[] x, float[] sums) {}
