// Copies whole rows of one or two matrices of any type: scatter out[rows[r]] = x[r], gather out[r] = x[rows[r]].
//
// Shapes: rows (R) int32; x and out (·, pitch), a row being vectors0 (vectors1) vectors of 16 bytes. The second
// pair, keys and values at once, may be absent (out1 == 0).
// Bound: memory, 2 · R · row bytes.
// Grid: (R), 128 threads.
#pragma once
#include "common.cuh"

struct RowsArgs {
  const void* x0;
  void* out0;
  const void* x1;
  void* out1;
  const int* rows;
  int vectors0;
  int vectors1;
};

DC_DEVICE void copy_row(const void* x, long long from, void* out, long long to, int vectors) {
  const Vec16* source = (const Vec16*)x + from * vectors;
  Vec16* target = (Vec16*)out + to * vectors;
  for (int v = threadIdx.x; v < vectors; v += blockDim.x) target[v] = source[v];
}

DC_KERNEL(dc_scatter_rows, RowsArgs, 128) {
  int row = a.rows[blockIdx.x];
  copy_row(a.x0, blockIdx.x, a.out0, row, a.vectors0);
  if (a.out1) copy_row(a.x1, blockIdx.x, a.out1, row, a.vectors1);
}

DC_KERNEL(dc_gather_rows, RowsArgs, 128) {
  int row = a.rows[blockIdx.x];
  copy_row(a.x0, row, a.out0, blockIdx.x, a.vectors0);
  if (a.out1) copy_row(a.x1, row, a.out1, blockIdx.x, a.vectors1);
}
