// Matrix products on tensor cores: y = x · wᵀ (+ bias) (+ residual), x (R, K) bf16, w (n, K) bf16, Q8, Q4 or E4M3, sums
// in float32, y (R, n) bf16 or float32. Up to three w that share x in one launch.
//
//   dc_gemm_narrow_{W}  tile  64 × 64,  128 threads, R ≤ 64: memory-bound, reads w once. grid (column tiles, 1, splits)
//   dc_gemm_wide_{W}    tile 128 × 128, 256 threads: compute-bound. grid (column tiles, ⌈R / 128⌉, splits)
//   dc_gemm_reduce      with splits > 1: sums the segments and finishes. grid (⌈Σn / 256⌉, R), 256 threads
//
// A step takes 64 numbers of k: rows of 128 bytes, a cache line, of x and of bf16 w. A ring of stages in shared memory
// is filled by cp.async: four in the narrow kernel, 64 KiB, so that three blocks of an SM together keep more on the way
// than the latency of memory asks for (some 24 KiB); three in the wide one, 96 KiB, what every GPU has.
// A warp owns 64 rows and a quarter of the tile's columns: a fragment of w, read or dequantised, serves four row tiles
// of the mma. In the wide kernel a second set of four warps has the lower 64 rows. Row tiles past R are skipped.
//
// The sum of a number of y, always: within each segment of DC_SEGMENT_K an mma chain over ascending k16 from zero, then
// the segments added in order. So a row's bits depend neither on the other rows, nor on the kernel, nor on the splits.
#include "gemm_weights.cuh"

#define DC_SEGMENT_TILES (DC_SEGMENT_K / DC_TILE_K)

// The sizes of a kernel: a warp has 64 rows × (8 · N8) columns, ROW_WARPS × 4 warps are a block.
template <template <int, int> class W, int ROW_WARPS, int N8, int STAGES>
struct GemmShape {
  static constexpr int kRowWarps = ROW_WARPS, kN8 = N8, kStages = STAGES;
  static constexpr int kThreads = 128 * ROW_WARPS, kRows = 64 * ROW_WARPS, kColumns = 32 * N8;
  using Weights = W<kColumns, kThreads>;
  static constexpr int kXBytes = kRows * 128, kStageBytes = kXBytes + Weights::kTileBytes;
  static constexpr int kSharedBytes = STAGES * kStageBytes + Weights::kScaleBytes;
};

template <template <int, int> class W>
using Narrow = GemmShape<W, 1, 2, 4>;
template <template <int, int> class W>
using Wide = GemmShape<W, 2, 4, 3>;

// Adds the products of one step to the sums of the first TILES row tiles.
template <class Shape, int TILES>
DC_DEVICE void multiply(float (&sums)[4][Shape::kN8][4], const u8* stage, const u8* scales, int row, int column,
                        int kTile) {
  const u8* w = stage + Shape::kXBytes;
  int lane = threadIdx.x & 31;
#pragma unroll (Shape::kRowWarps == 1 ? 1 : 2)  // narrow: 128 registers, without spills
  for (int block = 0; block < DC_TILE_K / 32; block++) {
    u32 b[Shape::kN8][4];
#pragma unroll
    for (int j = 0; j < Shape::kN8; j++) Shape::Weights::fragment(b[j], w, scales, column + 8 * j, kTile, block);
#pragma unroll
    for (int half = 0; half < 2; half++) {
#pragma unroll
      for (int i = 0; i < TILES; i++) {
        u32 a[4];
        ldmatrix_x4(a, stage + bf16_chunk(row + 16 * i + (lane & 15), block * 4 + half * 2 + (lane >> 4)));
#pragma unroll
        for (int j = 0; j < Shape::kN8; j++) {
          mma_m16n8k16_bf16(sums[i][j], a, b[j][2 * half], b[j][2 * half + 1]);
        }
      }
    }
  }
}

