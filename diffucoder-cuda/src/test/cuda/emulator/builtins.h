// The functions that CUDA gives to device code, as far as the kernels use them.
#pragma once
#include <math.h>

#include <bit>
#include <cstdint>

inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  emu::engine.barrier({file, line});
}
inline void __syncwarp(unsigned mask = ~0u) { emu::engine.gather(emu::Collective::kSync, mask); }
inline void __threadfence() {}
inline void __threadfence_block() {}

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  unsigned w = static_cast<unsigned>(width), lane = emu::engine.lane();
  return emu::shuffle(mask, value, (lane & ~(w - 1)) | (static_cast<unsigned>(source) & (w - 1)));
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int by, int width = 32) {
  unsigned w = static_cast<unsigned>(width), lane = emu::engine.lane(), source = lane ^ static_cast<unsigned>(by);
  return emu::shuffle(mask, value, source >= (lane | (w - 1)) + 1 ? lane : source);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned by, int width = 32) {
  unsigned w = static_cast<unsigned>(width), lane = emu::engine.lane();
  return emu::shuffle(mask, value, (lane & (w - 1)) + by < w ? lane + by : lane);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned by, int width = 32) {
  unsigned w = static_cast<unsigned>(width), lane = emu::engine.lane();
  return emu::shuffle(mask, value, (lane & (w - 1)) >= by ? lane - by : lane);
}
inline unsigned __ballot_sync(unsigned mask, int vote) {
  return emu::vote(emu::Collective::kBallot, mask, vote != 0);
}
inline int __any_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote) != 0; }
inline int __all_sync(unsigned mask, int vote) { return __ballot_sync(mask, vote == 0) == 0; }
inline unsigned __reduce_add_sync(unsigned mask, unsigned value) {
  return emu::vote(emu::Collective::kReduce, mask, value);
}

inline float __uint_as_float(unsigned x) { return std::bit_cast<float>(x); }
inline unsigned __float_as_uint(float x) { return std::bit_cast<unsigned>(x); }
inline float __int_as_float(int x) { return std::bit_cast<float>(x); }
inline int __float_as_int(float x) { return std::bit_cast<int>(x); }
inline double __longlong_as_double(long long x) { return std::bit_cast<double>(x); }
inline long long __double_as_longlong(double x) { return std::bit_cast<long long>(x); }

inline float rsqrtf(float x) { return 1.f / sqrtf(x); }
inline float __fadd_rn(float x, float y) { return x + y; }
inline float __fsub_rn(float x, float y) { return x - y; }
inline float __fmul_rn(float x, float y) { return x * y; }
inline float __fdiv_rn(float x, float y) { return x / y; }
inline float __fsqrt_rn(float x) { return sqrtf(x); }
inline float __frcp_rn(float x) { return 1.f / x; }
inline float __fmaf_rn(float x, float y, float z) { return fmaf(x, y, z); }

inline int min(int x, int y) { return y < x ? y : x; }
inline int max(int x, int y) { return x < y ? y : x; }
inline unsigned min(unsigned x, unsigned y) { return y < x ? y : x; }
inline unsigned max(unsigned x, unsigned y) { return x < y ? y : x; }
inline long long min(long long x, long long y) { return y < x ? y : x; }
inline long long max(long long x, long long y) { return x < y ? y : x; }

inline int __popc(unsigned x) { return std::popcount(x); }
inline int __popcll(unsigned long long x) { return std::popcount(x); }
inline int __ffs(int x) { return __builtin_ffs(x); }
inline int __ffsll(long long x) { return __builtin_ffsll(x); }
inline int __clz(int x) { return std::countl_zero(static_cast<unsigned>(x)); }
inline int __clzll(long long x) { return std::countl_zero(static_cast<unsigned long long>(x)); }
inline unsigned __umulhi(unsigned x, unsigned y) { return static_cast<unsigned>(uint64_t{x} * y >> 32); }
inline unsigned long long __umul64hi(unsigned long long x, unsigned long long y) {
  return static_cast<unsigned long long>(static_cast<unsigned __int128>(x) * y >> 64);
}
inline unsigned __brev(unsigned x) {
  unsigned r = 0;
  for (int i = 0; i < 32; i++) r |= (x >> i & 1) << (31 - i);
  return r;
}

// Only one thread of the emulated device runs at a time.
template <typename T>
T emu_exchange(T* at, T value) {
  T former = *at;
  *at = value;
  return former;
}
inline int atomicAdd(int* at, int x) {
  return emu_exchange(at, static_cast<int>(static_cast<unsigned>(*at) + static_cast<unsigned>(x)));  // wraps around
}
inline unsigned atomicAdd(unsigned* at, unsigned x) { return emu_exchange(at, *at + x); }
inline unsigned long long atomicAdd(unsigned long long* at, unsigned long long x) { return emu_exchange(at, *at + x); }
inline float atomicAdd(float* at, float x) { return emu_exchange(at, *at + x); }
inline double atomicAdd(double* at, double x) { return emu_exchange(at, *at + x); }
inline int atomicMax(int* at, int x) { return emu_exchange(at, max(*at, x)); }
inline unsigned atomicMax(unsigned* at, unsigned x) { return emu_exchange(at, max(*at, x)); }
inline unsigned long long atomicMax(unsigned long long* at, unsigned long long x) {
  return emu_exchange(at, *at < x ? x : *at);
}
inline int atomicMin(int* at, int x) { return emu_exchange(at, min(*at, x)); }
inline unsigned atomicMin(unsigned* at, unsigned x) { return emu_exchange(at, min(*at, x)); }
inline unsigned atomicOr(unsigned* at, unsigned x) { return emu_exchange(at, *at | x); }
inline unsigned atomicAnd(unsigned* at, unsigned x) { return emu_exchange(at, *at & x); }
inline unsigned atomicExch(unsigned* at, unsigned x) { return emu_exchange(at, x); }
inline unsigned atomicCAS(unsigned* at, unsigned expected, unsigned x) {
  return emu_exchange(at, *at == expected ? x : *at);
}

template <typename T>
T __ldg(const T* from) { return *from; }
