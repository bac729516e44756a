// What the matrix products y = x · wᵀ (+ bias) (+ residual) share: their arguments, which weights a block works on,
// and how a finished sum becomes a number of y.
#pragma once
#include "common.cuh"

// The sum over K is cut here, always: the segments may then be summed by one block or by several, and a row has the
// same bits either way. Short enough that 7B shapes fill a GPU with few rows: 2 segments for K 3584, 11 for 18944.
#define DC_SEGMENT_K 1792

// One matrix w (n, k) and what becomes of x · wᵀ. All problems of a launch share x.
struct GemmProblem {
  const void* w;
  const void* scales;     // Q8, Q4: float16 [n][scalePitch]; E4M3: float32 [n], with scalePitch 0; else 0
  const float* bias;      // [n] or 0
  const void* residual;   // (R, n) of the activation type, or 0; may be out
  void* out;              // (R, n)
  int n, wPitch;          // wPitch in elements; Q8, Q4, E4M3: in bytes
  int scalePitch, outPitch;
  int tilesEnd;           // the first column tile of the grid that is no longer this problem's
  int pad;
};

struct GemmArgs {
  const void* x;          // (R, K)
  float* partial;         // splits > 1: [splits][R][sum of n]
  GemmProblem problem[3];
  int rows, k, xPitch, problems;
  int outIsF32;           // out is float32 although x is bf16
  int splits;             // 1, or the number of segments
};

// A tile of columns of the grid: of which problem, and where that problem's columns start in a row of `partial`.
struct ColumnTile {
  int problem, tile, offset;
};

DC_DEVICE ColumnTile column_tile(const GemmArgs& a, int tile) {
  ColumnTile c = {0, tile, 0};
  while (c.problem < a.problems - 1 && tile >= a.problem[c.problem].tilesEnd) {
    c.tile = tile - a.problem[c.problem].tilesEnd;
    c.offset += a.problem[c.problem].n;
    c.problem++;
  }
  return c;
}

DC_DEVICE int all_columns(const GemmArgs& a) {
  int n = 0;
  for (int i = 0; i < a.problems; i++) n += a.problem[i].n;
  return n;
}

// How a sum of a column becomes a number of y, before it is rounded and but for the residual. One function for every
// kernel, with the fused multiply-add written out: left to the compiler, two could round differently.
struct ColumnEnd {
  float scale, bias;
  DC_DEVICE float finish(float sum) const { return fmaf(sum, scale, bias); }
};

DC_DEVICE ColumnEnd column_end(const GemmProblem& p, int column) {
  return {p.scales && p.scalePitch == 0 ? ((const float*)p.scales)[column] : 1.f, p.bias ? p.bias[column] : 0.f};
}

// The pitch of the residual, a tensor of the activation type T also where out is float32.
template <typename T>
DC_DEVICE long long residual_pitch(const GemmProblem& p) {
  constexpr int kVector = 16 / sizeof(T);
  return (p.n + kVector - 1) / kVector * kVector;
}