// Writes the finished sums of a lane, whose first row and column are given: of each row tile it has two rows, eight
// apart, and of each eight columns a pair. Columns of pairs are even and so are pitches: a pair is one aligned access.
template <class Shape>
DC_DEVICE void write_finished(const GemmArgs& a, ColumnTile tile, int row, int column,
                              const float (&sums)[4][Shape::kN8][4]) {
  const GemmProblem p = a.problem[tile.problem];
  const long long residualPitch = residual_pitch<Bf16>(p);
#pragma unroll
  for (int j = 0; j < Shape::kN8; j++, column += 8) {
    if (column >= p.n) return;
    bool both = column + 1 < p.n;
    ColumnEnd end0 = column_end(p, column), end1 = column_end(p, both ? column + 1 : column);
#pragma unroll
    for (int i = 0; i < 8; i++) {
      long long at = row + 8 * i;
      if (at >= a.rows) break;
      float y0 = end0.finish(sums[i / 2][j][i % 2 * 2]), y1 = end1.finish(sums[i / 2][j][i % 2 * 2 + 1]);
      if (p.residual) {
        u32 pair = *(const u32*)((const Bf16*)p.residual + at * residualPitch + column);
        y0 += lo_bf16(pair);
        y1 += hi_bf16(pair);
      }
      if (a.outIsF32) {
        float* out = (float*)p.out + at * p.outPitch + column;
        if (both) {
          *(Vec8*)out = {{__float_as_uint(y0), __float_as_uint(y1)}};
        } else {
          *out = y0;
        }
      } else {
        Bf16* out = (Bf16*)p.out + at * p.outPitch + column;
        if (both) {
          *(u32*)out = pack_bf16x2(y0, y1);
        } else {
          *out = from_f32<Bf16>(y0);
        }
      }
    }
  }
}

template <class Shape>
DC_DEVICE void write_partial(const GemmArgs& a, ColumnTile tile, int row, int column,
                             const float (&sums)[4][Shape::kN8][4]) {
  const int n = a.problem[tile.problem].n, pitch = all_columns(a);
  float* partial = a.partial + ((long long)blockIdx.z * a.rows + row) * pitch + tile.offset + column;
#pragma unroll
  for (int i = 0; i < 8; i++, partial += 8ll * pitch) {
    if (row + 8 * i >= a.rows) break;
#pragma unroll
    for (int j = 0; j < 2 * Shape::kN8; j++) {
      int right = j / 2 * 8 + j % 2;
      if (column + right < n) partial[right] = sums[i / 2][j / 2][i % 2 * 2 + j % 2];
    }
  }
}

