// Matrix products in float32: y = x · wᵀ (+ bias) (+ residual), x (R, K), residual and y (R, n) float32, w (n, K)
// float32, float16, bf16, Q8 or Q4, widened exactly. Up to three w that share x in one launch; splits is 1.
//
//   dc_gemm_simt_{W}  tile 64 × 64, 256 threads. grid (column tiles, ⌈R / 64⌉)
//
// Compute-bound: tensor cores would round the operands. A step takes 16 numbers of k; while it is summed, the next one
// is on its way to registers. Shared memory holds both operands with k first, so that a thread reads its four rows
// and its four columns in one access each. Every number of y is one chain of fused multiply-adds over ascending k.
#include "gemm_args.cuh"

#define DC_SIMT_K 16
// Of a k in shared memory: 64 numbers, and four more, which spread what a warp writes over twice the banks.
#define DC_SIMT_PITCH 68

// four(y, p, n, k): numbers k … k + 3 of row n; k is a multiple of four below K. Numbers past K may be garbage.
struct F32Numbers {
  DC_DEVICE static void four(float (&y)[4], const GemmProblem& p, int n, int k) {
    Vec16 v = *(const Vec16*)((const float*)p.w + (long long)n * p.wPitch + k);
    for (int i = 0; i < 4; i++) y[i] = __uint_as_float(v.word[i]);
  }
};

struct F16Numbers {
  DC_DEVICE static void four(float (&y)[4], const GemmProblem& p, int n, int k) {
    Vec8 v = *(const Vec8*)((const u16*)p.w + (long long)n * p.wPitch + k);
    for (int i = 0; i < 4; i++) y[i] = f16_bits_to_f32((u16)(v.word[i / 2] >> (i % 2 * 16)));
  }
};

struct Bf16Numbers {
  DC_DEVICE static void four(float (&y)[4], const GemmProblem& p, int n, int k) {
    Vec8 v = *(const Vec8*)((const u16*)p.w + (long long)n * p.wPitch + k);
    for (int i = 0; i < 4; i++) y[i] = i % 2 == 0 ? lo_bf16(v.word[i / 2]) : hi_bf16(v.word[i / 2]);
  }
};

DC_DEVICE float block_scale(const GemmProblem& p, int n, int k) {
  return f16_bits_to_f32(((const u16*)p.scales)[(long long)n * p.scalePitch + k / 32]);
}

struct Q8Numbers {
  DC_DEVICE static void four(float (&y)[4], const GemmProblem& p, int n, int k) {
    const signed char* block = (const signed char*)p.w + (long long)n * p.wPitch + k / 32 * 32;
    float scale = block_scale(p, n, k);
    for (int i = 0; i < 4; i++) y[i] = (float)block[fragment_place(k % 32 + i)] * scale;
  }
};

struct Q4Numbers {
  DC_DEVICE static void four(float (&y)[4], const GemmProblem& p, int n, int k) {
    const u32* block = (const u32*)((const u8*)p.w + (long long)n * p.wPitch + k / 32 * 16);
    float scale = block_scale(p, n, k);
    for (int i = 0; i < 4; i++) {
      int place = fragment_place(k % 32 + i), nibble = (place & 7) / 2 + (place & 1) * 4;
      int code = (int)(block[place / 8] >> (nibble * 4)) & 15;
      y[i] = (float)(code - 8) * scale;
    }
  }
};

template <class Weights>
DC_DEVICE void gemm_simt(const GemmArgs& a, float* shared) {
  float* xs = shared;                              // [16][68]
  float* ws = shared + DC_SIMT_K * DC_SIMT_PITCH;  // [16][68]
  ColumnTile tile = column_tile(a, (int)blockIdx.x);
  const GemmProblem& p = a.problem[tile.problem];
  int row0 = (int)blockIdx.y * 64, column0 = tile.tile * 64, thread = (int)threadIdx.x;

  // What a thread brings of each step: four numbers of one row of x and of one of w.
  int line = thread / 4, part = thread % 4 * 4;
  float x[4], w[4];
  auto fetch = [&](int k0) {
    int k = k0 + part;
#pragma unroll
    for (int i = 0; i < 4; i++) x[i] = w[i] = 0.f;
    if (k >= a.k) return;
    if (row0 + line < a.rows) {
      Vec16 v = *(const Vec16*)((const float*)a.x + (long long)(row0 + line) * a.xPitch + k);
#pragma unroll
      for (int i = 0; i < 4; i++) x[i] = k + i < a.k ? __uint_as_float(v.word[i]) : 0.f;
    }
    if (column0 + line < p.n) {
      Weights::four(w, p, column0 + line, k);
#pragma unroll
      for (int i = 0; i < 4; i++) w[i] = k + i < a.k ? w[i] : 0.f;
    }
  };

  int rowGroup = thread / 16 * 4, columnGroup = thread % 16 * 4;
  float sums[4][4] = {};
  fetch(0);
  for (int k0 = 0; k0 < a.k; k0 += DC_SIMT_K) {
    __syncthreads();  // the step before is still read
#pragma unroll
    for (int i = 0; i < 4; i++) {
      xs[(part + i) * DC_SIMT_PITCH + line] = x[i];
      ws[(part + i) * DC_SIMT_PITCH + line] = w[i];
    }
    __syncthreads();
    if (k0 + DC_SIMT_K < a.k) fetch(k0 + DC_SIMT_K);
#pragma unroll
    for (int k = 0; k < DC_SIMT_K; k++) {
      Vec16 xv = *(const Vec16*)(xs + k * DC_SIMT_PITCH + rowGroup);
      Vec16 wv = *(const Vec16*)(ws + k * DC_SIMT_PITCH + columnGroup);
#pragma unroll
      for (int i = 0; i < 16; i++) {
        float& sum = sums[i / 4][i % 4];
        sum = fmaf(__uint_as_float(xv.word[i / 4]), __uint_as_float(wv.word[i % 4]), sum);
      }
    }
  }

#pragma unroll
  for (int i = 0; i < 16; i++) {
    int row = row0 + rowGroup + i / 4, column = column0 + columnGroup + i % 4;
    if (row >= a.rows || column >= p.n) continue;
    float y = column_end(p, column).finish(sums[i / 4][i % 4]);
    if (p.residual) y += ((const float*)p.residual)[row * residual_pitch<float>(p) + column];
    ((float*)p.out)[(long long)row * p.outPitch + column] = y;
  }
}

DC_KERNEL(dc_gemm_simt_f32, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm_simt<F32Numbers>(a, (float*)shared);
}
DC_KERNEL(dc_gemm_simt_f16, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm_simt<F16Numbers>(a, (float*)shared);
}
DC_KERNEL(dc_gemm_simt_bf16, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm_simt<Bf16Numbers>(a, (float*)shared);
}
DC_KERNEL(dc_gemm_simt_q8, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm_simt<Q8Numbers>(a, (float*)shared);
}
DC_KERNEL(dc_gemm_simt_q4, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm_simt<Q4Numbers>(a, (float*)shared);
}
