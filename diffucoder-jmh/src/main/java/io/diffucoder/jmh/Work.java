package io.diffucoder.jmh;

/**
 * What one run of a benchmark does.
 *
 * @param threads compute threads
 * @param flops float32 operations; a multiply-add counts as two; 0 if they are not counted
 * @param bytes of weights that are read
 */
record Work(int threads, double flops, double bytes) {}
