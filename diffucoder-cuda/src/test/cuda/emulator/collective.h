// What the lanes of a warp do together: the last to arrive computes it for all.
#pragma once
#include <cstring>

namespace emu {

inline void Engine::gather(Collective what, unsigned mask) {
  Warp& own = warp();
  unsigned bit = 1u << lane();
  mask &= own.exists;
  if ((mask & bit) == 0) fail("a lane calls a collective operation whose mask %08x lacks it", mask);
  unsigned i = 0;
  while (i < own.gatherings && (own.gathering[i].mask != mask || own.gathering[i].what != what)) i++;
  if (i == own.gatherings) own.gathering[own.gatherings++] = {what, mask, 0};
  Gathering& gathering = own.gathering[i];
  gathering.arrived |= bit;
  own.runnable &= ~bit;
  if (gathering.arrived == mask) {
    complete(own, what, mask);
    gathering = own.gathering[--own.gatherings];
    own.runnable |= mask;
    if (turn_ > 0) turn_--;
  }
  resume_another();
}

inline float bf16_low(unsigned pair) {
  unsigned bits = pair << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
inline float bf16_high(unsigned pair) {
  unsigned bits = pair & 0xffff0000u;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

// PTX ISA, "mma.m16n8k16": with g = lane / 4 and t = lane % 4, registers a0 … a3 are (row g, k 2t), (g + 8, 2t),
// (g, 2t + 8), (g + 8, 2t + 8), each with its right neighbour; b0, b1 are (k 2t, column g), (2t + 8, g), each with
// the number below; sums 0 … 3 are (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1).
// The sum ascends over k in float32. A product of two bf16 is exact in float32, so it does not matter whether the
// compiler fuses it with the addition.
__attribute__((noinline)) inline void complete_mma(const Offer* offer) {
  typedef float Row __attribute__((vector_size(32)));
  alignas(32) float a[16][16], b[16][8], d[16][8];
  for (int lane = 0; lane < 32; lane++) {
    const Offer& o = offer[lane];
    int g = lane >> 2, t = 2 * (lane & 3);
    for (int i = 0; i < 4; i++) {
      int row = g + 8 * (i & 1), k = t + 8 * (i >> 1);
      a[row][k] = bf16_low(o.a[i]);
      a[row][k + 1] = bf16_high(o.a[i]);
    }
    for (int i = 0; i < 2; i++) {
      b[t + 8 * i][g] = bf16_low(o.b[i]);
      b[t + 8 * i + 1][g] = bf16_high(o.b[i]);
    }
    memcpy(&d[g][t], o.sums, 8);
    memcpy(&d[g + 8][t], o.sums + 2, 8);
  }
  const Row* columns = reinterpret_cast<const Row*>(b);
  Row* sums = reinterpret_cast<Row*>(d);
  for (int row = 0; row < 16; row += 4) {  // four chains of additions at a time
    Row s0 = sums[row], s1 = sums[row + 1], s2 = sums[row + 2], s3 = sums[row + 3];
    for (int k = 0; k < 16; k++) {
      Row column = columns[k];
      s0 += a[row][k] * column;
      s1 += a[row + 1][k] * column;
      s2 += a[row + 2][k] * column;
      s3 += a[row + 3][k] * column;
    }
    sums[row] = s0;
    sums[row + 1] = s1;
    sums[row + 2] = s2;
    sums[row + 3] = s3;
  }
  for (int lane = 0; lane < 32; lane++) {
    int g = lane >> 2, t = 2 * (lane & 3);
    memcpy(offer[lane].sums, &d[g][t], 8);
    memcpy(offer[lane].sums + 2, &d[g + 8][t], 8);
  }
}

// Register m of a lane: numbers 2t and 2t + 1 of row g of matrix m, whose rows lanes 8m … 8m + 7 point at.
inline void complete_load_matrix(const Offer* offer) {
  for (int lane = 0; lane < 32; lane++) {
    for (int m = 0; m < 4; m++) {
      const char* row = static_cast<const char*>(offer[8 * m + (lane >> 2)].row);
      memcpy(&offer[lane].words[m], row + 4 * (lane & 3), 4);
    }
  }
}

// The same of the transposed matrix: number g of rows 2t and 2t + 1.
inline void complete_load_matrix_transposed(const Offer* offer) {
  for (int lane = 0; lane < 32; lane++) {
    for (int m = 0; m < 4; m++) {
      const Offer* rows = &offer[8 * m + 2 * (lane & 3)];
      uint16_t low, high;
      memcpy(&low, static_cast<const char*>(rows[0].row) + 2 * (lane >> 2), 2);
      memcpy(&high, static_cast<const char*>(rows[1].row) + 2 * (lane >> 2), 2);
      offer[lane].words[m] = low | static_cast<unsigned>(high) << 16;
    }
  }
}

inline void Engine::complete(Warp& warp, Collective what, unsigned mask) {
  switch (what) {
    case Collective::kSync:
      break;
    case Collective::kShuffle:
      for (unsigned lane = 0; lane < kWarp; lane++) {
        if ((mask >> lane & 1) == 0) continue;
        unsigned source = static_cast<unsigned>(warp.offer[lane].source);
        if ((mask >> source & 1) == 0) fail("a shuffle reads lane %u, which does not take part", source);
        warp.result[lane] = warp.offer[source].value;
      }
      break;
    case Collective::kBallot: {
      uint64_t votes = 0;
      for (unsigned lane = 0; lane < kWarp; lane++) {
        if ((mask >> lane & 1) != 0 && warp.offer[lane].value != 0) votes |= uint64_t{1} << lane;
      }
      for (unsigned lane = 0; lane < kWarp; lane++) {
        if ((mask >> lane & 1) != 0) warp.result[lane] = votes;
      }
      break;
    }
    case Collective::kReduce: {
      uint64_t sum = 0;
      for (unsigned lane = 0; lane < kWarp; lane++) {
        if ((mask >> lane & 1) != 0) sum += warp.offer[lane].value;
      }
      for (unsigned lane = 0; lane < kWarp; lane++) {
        if ((mask >> lane & 1) != 0) warp.result[lane] = sum;
      }
      break;
    }
    case Collective::kMma:
      complete_mma(warp.offer);
      break;
    case Collective::kLoadMatrix:
      complete_load_matrix(warp.offer);
      break;
    case Collective::kLoadMatrixTransposed:
      complete_load_matrix_transposed(warp.offer);
      break;
  }
}

template <typename T>
T shuffle(unsigned mask, T value, unsigned source) {
  static_assert(sizeof(T) <= 8);
  Warp& warp = engine.warp();
  unsigned lane = engine.lane();
  memcpy(&warp.offer[lane].value, &value, sizeof value);
  warp.offer[lane].source = static_cast<int>(source);
  engine.gather(Collective::kShuffle, mask);
  T result;
  memcpy(&result, &warp.result[lane], sizeof result);
  return result;
}

inline unsigned vote(Collective what, unsigned mask, uint64_t value) {
  Warp& warp = engine.warp();
  unsigned lane = engine.lane();
  warp.offer[lane].value = value;
  engine.gather(what, mask);
  return static_cast<unsigned>(warp.result[lane]);
}

inline void mma(float* sums, const unsigned* a, unsigned b0, unsigned b1) {
  Warp& warp = engine.warp();
  if (warp.exists != ~0u) engine.fail("mma in a warp of fewer than 32 lanes");
  Offer& offer = warp.offer[engine.lane()];
  memcpy(offer.a, a, sizeof offer.a);
  offer.b[0] = b0;
  offer.b[1] = b1;
  offer.sums = sums;
  engine.gather(Collective::kMma, ~0u);
}

inline void load_matrix(Collective what, unsigned* words, const void* row) {
  Warp& warp = engine.warp();
  if (warp.exists != ~0u) engine.fail("ldmatrix in a warp of fewer than 32 lanes");
  if (reinterpret_cast<uintptr_t>(row) % 16 != 0) engine.fail("ldmatrix of a row that is not aligned to 16 bytes");
  if (!engine.in_shared(row, 16)) engine.fail("ldmatrix of a row outside the block's shared memory");
  Offer& offer = warp.offer[engine.lane()];
  offer.row = row;
  offer.words = words;
  engine.gather(what, ~0u);
}

}  // namespace emu
