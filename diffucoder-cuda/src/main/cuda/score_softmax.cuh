// The numbers of a row's softmax in one pass: maximum z₁, its lowest id, the second largest logit, and with
// e = (z − z₁) · scale, in units of log 2,
//   sum = Σ 2^e   and   moment = Σ 2^e · e,   so that   Σ q · ln q = ln 2 · moment / sum − ln(sum).
// That leaves out the 1e-10 inside the definition's logarithm: at most 1e-10 a token, or 1.5e-5 of an entropy of
// 152064, where 1e-3 is allowed and float32 sums are no better.
//
// A thread keeps its own maximum and rescales when it rises ("online softmax", Milakov and Gimelshein, 2018), once a
// turn at most. Turns are summed in float32 and added up in float64.
#pragma once
#include "score_row.cuh"

struct Softmax {
  float max;
  float second;
  int likeliest;
  double sum;      // at the scale that is measured
  double moment;
  double drawSum;  // at the scale of the draw
};

// Below it 2^e is 0; a product of 0 and this is 0, not NaN.
constexpr float NO_WEIGHT = -200.f;

// e from a larger maximum down to a smaller one. The difference of two −∞ does not arise: a thread that has seen no
// finite logit measures from the smallest finite number.
DC_DEVICE float fall(float from, float to, float scale) { return fmaxf((to - from) * scale, NO_WEIGHT); }

DC_DEVICE float finite_base(float max) { return fmaxf(max, -3.402823466e38f); }

template <typename T, bool DRAWS_AT_ANOTHER_SCALE>
struct SoftmaxPass {
  static constexpr int N = LogitRow<T>::N;
  static constexpr int UNROLL = 16 / N;  // vectors that a thread has in flight; more bf16 do not fit the registers

  const LogitRow<T>& row;
  float scale;
  float drawScale;
  Softmax part{-DC_INFINITY, -DC_INFINITY, 0, 0., 0., 0.};
  int turnOfMax = 0;

  DC_DEVICE SoftmaxPass(const LogitRow<T>& source, float measured, float drawn)
      : row(source), scale(measured), drawScale(drawn) {}

  DC_DEVICE Softmax run(unsigned char* scratch) {
    for (int turn = 0; turn < row.vectors; turn += UNROLL * SCORE_THREADS) {
      Vec16 batch[UNROLL];
      row.read(turn, batch);
      raise_max(turn, batch);
      add(batch);
    }
    return merge(scratch);
  }

 private:
  DC_DEVICE void raise_max(int turn, const Vec16 (&batch)[UNROLL]) {
    float before = part.max;
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      float z[N];
      unpack<T>(batch[u], z);
#pragma unroll
      for (int i = 0; i < N; i++) {
        part.second = fmaxf(part.second, fminf(part.max, z[i]));
        part.max = fmaxf(part.max, z[i]);
      }
    }
    if (part.max > before) {
      turnOfMax = turn;
      rescale(finite_base(before), finite_base(part.max));
    }
  }

  DC_DEVICE void rescale(float before, float after) {
    float e = fall(after, before, scale);
    double factor = exp2_approx(e);
    part.moment = factor * (part.moment + e * part.sum);
    part.sum *= factor;
    if (DRAWS_AT_ANOTHER_SCALE) part.drawSum *= exp2_approx(fall(after, before, drawScale));
  }

  // NaN and +∞ make the sums NaN: +∞ − +∞ is.
  DC_DEVICE void add(const Vec16 (&batch)[UNROLL]) {
    float base = finite_base(part.max);
    float sum = 0.f;
    float moment = 0.f;
    float drawSum = 0.f;
#pragma unroll
    for (int u = 0; u < UNROLL; u++) {
      float z[N];
      unpack<T>(batch[u], z);
#pragma unroll
      for (int i = 0; i < N; i++) {
        float e = (z[i] - base) * scale;
        float weight = exp2_approx(e);
        sum += weight;
        moment = fmaf(weight, fmaxf(e, NO_WEIGHT), moment);
        if (DRAWS_AT_ANOTHER_SCALE) drawSum += exp2_approx((z[i] - base) * drawScale);
      }
    }
    part.sum += sum;
    part.moment += moment;
    part.drawSum += drawSum;
  }

  DC_DEVICE Softmax merge(unsigned char* scratch) {
    float own = part.max;
    float* largest = (float*)scratch;
    float* second = largest + SCORE_WARPS;
    int* lowest = (int*)(second + SCORE_WARPS);
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) {
      merge_largest(__shfl_xor_sync(0xffffffffu, part.max, offset), __shfl_xor_sync(0xffffffffu, part.second, offset));
    }
    if ((threadIdx.x & 31) == 0) {
      largest[threadIdx.x >> 5] = part.max;
      second[threadIdx.x >> 5] = part.second;
    }
    if (threadIdx.x == 0) *lowest = row.vocabulary;
    __syncthreads();
    part.max = -DC_INFINITY;
    part.second = -DC_INFINITY;
#pragma unroll
    for (int w = 0; w < SCORE_WARPS; w++) merge_largest(largest[w], second[w]);
    if (own == part.max) atomicMin(lowest, lowest_id());
    rescale(finite_base(own), finite_base(part.max));
    double* totals = (double*)(scratch + 256);
    part.sum = block_total(part.sum, totals);
    part.moment = block_total(part.moment, totals);
    part.drawSum = DRAWS_AT_ANOTHER_SCALE ? block_total(part.drawSum, totals) : part.sum;
    part.likeliest = *lowest;  // complete: the totals have passed barriers
    return part;
  }

  DC_DEVICE void merge_largest(float max, float second) {
    part.second = fmaxf(fminf(part.max, max), fmaxf(part.second, second));
    part.max = fmaxf(part.max, max);
  }

  // This thread's lowest id with the maximum, which its maximum's turn has.
  DC_DEVICE int lowest_id() const {
    int lowest = row.vocabulary;
#pragma unroll 1
    for (int u = UNROLL - 1; u >= 0; u--) {
      int turn = turnOfMax + u * SCORE_THREADS;
      Vec16 one[1];
      row.read(turn, one);
      float z[N];
      unpack<T>(one[0], z);
#pragma unroll
      for (int i = N - 1; i >= 0; i--) lowest = z[i] == part.max ? row.id_of(turn, 0) + i : lowest;
    }
    return lowest;
  }
};
