// Bidirectional attention with grouped heads, on tensor cores: for each query row of a tile and each head
//   out = Σ_j softmax_j(q · k_j · scale) v_j     over the keys j of the tile, gathered: key j is row keyRows[first + j]
// q, out (R, H·Dh), keys, values (any rows, Hkv·Dh) bf16; Dh 64 or 128; H a multiple of Hkv; scores and sums float32.
//
//   dc_attention_bf16_{Dh}  grid (tiles, H), 128 threads, a tile has at most 64 query rows; compute-bound
//
// The schedule is FlashAttention-2's: a warp has 16 query rows, their q fragments and their unfinished out in
// registers, and goes over the keys 64 at a time with an online softmax. The probabilities of a step leave the first
// product in the layout of the second one's operand, so they never see shared memory.
// Shared memory has two tiles of keys and one of values, 48 KiB for Dh 128 so that an SM holds two blocks or more: the
// next keys have a whole step to arrive, the values the time of q · k. The queries pass through the second key tile.
//
// A row's bits depend on its q and on its keys in their order: every warp goes over the same steps of 64 keys, whatever
// else is in the tile.
#include "attention_args.cuh"

#define DC_TILE_KEYS 64

template <int DH>
struct AttentionShape {
  static constexpr int kChunks = DH / 8;                  // 16-byte chunks of a row of a head
  static constexpr int kTileBytes = DC_TILE_KEYS * DH * 2;
  static constexpr int kSharedBytes = 3 * kTileBytes + 2 * DC_TILE_KEYS * 4;
};

// Where chunk `chunk` of a row is. Rows are 128 or 256 bytes apart: the XOR spreads the 8 rows that one matrix of
// ldmatrix reads at the same chunk over all banks.
template <int DH>
DC_DEVICE int head_chunk(int row, int chunk) {
  return row * DH * 2 + ((chunk ^ (row & 7)) << 4);
}

// Starts copying 64 rows of a head, row i from row rows(i) of the tensor; −1 reads as zero.
template <int DH, class Rows>
DC_DEVICE void copy_heads(u8* tile, const Bf16* head, long long pitch, Rows rows) {
  constexpr int kChunks = AttentionShape<DH>::kChunks;
#pragma unroll
  for (int i = 0; i < DC_TILE_KEYS * kChunks; i += 128) {
    int row = (i + (int)threadIdx.x) / kChunks, chunk = (int)threadIdx.x % kChunks, from = rows(row);
    cp_async16(tile + head_chunk<DH>(row, chunk), head + max(from, 0) * pitch + chunk * 8, from < 0 ? 0 : 16);
  }
}

// What a warp knows of its rows, of which a lane has two: row lane / 4 and the one eight below.
template <int DH>
struct OnlineSoftmax {
  float highest[2];     // score so far, unscaled; −∞ before the first finite one
  float sum[2];         // of this lane's columns; the four lanes of a row are added at the end
  float out[DH / 8][4];
};

// Takes in the scores of 64 keys: on return `p` has the probabilities up to the common factor 2^(highest · scale), as A
// fragments, and the former sums are rescaled to that factor.
template <int DH>
DC_DEVICE void take_scores(OnlineSoftmax<DH>& state, float (&scores)[8][4], u32 (&p)[4][4], float scaleLog2) {
  float shift[2];
#pragma unroll
  for (int r = 0; r < 2; r++) {
    float highest = state.highest[r];
#pragma unroll
    for (int j = 0; j < 8; j++) highest = fmaxf(highest, fmaxf(scores[j][2 * r], scores[j][2 * r + 1]));
    highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 1));
    highest = fmaxf(highest, __shfl_xor_sync(0xffffffffu, highest, 2));
    // With no finite score yet, −∞ − −∞ would be NaN; with 0 instead every weight is 2^−∞ = 0.
    shift[r] = highest == -DC_INFINITY ? 0.f : -highest * scaleLog2;
    float factor = exp2_approx(fmaf(state.highest[r], scaleLog2, shift[r]));
    state.highest[r] = highest;
    state.sum[r] *= factor;
#pragma unroll
    for (int i = 0; i < DH / 8; i++) {
      state.out[i][2 * r] *= factor;
      state.out[i][2 * r + 1] *= factor;
    }
  }
#pragma unroll
  for (int j = 0; j < 8; j++) {
#pragma unroll
    for (int r = 0; r < 2; r++) {
      float p0 = exp2_approx(fmaf(scores[j][2 * r], scaleLog2, shift[r]));
      float p1 = exp2_approx(fmaf(scores[j][2 * r + 1], scaleLog2, shift[r]));
      state.sum[r] += p0 + p1;
      p[j / 2][j % 2 * 2 + r] = pack_bf16x2(p0, p1);
    }
  }
}

