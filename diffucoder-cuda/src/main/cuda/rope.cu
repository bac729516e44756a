// Rotary positions, in place: each pair (x[i], x[i + Dh/2]) of a head is turned by position · inverseFrequency[i].
//
// Shapes: x0 (R, heads0 · Dh), x1 (R, heads1 · Dh) or absent (0): queries and keys at once; positions (R) int32;
// inverseFrequencies (Dh/2) float32. The angle is rounded to float32, as the model does.
// Bound: memory, 2 · R · (heads0 + heads1) · Dh · sizeof(T) bytes.
// Grid: (R), 128 threads, 4 · Dh bytes of shared memory: a row's Dh/2 sines and cosines serve all its heads.
#pragma once
#include "common.cuh"

struct RopeArgs {
  void* x0;
  void* x1;
  const int* positions;
  const float* inverseFrequencies;
  int heads0;
  int heads1;
  int pitch0;
  int pitch1;
  int headDim;
};

// The sine and cosine of a float32 angle of up to 2^31, each within one unit of float32. π/2 in two float64 parts
// leaves a remainder right to 1e-15; on [−π/4, π/4] the Taylor polynomials are right to 1e-9. The built-in sinf
// takes large angles through an array in local memory.
DC_DEVICE void sine_cosine(float angle, float& sine, float& cosine) {
  double turns = rint((double)angle * 0.63661977236758134308);
  double r = fma(-turns, 1.57079632679489655800, (double)angle);
  r = fma(-turns, 6.12323399573676603587e-17, r);
  double q = r * r;
  double s = fma(q, -1.0 / 39916800, 1.0 / 362880);
  s = fma(q, s, -1.0 / 5040);
  s = fma(q, s, 1.0 / 120);
  s = fma(q, s, -1.0 / 6);
  s = fma(q * r, s, r);
  double c = fma(q, -1.0 / 3628800, 1.0 / 40320);
  c = fma(q, c, -1.0 / 720);
  c = fma(q, c, 1.0 / 24);
  c = fma(q, c, -0.5);
  c = fma(q, c, 1.0);
  int quarter = (int)turns;
  float first = (float)((quarter & 1) ? c : s);
  float second = (float)((quarter & 1) ? s : c);
  sine = (quarter & 2) ? -first : first;
  cosine = ((quarter + 1) & 2) ? -second : second;
}

DC_DEVICE void turn(float& x, float& y, float sine, float cosine) {
  float turned = x * cosine - y * sine;
  y = y * cosine + x * sine;
  x = turned;
}

// Turns all heads of a row; a pair of vectors a thread and turn if half a head is made of whole ones.
template <typename T>
DC_DEVICE void turn_heads(T* row, int heads, int half, const float* sines, const float* cosines) {
  constexpr int N = PER_VECTOR<T>;
  if (half % N == 0) {
    int vectors = half / N;
    for (int p = threadIdx.x; p < heads * vectors; p += blockDim.x) {
      int i = p % vectors * N;
      Vec16* low = (Vec16*)(row + p / vectors * 2 * half + i);
      Vec16* high = low + vectors;
      float x[N];
      float y[N];
      unpack<T>(*low, x);
      unpack<T>(*high, y);
#pragma unroll
      for (int j = 0; j < N; j++) turn(x[j], y[j], sines[i + j], cosines[i + j]);
      *low = pack<T>(x);
      *high = pack<T>(y);
    }
  } else {
    for (int p = threadIdx.x; p < heads * half; p += blockDim.x) {
      int i = p % half;
      T* low = row + p / half * 2 * half + i;
      float x = to_f32(low[0]);
      float y = to_f32(low[half]);
      turn(x, y, sines[i], cosines[i]);
      low[0] = from_f32<T>(x);
      low[half] = from_f32<T>(y);
    }
  }
}

template <typename T>
DC_DEVICE void rope(const RopeArgs& a, float* sines) {
  int half = a.headDim / 2;
  float* cosines = sines + half;
  float position = (float)a.positions[blockIdx.x];
  for (int i = threadIdx.x; i < half; i += blockDim.x) {
    sine_cosine(position * a.inverseFrequencies[i], sines[i], cosines[i]);
  }
  __syncthreads();
  turn_heads((T*)a.x0 + (long long)blockIdx.x * a.pitch0, a.heads0, half, sines, cosines);
  if (a.x1) turn_heads((T*)a.x1 + (long long)blockIdx.x * a.pitch1, a.heads1, half, sines, cosines);
}

DC_KERNEL(dc_rope_f32, RopeArgs, 128) {
  DC_SHARED(shared);
  rope<float>(a, (float*)shared);
}
DC_KERNEL(dc_rope_bf16, RopeArgs, 128) {
  DC_SHARED(shared);
  rope<Bf16>(a, (float*)shared);
}
