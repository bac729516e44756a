// What the hardware does beyond C++: the only file with inline PTX. Nothing here needs a CUDA header, so the
// same sources go through nvcc, NVRTC and, with the definitions of the emulator in front, a C++ compiler.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifndef DC_EMULATED

// Declares a kernel whose only parameter is a struct A a, launched with at most THREADS threads a block.
#define DC_KERNEL(NAME, A, THREADS) \
  extern "C" __global__ void __launch_bounds__(THREADS) NAME(const __grid_constant__ A a)

// The block's shared memory, all of it dynamic: its size is an argument of the launch.
#define DC_SHARED(NAME) extern __shared__ __align__(128) unsigned char NAME[]

#define DC_DEVICE __device__ __forceinline__

// d += a · b for a (16, 16) row-major, b (16, 8) column-major, bf16 in, float32 out; PTX ISA, "mma.m16n8k16".
DC_DEVICE void mma_m16n8k16_bf16(float (&d)[4], const u32 (&a)[4], u32 b0, u32 b1) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Four 8 × 8 matrices of 16-bit numbers from shared memory; lane l gives the address of row l % 8 of matrix l / 8.
DC_DEVICE void ldmatrix_x4(u32 (&r)[4], const void* row) {
  u32 address = (u32)__cvta_generic_to_shared(row);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}

// The same, each matrix transposed.
DC_DEVICE void ldmatrix_x4_trans(u32 (&r)[4], const void* row) {
  u32 address = (u32)__cvta_generic_to_shared(row);
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(address)
               : "memory");
}

// Starts copying the first `bytes` (0 to 16) of 16 bytes from global to shared memory; the rest becomes zero.
DC_DEVICE void cp_async16(void* to, const void* from, int bytes) {
  u32 address = (u32)__cvta_generic_to_shared(to);
  asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;"  // the neighbours are wanted soon, too
               ::"r"(address), "l"(from), "r"(bytes)
               : "memory");
}

// Ends a group of copies of this thread.
DC_DEVICE void cp_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until all but the newest N groups of this thread have landed; a barrier shows them to the others.
template <int N>
DC_DEVICE void cp_async_wait() {
  asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

// Two numbers rounded to bf16, to nearest even: lo in the lower half.
DC_DEVICE u32 pack_bf16x2(float lo, float hi) {
  u32 r;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(hi), "f"(lo));
  return r;
}

// a · b + c of each half in bf16, rounded once, to nearest even; subnormal numbers count in full.
DC_DEVICE u32 fma_bf16x2(u32 a, u32 b, u32 c) {
  u32 r;
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(r) : "r"(a), "r"(b), "r"(c));
  return r;
}

// 2^x, within 2 ulp; 2^−∞ is 0.
DC_DEVICE float exp2_approx(float x) {
  float r;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
  return r;
}

// The float16 whose bits these are.
DC_DEVICE float f16_bits_to_f32(u16 bits) {
  float r;
  asm("cvt.f32.f16 %0, %1;" : "=f"(r) : "h"(bits));
  return r;
}

// Picks four of the eight bytes of (b, a), one for each nibble of the selector.
DC_DEVICE u32 byte_permute(u32 a, u32 b, u32 selector) { return __byte_perm(a, b, selector); }

#endif
