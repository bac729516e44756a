// out = x · (1 / sqrt(mean(x²) + eps)) · scale, rounded once to the activation type T; dc_add_rmsnorm first adds,
// residual = round(residual + x), and takes the norm of that.
//
// Shapes: x, residual, out (R, D), one pitch; scale (D) float32. out may be x.
// Bound: memory, 2 · R · D · sizeof(T) bytes, twice that with the sum.
// Grid: (R), 256 threads, 128 bytes of shared memory. A thread keeps its first HELD vectors in registers, which is
// all of D = 3584; of a longer row it reads the others twice, the second time from the cache.
#pragma once
#include "common.cuh"

struct RmsNormArgs {
  const void* x;
  void* residual;
  const float* scale;
  void* out;
  int cols;
  int pitch;
  float eps;
};

template <typename T, bool ADD>
struct NormRow {
  static constexpr int N = PER_VECTOR<T>;
  static constexpr int HELD = 4;

  const Vec16* x;
  Vec16* residual;
  const float* scale;
  Vec16* out;
  int cols;

  DC_DEVICE explicit NormRow(const RmsNormArgs& a) {
    long long offset = (long long)blockIdx.x * a.pitch;
    x = (const Vec16*)((const T*)a.x + offset);
    residual = ADD ? (Vec16*)((T*)a.residual + offset) : nullptr;
    scale = a.scale;
    out = (Vec16*)((T*)a.out + offset);
    cols = a.cols;
  }

  // What the norm is of; with ADD, computes and stores it.
  DC_DEVICE Vec16 first_read(int v) const {
    Vec16 read = x[v];
    if (ADD) {
      float term[N];
      float sum[N];
      unpack<T>(read, term);
      unpack<T>(residual[v], sum);
#pragma unroll
      for (int i = 0; i < N; i++) sum[i] += term[i];
      read = pack<T>(sum);
      residual[v] = read;
    }
    return read;
  }

  DC_DEVICE Vec16 second_read(int v) const { return ADD ? residual[v] : x[v]; }

  DC_DEVICE float squares(const Vec16& vector, int v) const {
    float y[N];
    unpack<T>(vector, y);
    float sum = 0.f;
#pragma unroll
    for (int i = 0; i < N; i++) sum += N * v + i < cols ? y[i] * y[i] : 0.f;  // padding may be NaN
    return sum;
  }

  DC_DEVICE void write(const Vec16& vector, int v, float inverse) const {
    float y[N];
    unpack<T>(vector, y);
    if (N * v + N <= cols) {
#pragma unroll
      for (int h = 0; h < N / 4; h++) {
        float s[4];
        unpack<float>(((const Vec16*)scale)[N / 4 * v + h], s);
#pragma unroll
        for (int i = 0; i < 4; i++) y[4 * h + i] *= inverse * s[i];
      }
    } else {
#pragma unroll
      for (int i = 0; i < N; i++) y[i] = N * v + i < cols ? y[i] * (inverse * scale[N * v + i]) : 0.f;
    }
    out[v] = pack<T>(y);
  }
};

template <typename T, bool ADD>
DC_DEVICE void rmsnorm(const RmsNormArgs& a, float* scratch) {
  using Row = NormRow<T, ADD>;
  Row row(a);
  int vectors = (a.cols + Row::N - 1) / Row::N;
  int first = threadIdx.x;
  int stride = blockDim.x;

  Vec16 held[Row::HELD];
  float sum = 0.f;
#pragma unroll
  for (int h = 0; h < Row::HELD; h++) {
    int v = first + h * stride;
    if (v < vectors) held[h] = row.first_read(v);
  }
#pragma unroll
  for (int h = 0; h < Row::HELD; h++) {
    int v = first + h * stride;
    if (v < vectors) sum += row.squares(held[h], v);
  }
  for (int v = first + Row::HELD * stride; v < vectors; v += stride) sum += row.squares(row.first_read(v), v);

  float mean = block_sum(sum, scratch) / (float)a.cols;
  float inverse = 1.f / sqrtf(mean + a.eps);
#pragma unroll
  for (int h = 0; h < Row::HELD; h++) {
    int v = first + h * stride;
    if (v < vectors) row.write(held[h], v, inverse);
  }
  for (int v = first + Row::HELD * stride; v < vectors; v += stride) row.write(row.second_read(v), v, inverse);
}

DC_KERNEL(dc_rmsnorm_f32, RmsNormArgs, 256) {
  DC_SHARED(shared);
  rmsnorm<float, false>(a, (float*)shared);
}
DC_KERNEL(dc_rmsnorm_bf16, RmsNormArgs, 256) {
  DC_SHARED(shared);
  rmsnorm<Bf16, false>(a, (float*)shared);
}
DC_KERNEL(dc_add_rmsnorm_f32, RmsNormArgs, 256) {
  DC_SHARED(shared);
  rmsnorm<float, true>(a, (float*)shared);
}
DC_KERNEL(dc_add_rmsnorm_bf16, RmsNormArgs, 256) {
  DC_SHARED(shared);
  rmsnorm<Bf16, true>(a, (float*)shared);
}
