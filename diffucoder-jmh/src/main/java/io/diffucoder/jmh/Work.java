package io.diffucoder.jmh;

/**
 * What one run of a benchmark does.
 *
 * @param threads compute threads
 * @param flops operations of products; a multiply-add counts as two; 0 if they are not counted
 * @param weightBytes bytes of weights that are read
 * @param tensorBytes bytes of tensors that are read or written, each once; 0 if they are not
 *     counted
 */
record Work(int threads, double flops, double weightBytes, double tensorBytes) {}