template <int DH>
DC_DEVICE void attention(const AttentionArgs& a, u8* shared) {
  constexpr int kTileBytes = AttentionShape<DH>::kTileBytes;
  u8* keyTiles = shared;  // two
  u8* valueTile = shared + 2 * kTileBytes;
  int* tileRows = (int*)(shared + 3 * kTileBytes);  // of two key tiles: the rows to gather, −1 past the last

  QueryTile tile = query_tile(a);
  int head = (int)blockIdx.y, kvHead = head / (a.heads / a.kvHeads);
  const Bf16* q = (const Bf16*)a.q + (long long)tile.firstRow * a.qPitch + head * DH;
  const Bf16* keys = (const Bf16*)a.keys + kvHead * DH;
  const Bf16* values = (const Bf16*)a.values + kvHead * DH;
  int thread = (int)threadIdx.x, lane = thread & 31, warpRow = (thread >> 5) * 16;
  int steps = (tile.keys + DC_TILE_KEYS - 1) / DC_TILE_KEYS;

  auto key_row = [&](int step) {  // that thread `thread` looks up for the block
    int j = step * DC_TILE_KEYS + thread;
    return thread < DC_TILE_KEYS && j < tile.keys ? tile.keyRows[j] : -1;
  };
  auto copy_tile = [&](u8* to, const Bf16* from, int step) {
    const int* rows = tileRows + (step & 1) * DC_TILE_KEYS;
    copy_heads<DH>(to, from, a.kvPitch, [rows](int i) { return rows[i]; });
  };

  copy_heads<DH>(keyTiles + kTileBytes, q, a.qPitch, [&](int i) { return i < tile.rows ? i : -1; });
  cp_async_commit();
  if (thread < DC_TILE_KEYS) {
    tileRows[thread] = key_row(0);
    tileRows[DC_TILE_KEYS + thread] = key_row(1);
  }
  __syncthreads();  // shows the rows
  copy_tile(keyTiles, keys, 0);
  cp_async_commit();

  cp_async_wait<1>();
  __syncthreads();  // shows the queries
  u32 queries[DH / 16][4];
#pragma unroll
  for (int k = 0; k < DH / 16; k++) {
    ldmatrix_x4(queries[k], keyTiles + kTileBytes + head_chunk<DH>(warpRow + (lane & 15), 2 * k + (lane >> 4)));
  }

  OnlineSoftmax<DH> state = {{-DC_INFINITY, -DC_INFINITY}, {0.f, 0.f}, {}};
  bool works = warpRow < tile.rows;  // a warp without rows only copies
  for (int step = 0; step < steps; step++) {
    cp_async_wait<0>();
    // Shows this step's keys, and its rows. Nobody reads the values of the step before any more, nor its keys or, in
    // the first step, the queries: all may be overwritten.
    __syncthreads();
    copy_tile(valueTile, values, step);
    cp_async_commit();
    if (step + 1 < steps) copy_tile(keyTiles + (step + 1) % 2 * kTileBytes, keys, step + 1);
    cp_async_commit();
    int rowAfterNext = key_row(step + 2);

    u32 p[4][4];
    if (works) {
      const u8* keyTile = keyTiles + step % 2 * kTileBytes;
      float scores[8][4] = {};
#pragma unroll
      for (int k = 0; k < DH / 16; k++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {  // 16 keys
          u32 b[4];
          int row = j * 16 + (lane >> 4) * 8 + (lane & 7);
          ldmatrix_x4(b, keyTile + head_chunk<DH>(row, 2 * k + ((lane >> 3) & 1)));
          mma_m16n8k16_bf16(scores[2 * j], queries[k], b[0], b[1]);
          mma_m16n8k16_bf16(scores[2 * j + 1], queries[k], b[2], b[3]);
        }
      }
      int left = tile.keys - step * DC_TILE_KEYS;
      if (left < DC_TILE_KEYS) {
#pragma unroll
        for (int i = 0; i < 32; i++) {
          if (i / 4 * 8 + (lane & 3) * 2 + i % 2 >= left) scores[i / 4][i % 4] = -DC_INFINITY;
        }
      }
      take_scores<DH>(state, scores, p, a.scale * DC_LOG2E);
    }

    cp_async_wait<1>();
    // Shows the values; everyone has started this step's copies, so the rows of the step may be replaced.
    __syncthreads();
    if (thread < DC_TILE_KEYS) tileRows[step % 2 * DC_TILE_KEYS + thread] = rowAfterNext;
    if (works) {
#pragma unroll
      for (int k = 0; k < DC_TILE_KEYS / 16; k++) {
#pragma unroll
        for (int i = 0; i < DH / 16; i++) {
          u32 b[4];
          ldmatrix_x4_trans(b, valueTile + head_chunk<DH>(k * 16 + (lane & 15), 2 * i + (lane >> 4)));
          mma_m16n8k16_bf16(state.out[2 * i], p[k], b[0], b[1]);
          mma_m16n8k16_bf16(state.out[2 * i + 1], p[k], b[2], b[3]);
        }
      }
    }
  }
  cp_async_wait<0>();  // with no keys at all, a copy is still on its way

#pragma unroll
  for (int r = 0; r < 2; r++) {
    float sum = state.sum[r];
    sum += __shfl_xor_sync(0xffffffffu, sum, 1);
    sum += __shfl_xor_sync(0xffffffffu, sum, 2);
    float inverse = sum > 0.f ? 1.f / sum : 0.f;  // no key counts: zero
    int row = warpRow + 8 * r + (lane >> 2);
    if (row >= tile.rows) continue;
    Bf16* out = (Bf16*)a.out + (long long)(tile.firstRow + row) * a.outPitch + head * DH + (lane & 3) * 2;
#pragma unroll
    for (int i = 0; i < DH / 8; i++) {
      *(u32*)(out + 8 * i) = pack_bf16x2(state.out[i][2 * r] * inverse, state.out[i][2 * r + 1] * inverse);
    }
  }
}

DC_KERNEL(dc_attention_bf16_64, AttentionArgs, 128) {
  DC_SHARED(shared);
  attention<64>(a, shared);
}
DC_KERNEL(dc_attention_bf16_128, AttentionArgs, 128) {
  DC_SHARED(shared);
  attention<128>(a, shared);
}