template <class Shape>
DC_DEVICE void gemm(const GemmArgs& a, u8* shared) {
  using Weights = typename Shape::Weights;
  static_assert(Weights::kScaleBytes == 0 || Shape::kStages - 1 <= 4, "scales may be four tiles ahead");

  // Row tiles vary fastest, so that blocks which run at the same time read the same w, from memory once.
  u32 block = blockIdx.x + gridDim.x * blockIdx.y;
  int row0 = (int)(block % gridDim.y) * Shape::kRows;
  ColumnTile tile = column_tile(a, (int)(block / gridDim.y));
  const GemmProblem& p = a.problem[tile.problem];
  int column0 = tile.tile * Shape::kColumns;

  int kTiles = (a.k + DC_TILE_K - 1) / DC_TILE_K, first = 0, end = kTiles;
  if (a.splits > 1) {
    first = (int)blockIdx.z * DC_SEGMENT_TILES;
    end = min(kTiles, first + DC_SEGMENT_TILES);
  }

  int warp = threadIdx.x >> 5, lane = threadIdx.x & 31;
  int warpRow = warp / 4 * 64, warpColumn = warp % 4 * (8 * Shape::kN8);
  int rowTiles = min(4, max(0, (a.rows - row0 - warpRow + 15) / 16));
  if (Shape::kRowWarps > 1) rowTiles = (rowTiles + 1) & ~1;  // half the code, where few rows are rare

  u8* scales = shared + Shape::kStages * Shape::kStageBytes;
  auto load = [&](int kTile, int stage) {
    if (kTile < end) {
      u8* to = shared + stage * Shape::kStageBytes;
      copy_rows<Shape::kRows, 8, Shape::kThreads, bf16_chunk>(
          to, a.x, row0, a.rows, 2ll * a.xPitch, kTile * 128, 2 * a.k);
      Weights::load(to + Shape::kXBytes, scales, p, column0, kTile, a.k);
    }
    cp_async_commit();  // of nothing, too: the wait below counts groups
  };
  for (int i = 0; i < Shape::kStages - 1; i++) load(first + i, i);

  float total[4][Shape::kN8][4] = {}, sums[4][Shape::kN8][4] = {};
  int stage = 0;
  for (int kTile = first; kTile < end; kTile++) {
    cp_async_wait<Shape::kStages - 2>();
    // Shows everyone's copies of this step to all; and nobody reads the stage of the step before any more.
    __syncthreads();
    load(kTile + Shape::kStages - 1, stage == 0 ? Shape::kStages - 1 : stage - 1);

    const u8* at = shared + stage * Shape::kStageBytes;
    if (rowTiles == 4) {  // all uniform over the warp
      multiply<Shape, 4>(sums, at, scales, warpRow, warpColumn, kTile);
    } else if (rowTiles == 2) {
      multiply<Shape, 2>(sums, at, scales, warpRow, warpColumn, kTile);
    } else if constexpr (Shape::kRowWarps == 1) {
      if (rowTiles == 1) multiply<Shape, 1>(sums, at, scales, warpRow, warpColumn, kTile);
      if (rowTiles == 3) multiply<Shape, 3>(sums, at, scales, warpRow, warpColumn, kTile);
    }
    stage = stage == Shape::kStages - 1 ? 0 : stage + 1;

    if ((kTile + 1) % DC_SEGMENT_TILES == 0 || kTile + 1 == end) {
#pragma unroll
      for (int i = 0; i < 4 * Shape::kN8 * 4; i++) {
        float& sum = sums[i / (4 * Shape::kN8)][i / 4 % Shape::kN8][i % 4];
        total[i / (4 * Shape::kN8)][i / 4 % Shape::kN8][i % 4] += sum;
        sum = 0.f;
      }
    }
  }

  int row = row0 + warpRow + (lane >> 2), column = column0 + warpColumn + 2 * (lane & 3);
  if (a.splits == 1) {
    write_finished<Shape>(a, tile, row, column, total);
  } else {
    write_partial<Shape>(a, tile, row, column, total);
  }
}

DC_KERNEL(dc_gemm_narrow_bf16, GemmArgs, 128) {
  DC_SHARED(shared);
  gemm<Narrow<Bf16Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_narrow_q8, GemmArgs, 128) {
  DC_SHARED(shared);
  gemm<Narrow<Q8Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_narrow_q4, GemmArgs, 128) {
  DC_SHARED(shared);
  gemm<Narrow<Q4Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_narrow_e4m3, GemmArgs, 128) {
  DC_SHARED(shared);
  gemm<Narrow<E4m3Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_wide_bf16, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm<Wide<Bf16Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_wide_q8, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm<Wide<Q8Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_wide_q4, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm<Wide<Q4Weights>>(a, shared);
}
DC_KERNEL(dc_gemm_wide_e4m3, GemmArgs, 256) {
  DC_SHARED(shared);
  gemm<Wide<E4m3Weights>>(a, shared);
}

DC_KERNEL(dc_gemm_reduce, GemmArgs, 256) {
  int at = (int)(blockIdx.x * 256 + threadIdx.x), row = (int)blockIdx.y, pitch = all_columns(a);
  if (at >= pitch) return;
  float sum = 0.f;
  for (int z = 0; z < a.splits; z++) sum += a.partial[((long long)z * a.rows + row) * pitch + at];
  int problem = 0, column = at;
  while (column >= a.problem[problem].n) column -= a.problem[problem++].n;
  const GemmProblem& p = a.problem[problem];
  float y = column_end(p, column).finish(sum);
  if (p.residual) y += to_f32(((const Bf16*)p.residual)[row * residual_pitch<Bf16>(p) + column]);
  long long out = (long long)row * p.outPitch + column;
  if (a.outIsF32) {
    ((float*)p.out)[out] = y;
  } else {
    ((Bf16*)p.out)[out] = from_f32<Bf16>(y);
  }
}
