// Kernels that test the emulator itself: right ones, and one that does wrong what it is told to.
#include "common.cuh"

struct EmulatorSumArgs {
  const float* x;
  float* out;
  int n;
};
// out[block] = the sum of row `block` of x.
DC_KERNEL(emulator_sum, EmulatorSumArgs, 256) {
  DC_SHARED(shared);
  float sum = 0.f;
  for (int i = threadIdx.x; i < a.n; i += blockDim.x) sum += a.x[(u64)blockIdx.x * a.n + i];
  sum = block_sum(sum, (float*)shared);
  if (threadIdx.x == 0) a.out[blockIdx.x] = sum;
}

struct EmulatorMmaArgs {
  const u16* x;
  const u16* w;
  float* out;
};
// out (16, 8) = x (16, 16) · wT for w (8, 16), in bf16.
DC_KERNEL(emulator_mma, EmulatorMmaArgs, 32) {
  DC_SHARED(shared);
  int lane = threadIdx.x;
  cp_async16(shared + lane * 16, a.x + lane * 8, 16);
  if (lane < 16) cp_async16(shared + 512 + lane * 16, a.w + lane * 8, 16);
  cp_async_commit();
  cp_async_wait<0>();
  __syncthreads();
  u32 x[4], w[4];
  ldmatrix_x4(x, shared + (lane & 15) * 32 + (lane >> 4) * 16);
  ldmatrix_x4(w, shared + 512 + (lane & 7) * 32 + (lane >> 3 & 1) * 16);
  float d[4] = {0.f, 0.f, 0.f, 0.f};
  mma_m16n8k16_bf16(d, x, w[0], w[1]);
  for (int i = 0; i < 4; i++) a.out[((lane >> 2) + 8 * (i >> 1)) * 8 + 2 * (lane & 3) + (i & 1)] = d[i];
}

struct EmulatorAddArgs {
  float* x;
  float by;
  int n;
};
DC_KERNEL(emulator_add, EmulatorAddArgs, 256) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < a.n) a.x[i] += a.by;
}

struct EmulatorWrongArgs {
  float* x;
  int what;
};
DC_KERNEL(emulator_wrong, EmulatorWrongArgs, 64) {
  DC_SHARED(shared);
  u32 r[4] = {0, 0, 0, 0};
  float d[4] = {0.f, 0.f, 0.f, 0.f};
  int thread = threadIdx.x;
  switch (a.what) {
    case 0:  // half of the block returns before the barrier
      if (thread < 32) __syncthreads();
      break;
    case 1:  // two barriers
      if (thread < 5) {
        __syncthreads();
      } else {
        __syncthreads();
      }
      break;
    case 2:  // a lane is missing
      if ((thread & 31) < 31) mma_m16n8k16_bf16(d, r, 0, 0);
      break;
    case 3:  // past the end of an allocation
      a.x[64 + thread] = 1.f;
      break;
    case 4:  // past the end of shared memory
      shared[128 + thread] = 1;
      break;
    case 5:
      ldmatrix_x4(r, shared + 8);
      break;
    case 6:  // rows past the end of shared memory
      ldmatrix_x4(r, shared + thread * 16);
      break;
    case 7:  // before the start of an allocation
      cp_async16(shared, a.x - 4, 16);
      break;
    case 8:
      cp_async16(shared, a.x + 1, 16);
      break;
    case 9:  // a lane that its own mask lacks
      __syncwarp(2);
      break;
    case 10:  // one warp at the barrier, one in a shuffle that a lane never reaches
      if (thread < 32) __syncthreads();
      if (thread != 40) __shfl_xor_sync(0xffffffffu, 1, 1);
      break;
    case 11:  // a missing wait
      cp_async16(shared, a.x, 16);
      break;
    case 12:
      a.x[thread] = (float)(thread / ((int)gridDim.x - 1));
      break;
    case 13:  // far outside of shared memory, where what was never written leads to
      ((int*)shared)[((int*)shared)[thread & 31]] = 1;
      break;
  }
}
