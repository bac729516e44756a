// The weights of a tensor-core matrix product, one struct a number format. Each says how the tile of a stage,
// (COLUMNS, 64) numbers, comes to shared memory, and how a warp takes its fragments from there:
//   load      starts the copies of tile `kTile` by all threads of the block; what lies outside of w becomes zero
//   fragment  makes {b0, b1, b0, b1} of two consecutive k16 of an mma: 8 columns from `column` on, 32 numbers of k
// Quantised codes stay codes in shared memory, a half or a quarter of the bytes; they become bf16 in registers, right
// before the mma. A swizzle XORs the 16-byte chunk of a row with bits of the row, so that the lanes of one access fall
// on different banks.
#pragma once
#include "gemm_args.cuh"
#include "quant.cuh"

#define DC_TILE_K 64

// Where chunk `chunk` of a row of 64 bf16 is: 8 rows of a matrix of ldmatrix, 128 bytes apart, take all 32 banks.
DC_DEVICE int bf16_chunk(int row, int chunk) { return row * 128 + ((chunk ^ (row & 7)) << 4); }

// How many of the 16 bytes at byte `at` lie before byte `end`.
DC_DEVICE int bytes_before(int end, int at) { return min(16, max(0, end - at)); }

// Starts copying rows `first` … `first + ROWS − 1` of a matrix, CHUNKS 16-byte chunks from byte `at` of each row on.
// Bytes from `end` on read as zero; so do rows from `rows` on, or they keep what the tile held: a row of x or of w has
// no part in the others' sums, and theirs are not written. PLACE maps (row, chunk) to a byte of the tile.
template <int ROWS, int CHUNKS, int THREADS, int (*PLACE)(int, int)>
DC_DEVICE void copy_rows(u8* tile, const void* matrix, int first, int rows, long long pitchBytes, int at, int end) {
  constexpr int kStep = THREADS / CHUNKS;
  static_assert(THREADS % CHUNKS == 0 && kStep % 8 == 0, "a thread keeps its chunk, and its rows their swizzle");
  int row = (int)threadIdx.x / CHUNKS, chunk = (int)threadIdx.x % CHUNKS, bytes = bytes_before(end, at + chunk * 16);
  u8* to = tile + PLACE(row, chunk);
  const u8* from = (const u8*)matrix + (first + row) * pitchBytes + at + chunk * 16;
#pragma unroll
  for (int i = 0; i < ROWS; i += kStep) {
    if (first + i >= rows || (ROWS % kStep != 0 && row + i >= ROWS)) break;  // uniform over a warp
    // A copy of no bytes reads nothing, wherever it points.
    cp_async16(to + PLACE(i, 0), from, first + row + i < rows ? bytes : 0);
    from += kStep * pitchBytes;
  }
}

template <int COLUMNS, int THREADS>
struct Bf16Weights {
  static constexpr int kTileBytes = COLUMNS * 128, kScaleBytes = 0;

  DC_DEVICE static void load(u8* tile, u8*, const GemmProblem& p, int column0, int kTile, int k) {
    copy_rows<COLUMNS, 8, THREADS, bf16_chunk>(tile, p.w, column0, p.n, 2ll * p.wPitch, kTile * 128, 2 * k);
  }

  DC_DEVICE static void fragment(u32 (&b)[4], const u8* tile, const u8*, int column, int, int block) {
    int lane = threadIdx.x & 31;
    ldmatrix_x4(b, tile + bf16_chunk(column + (lane & 7), block * 4 + (lane >> 3)));
  }
};

// Eight lanes rows 0 … 3 of which read 32 bytes each: pairs of rows, 128 bytes apart, must take different halves.
DC_DEVICE int byte_chunk(int row, int chunk) { return row * 64 + ((chunk ^ (row & 2)) << 4); }

// One code a byte; lane (column g = lane / 4, t = lane % 4) takes bytes 8t … 8t + 7 of a block of 32.
template <int COLUMNS, int THREADS>
struct ByteCodes {
  static constexpr int kTileBytes = COLUMNS * 64;

  DC_DEVICE static void load(u8* tile, const GemmProblem& p, int column0, int kTile) {
    copy_rows<COLUMNS, 4, THREADS, byte_chunk>(tile, p.w, column0, p.n, p.wPitch, kTile * 64, p.wPitch);
  }

