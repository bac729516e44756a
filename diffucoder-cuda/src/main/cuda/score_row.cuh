// A row of logits as the kernels of score.cu read it: in 16-byte vectors, several in flight, banned ids and what
// lies past the vocabulary being −∞, and the order that its tokens have.
#pragma once
#include "common.cuh"

constexpr int SCORE_THREADS = 512;
constexpr int SCORE_WARPS = SCORE_THREADS / 32;

// Unsigned numbers that ascend as tokens get less likely; −0 and 0 are one, −∞ is last.
DC_DEVICE u32 likelihood_order(float z) {
  u32 bits = __float_as_uint(z + 0.f);
  return bits >> 31 ? bits : ~bits & 0x7fffffffu;
}

template <typename T>
DC_DEVICE void exclude(Vec16& v, u32 which);
template <>
DC_DEVICE void exclude<float>(Vec16& v, u32 which) {
#pragma unroll
  for (int i = 0; i < 4; i++) v.word[i] = (which >> i) & 1u ? 0xff800000u : v.word[i];
}
template <>
DC_DEVICE void exclude<Bf16>(Vec16& v, u32 which) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    u32 pair = which >> (2 * i);
    v.word[i] = pair & 1u ? (v.word[i] & 0xffff0000u) | 0xff80u : v.word[i];
    v.word[i] = pair & 2u ? (v.word[i] & 0x0000ffffu) | 0xff800000u : v.word[i];
  }
}

template <typename T>
struct LogitRow {
  static constexpr int N = PER_VECTOR<T>;

  const Vec16* logits;
  const u32* banned;  // a bit an id, or 0
  int vocabulary;
  int vectors;

  DC_DEVICE LogitRow(const T* start, const u32* bannedIds, int size) {
    logits = (const Vec16*)start;
    banned = bannedIds;
    vocabulary = size;
    vectors = (size + N - 1) / N;
  }

  DC_DEVICE float at(int id) const { return to_f32(((const T*)logits)[id]); }

  // The first id of this thread's vector number u of the turn that starts at vector `turn`.
  DC_DEVICE int id_of(int turn, int u) const { return (turn + u * SCORE_THREADS + (int)threadIdx.x) * N; }

  // This thread's vectors of a turn, COUNT · SCORE_THREADS from vector `turn` on. No branch is between the loads, so
  // all of them are under way at once: past the end, the last vector is read again and left out.
  template <int COUNT>
  DC_DEVICE void read(int turn, Vec16 (&batch)[COUNT]) const {
#pragma unroll
    for (int u = 0; u < COUNT; u++) batch[u] = logits[min(id_of(turn, u) / N, vectors - 1)];
    u32 without = 0;
    if (banned) {
#pragma unroll
      for (int u = 0; u < COUNT; u++) {
        int id = min(id_of(turn, u), vocabulary - 1);
        without |= (banned[id >> 5] >> (id & 31 & -N) & ALL) << (u * N);
      }
    }
    if ((turn + COUNT * SCORE_THREADS) * N > vocabulary) {
#pragma unroll
      for (int u = 0; u < COUNT; u++) without |= past_end(id_of(turn, u)) << (u * N);
    }
    if (without == 0) return;
#pragma unroll
    for (int u = 0; u < COUNT; u++) exclude<T>(batch[u], without >> (u * N));
  }

  // Calls visit(logit, id) for the tokens with an id of first … last and a likelihood_order of low … high, high being
  // one of a finite logit. A thread marks those of a turn before it visits them, reading each again from the cache:
  // most turns have few, and the visit is there once, not once a token of a turn.
  template <typename Visit>
  DC_DEVICE void each(u32 first, u32 last, u32 low, u32 high, Visit visit) const {
    constexpr int PAIR = 2;  // more vectors at once do not fit the registers of a search
    int end = (int)(last / N) + 1;
    for (int turn = (int)(first / N); turn < end; turn += PAIR * SCORE_THREADS) {
      Vec16 batch[PAIR];
      read(turn, batch);
      u32 marks = 0;
#pragma unroll
      for (int u = 0; u < PAIR; u++) {
        float z[N];
        unpack<T>(batch[u], z);
#pragma unroll
        for (int i = 0; i < N; i++) marks |= likelihood_order(z[i]) - low <= high - low ? 1u << (u * N + i) : 0u;
      }
      for (; marks != 0; marks &= marks - 1) {
        int place = __ffs((int)marks) - 1;
        u32 id = (u32)(id_of(turn, place / N) + place % N);
        if (id - first <= last - first) visit(at((int)id), id);
      }
    }
  }

 private:
  static constexpr u32 ALL = (1u << N) - 1u;

  // Which of the N ids from this one on do not exist, a bit each.
  DC_DEVICE u32 past_end(int id) const {
    int left = vocabulary - id;
    return left <= 0 ? ALL : left < N ? ALL << left & ALL : 0u;
  }
};

// The sum over the block, the same in every thread and in one order; `scratch` has SCORE_WARPS numbers.
template <typename V>
DC_DEVICE V block_total(V x, V* scratch) {
#pragma unroll
  for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffffu, x, offset);
  __syncthreads();  // an earlier total may still be read
  if ((threadIdx.x & 31) == 0) scratch[threadIdx.x >> 5] = x;
  __syncthreads();
  V total = 0;
#pragma unroll
  for (int w = 0; w < SCORE_WARPS; w++) total += scratch[w];
  return total;
}
