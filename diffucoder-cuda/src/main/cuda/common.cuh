// What several kernels share: number formats, reductions over a block, the layouts of weights.
#pragma once
#include "prim.cuh"

#define DC_INFINITY __uint_as_float(0x7f800000u)
#define DC_LOG2E 1.4426950408889634f

struct Bf16 {
  u16 bits;
};

DC_DEVICE float to_f32(Bf16 x) { return __uint_as_float((u32)x.bits << 16); }
DC_DEVICE float to_f32(float x) { return x; }

template <typename T>
DC_DEVICE T from_f32(float x);
template <>
DC_DEVICE float from_f32<float>(float x) {
  return x;
}
template <>
DC_DEVICE Bf16 from_f32<Bf16>(float x) {
  Bf16 r;
  r.bits = (u16)pack_bf16x2(x, 0.f);
  return r;
}

DC_DEVICE float lo_bf16(u32 pair) { return __uint_as_float(pair << 16); }
DC_DEVICE float hi_bf16(u32 pair) { return __uint_as_float(pair & 0xffff0000u); }

// 16 and 8 bytes as one access.
struct alignas(16) Vec16 {
  u32 word[4];
};
struct alignas(8) Vec8 {
  u32 word[2];
};

DC_DEVICE float warp_sum(float x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffffu, x, offset);
  return x;
}

DC_DEVICE float warp_max(float x) {
#pragma unroll
  for (int offset = 16; offset > 0; offset >>= 1) x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, offset));
  return x;
}

// The sum over a block of whole warps, the same in every thread; `scratch` has 32 floats of shared memory that nobody
// has used since the last barrier.
DC_DEVICE float block_sum(float x, float* scratch) {
  x = warp_sum(x);
  if ((threadIdx.x & 31) == 0) scratch[threadIdx.x >> 5] = x;
  __syncthreads();
  float sum = 0.f;
  for (int w = 0; w < (int)(blockDim.x >> 5); w++) sum += scratch[w];
  return sum;
}

// Weights whose numbers share scales come in blocks of 32 numbers of a row. So that a lane of an mma finds what
// it needs of a block side by side, a block keeps its numbers in the order of the fragments: quad lane t (0 … 3)
// needs numbers 2t, 2t+1, 2t+8, 2t+9 of both halves of the block. These are its codes 8t … 8t+7.
DC_DEVICE int fragment_place(int k) {  // where number k of a block is: 8t + j
  int t = (k & 7) >> 1;
  int j = (k & 1) | ((k & 8) >> 2) | ((k & 16) >> 2);
  return 8 * t + j;
}
// Q8: one byte a code, at its place. Q4: the 32-bit word t holds the codes 8t … 8t+7, code 2p in nibble p and code
// 2p+1 in nibble p+4, so that a mask takes a pair to the halves of a word. A number is (code − 8) · scale.
// E4M3: one byte a code, at its place of 32; the scale is the row's.

// How many numbers of type T are in 16 bytes.
template <typename T>
constexpr int PER_VECTOR = 16 / (int)sizeof(T);

template <typename T>
DC_DEVICE void unpack(const Vec16& v, float (&x)[PER_VECTOR<T>]);
template <>
DC_DEVICE void unpack<float>(const Vec16& v, float (&x)[4]) {
#pragma unroll
  for (int i = 0; i < 4; i++) x[i] = __uint_as_float(v.word[i]);
}
template <>
DC_DEVICE void unpack<Bf16>(const Vec16& v, float (&x)[8]) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    x[2 * i] = lo_bf16(v.word[i]);
    x[2 * i + 1] = hi_bf16(v.word[i]);
  }
}

template <typename T>
DC_DEVICE Vec16 pack(const float (&x)[PER_VECTOR<T>]);
template <>
DC_DEVICE Vec16 pack<float>(const float (&x)[4]) {
  Vec16 v;
#pragma unroll
  for (int i = 0; i < 4; i++) v.word[i] = __float_as_uint(x[i]);
  return v;
}
template <>
DC_DEVICE Vec16 pack<Bf16>(const float (&x)[8]) {
  Vec16 v;
#pragma unroll
  for (int i = 0; i < 4; i++) v.word[i] = pack_bf16x2(x[2 * i], x[2 * i + 1]);
  return v;
}
