// out = silu(gate) · up with silu(x) = x / (1 + e^−x), rounded once to the activation type T.
//
// Shapes: all (R, F), given as `count` numbers in whole 16-byte vectors, padding included; out may be gate or up.
// Bound: memory, 3 · count · sizeof(T) bytes.
// Grid: any; 256 threads, a vector a thread and turn. A grid of ceil(count / (256 · PER_VECTOR<T>)) takes one turn.
#pragma once
#include "common.cuh"

struct SwigluArgs {
  const void* gate;
  const void* up;
  void* out;
  long long count;
};

// Far below zero e^−x is +∞ and the quotient −0: no NaN. Not exp2_approx(−x · log2 e): rounding that product
// costs |x| units of the result.
DC_DEVICE float silu(float x) { return x / (1.f + expf(-x)); }

template <typename T>
DC_DEVICE void swiglu(const SwigluArgs& a) {
  constexpr int N = PER_VECTOR<T>;
  const Vec16* gate = (const Vec16*)a.gate;
  const Vec16* up = (const Vec16*)a.up;
  Vec16* out = (Vec16*)a.out;
  long long vectors = a.count / N;
  long long stride = (long long)gridDim.x * blockDim.x;
  for (long long v = (long long)blockIdx.x * blockDim.x + threadIdx.x; v < vectors; v += stride) {
    float g[N];
    float u[N];
    unpack<T>(gate[v], g);
    unpack<T>(up[v], u);
#pragma unroll
    for (int i = 0; i < N; i++) g[i] = silu(g[i]) * u[i];
    out[v] = pack<T>(g);
  }
}

DC_KERNEL(dc_swiglu_f32, SwigluArgs, 256) { swiglu<float>(a); }
DC_KERNEL(dc_swiglu_bf16, SwigluArgs, 256) { swiglu<Bf16>(a); }
