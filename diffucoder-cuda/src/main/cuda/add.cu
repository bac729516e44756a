// residual += x, rounded once to the activation type T.
//
// Shapes: both (R, D), given as `count` numbers in whole 16-byte vectors, padding included.
// Bound: memory, 3 · count · sizeof(T) bytes.
// Grid: any; 256 threads, a vector a thread and turn. A grid of ceil(count / (256 · PER_VECTOR<T>)) takes one turn.
#pragma once
#include "common.cuh"

struct AddArgs {
  const void* x;
  void* residual;
  long long count;
};

template <typename T>
DC_DEVICE void add(const AddArgs& a) {
  constexpr int N = PER_VECTOR<T>;
  const Vec16* x = (const Vec16*)a.x;
  Vec16* residual = (Vec16*)a.residual;
  long long vectors = a.count / N;
  long long stride = (long long)gridDim.x * blockDim.x;
  for (long long v = (long long)blockIdx.x * blockDim.x + threadIdx.x; v < vectors; v += stride) {
    float term[N];
    float sum[N];
    unpack<T>(x[v], term);
    unpack<T>(residual[v], sum);
#pragma unroll
    for (int i = 0; i < N; i++) sum[i] += term[i];
    residual[v] = pack<T>(sum);
  }
}

DC_KERNEL(dc_add_f32, AddArgs, 256) { add<float>(a); }
DC_KERNEL(dc_add_bf16, AddArgs, 256) { add<Bf16>(a); }
