// Runs the kernels of src/main/cuda on a processor, for tests. Put in front of their sources:
//   g++ -std=c++20 -O2 -ffp-contract=off -fno-strict-aliasing -Wno-unknown-pragmas -DDC_EMULATED
//       -I src/test/cuda -I src/main/cuda -include emulator.h -x c++ kernels.cu …
// It defines what prim.cuh defines for a GPU, and what CUDA has built in. A kernel is then found by its name with
// emu::find_kernel and run with emu::engine.run. All inline functions and variables are one in a shared library if it
// is built with -fvisibility=hidden.
#pragma once
#include "emulator/engine.h"

#include "emulator/builtins.h"

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __align__(BYTES) alignas(BYTES)
// No __shared__: all shared memory is dynamic.

#define DC_KERNEL(NAME, A, THREADS)                                                                      \
  static void NAME(const A& a);                                                                          \
  static const emu::Registration emu_registration_##NAME(                                                \
      {#NAME, sizeof(A), THREADS, [](const void* args) { NAME(*static_cast<const A*>(args)); }});         \
  static void NAME([[maybe_unused]] const A& a)

#define DC_SHARED(NAME) unsigned char* const NAME = reinterpret_cast<unsigned char*>(emu::engine.shared())

#define DC_DEVICE inline

DC_DEVICE void mma_m16n8k16_bf16(float (&d)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  emu::mma(d, a, b0, b1);
}

DC_DEVICE void ldmatrix_x4(unsigned (&r)[4], const void* row) {
  emu::load_matrix(emu::Collective::kLoadMatrix, r, row);
}

DC_DEVICE void ldmatrix_x4_trans(unsigned (&r)[4], const void* row) {
  emu::load_matrix(emu::Collective::kLoadMatrixTransposed, r, row);
}

namespace emu {
inline void land(const Copy& copy) {
  memcpy(copy.to, copy.from, static_cast<size_t>(copy.bytes));
  memset(copy.to + copy.bytes, 0, 16 - static_cast<size_t>(copy.bytes));
}
}  // namespace emu

// A copy may land at any time from here to the wait that covers it: as late as possible, but in schedule 3 at once
// and in random ones at once for one in four. Until then what it overwrites is poison, as nobody may read it.
DC_DEVICE void cp_async16(void* to, const void* from, int bytes) {
  using emu::engine;
  if (bytes < 0 || bytes > 16) engine.fail("cp_async16 of %d bytes", bytes);
  if (reinterpret_cast<uintptr_t>(to) % 16 != 0) engine.fail("cp_async16 to an address not aligned to 16 bytes");
  if (!engine.in_shared(to, 16)) engine.fail("cp_async16 to an address outside the block's shared memory");
  if (bytes > 0) {
    if (reinterpret_cast<uintptr_t>(from) % 16 != 0) engine.fail("cp_async16 from an address not aligned to 16 bytes");
    if (!emu::deviceMemory.empty() && !emu::deviceMemory.contains(from, static_cast<size_t>(bytes))) {
      engine.fail("cp_async16 from outside of memory, at address %p", from);
    }
  }
  emu::Thread& thread = engine.thread();
  thread.copied = thread.group;
  emu::Copy copy{static_cast<char*>(to), static_cast<const char*>(from), bytes, thread.group};
  unsigned schedule = engine.schedule();
  if (schedule == 3 || (schedule >= 4 && engine.random() % 4 == 0)) {
    emu::land(copy);
    return;
  }
  memset(to, emu::kPoison, 16);
  thread.copies.push_back(copy);
}

DC_DEVICE void cp_async_commit() { emu::engine.thread().group++; }

template <int N>
DC_DEVICE void cp_async_wait() {
  emu::Thread& thread = emu::engine.thread();
  size_t kept = 0;
  for (const emu::Copy& copy : thread.copies) {
    if (copy.group < thread.group - N) {
      emu::land(copy);
    } else {
      thread.copies[kept++] = copy;
    }
  }
  thread.copies.resize(kept);
  thread.awaited = std::max(thread.awaited, thread.group - N);
}

// To nearest even; NaN becomes the one that the hardware makes.
inline unsigned emu_bf16_bits(float x) {
  unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffu;
  return (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
}
DC_DEVICE unsigned pack_bf16x2(float lo, float hi) { return emu_bf16_bits(lo) | emu_bf16_bits(hi) << 16; }

// The product of two bf16 is exact in double; what the sum loses is kept as its last bit, so that the rounding to bf16
// is the only one.
inline unsigned emu_bf16_fma(float a, float b, float c) {
  double product = static_cast<double>(a) * b, sum = product + c;
  float near = static_cast<float>(sum);
  if (!isfinite(near)) return emu_bf16_bits(near);
  double part = sum - product;
  double lost = (product - (sum - part)) + (c - part);
  double rest = sum - near != 0 ? sum - near : lost;
  unsigned bits = __float_as_uint(near);
  if (rest != 0 && near != 0.f) bits = ((rest < 0) != (near < 0) ? bits - 1 : bits) | 1u;
  return emu_bf16_bits(__uint_as_float(bits));
}
DC_DEVICE unsigned fma_bf16x2(unsigned a, unsigned b, unsigned c) {
  using emu::bf16_high, emu::bf16_low;
  return emu_bf16_fma(bf16_low(a), bf16_low(b), bf16_low(c)) |
         emu_bf16_fma(bf16_high(a), bf16_high(b), bf16_high(c)) << 16;
}

// Subnormal numbers are zero on both sides, as in ex2.approx.ftz.
DC_DEVICE float exp2_approx(float x) {
  float r = exp2f(x);
  return r < 0x1p-126f ? 0.f : r;
}

DC_DEVICE float f16_bits_to_f32(unsigned short bits) {
  unsigned sign = static_cast<unsigned>(bits & 0x8000u) << 16, magnitude = bits & 0x7fffu;
  if (magnitude >= 0x7c00u) return __uint_as_float(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
  // The exponent's bias is 112 too small; the multiplication corrects it, of subnormal numbers too.
  return __uint_as_float(sign | __float_as_uint(__uint_as_float(magnitude << 13) * 0x1p112f));
}

DC_DEVICE unsigned byte_permute(unsigned a, unsigned b, unsigned selector) {
  uint64_t bytes = uint64_t{b} << 32 | a;
  unsigned r = 0;
  for (int i = 0; i < 4; i++) r |= static_cast<unsigned>(bytes >> 8 * (selector >> 4 * i & 7) & 0xff) << 8 * i;
  return r;
}