  DC_DEVICE static Vec8 codes(const u8* tile, int column, int block) {
    int lane = threadIdx.x & 31;
    int place = byte_chunk(column + (lane >> 2), block * 2 + ((lane & 2) >> 1)) + (lane & 1) * 8;
    return *(const Vec8*)(tile + place);
  }
};

DC_DEVICE int scale_chunk(int row, int) { return row * 16; }

// The float16 scales of 8 blocks are one chunk, so that they are copied with every fourth tile only, to one of two
// places: a tile is requested at most four tiles ahead of the one in use, so chunk c + 1 arrives while chunk c is
// used, and c − 1 is not used any more.
template <int COLUMNS, int THREADS>
struct BlockScales {
  static constexpr int kBytes = 2 * COLUMNS * 16;

  DC_DEVICE static void load(u8* scales, const GemmProblem& p, int column0, int kTile, int k) {
    if (kTile % 4 != 0) return;
    // Zero past the last block: what the padding holds may be NaN, and NaN times the zeros of x is not zero.
    copy_rows<COLUMNS, 1, THREADS, scale_chunk>(
        scales + (kTile / 4 % 2) * COLUMNS * 16, p.scales, column0, p.n, 2ll * p.scalePitch, kTile * 4, k / 32 * 2);
  }

  DC_DEVICE static float scale(const u8* scales, int column, int kTile, int block) {
    int lane = threadIdx.x & 31;
    const u8* chunk = scales + (kTile / 4 % 2) * COLUMNS * 16 + scale_chunk(column + (lane >> 2), 0);
    return f16_bits_to_f32(*(const u16*)(chunk + (kTile % 4 * 2 + block) * 2));
  }
};

template <int COLUMNS, int THREADS>
struct Q8Weights {
  using Codes = ByteCodes<COLUMNS, THREADS>;
  using Scales = BlockScales<COLUMNS, THREADS>;
  static constexpr int kTileBytes = Codes::kTileBytes, kScaleBytes = Scales::kBytes;

  DC_DEVICE static void load(u8* tile, u8* scales, const GemmProblem& p, int column0, int kTile, int k) {
    Codes::load(tile, p, column0, kTile);
    Scales::load(scales, p, column0, kTile, k);
  }

  DC_DEVICE static void fragment(u32 (&b)[4], const u8* tile, const u8* scales, int column, int kTile, int block) {
    Vec8 codes = Codes::codes(tile, column, block);
    dequantise_q8(b, codes.word[0], codes.word[1], Scales::scale(scales, column, kTile, block));
  }
};

// A block of 32 is one chunk, of which the lanes of a row read four bytes each: rows g and g + 4, 128 bytes apart,
// must take different halves.
DC_DEVICE int nibble_chunk(int row, int chunk) { return row * 32 + ((chunk ^ ((row & 4) >> 2)) << 4); }

template <int COLUMNS, int THREADS>
struct Q4Weights {
  using Scales = BlockScales<COLUMNS, THREADS>;
  static constexpr int kTileBytes = COLUMNS * 32, kScaleBytes = Scales::kBytes;

  DC_DEVICE static void load(u8* tile, u8* scales, const GemmProblem& p, int column0, int kTile, int k) {
    copy_rows<COLUMNS, 2, THREADS, nibble_chunk>(tile, p.w, column0, p.n, p.wPitch, kTile * 32, p.wPitch);
    Scales::load(scales, p, column0, kTile, k);
  }

  DC_DEVICE static void fragment(u32 (&b)[4], const u8* tile, const u8* scales, int column, int kTile, int block) {
    int lane = threadIdx.x & 31;
    u32 codes = *(const u32*)(tile + nibble_chunk(column + (lane >> 2), block) + (lane & 3) * 4);
    dequantise_q4(b, codes, Scales::scale(scales, column, kTile, block));
  }
};

// The scale of a row multiplies its finished sum.
template <int COLUMNS, int THREADS>
struct E4m3Weights {
  using Codes = ByteCodes<COLUMNS, THREADS>;
  static constexpr int kTileBytes = Codes::kTileBytes, kScaleBytes = 0;

  DC_DEVICE static void load(u8* tile, u8*, const GemmProblem& p, int column0, int kTile, int) {
    Codes::load(tile, p, column0, kTile);
  }

  DC_DEVICE static void fragment(u32 (&b)[4], const u8* tile, const u8*, int column, int, int block) {
    Vec8 codes = Codes::codes(tile, column, block);
    widen_e4m3(b, codes.word[0], codes.word[1]);
  }
};
