// Bidirectional attention with grouped heads in float32, for every head width up to 256 and both activation types:
//   out = Σ_j softmax_j(q · k_j · scale) v_j     over the keys j of the tile, gathered: key j is row keyRows[first + j]
// q, out (R, H·Dh), keys, values (any rows, Hkv·Dh).
//
//   dc_attention_simt_{T}  grid (tiles, H), 128 threads, a tile should have at most 8 query rows; no shared memory
//
// A warp takes a row at a time; its lanes share the head's numbers, so that keys and values are read whole lines at a
// time. 32 keys are a step of the online softmax: lane j keeps the score of key j. Bound by the caches and by the
// shuffles that add up a score; where it matters, attention.cu is used instead.
#include "attention_args.cuh"

#define DC_LANE_NUMBERS 8  // of a head of at most 256

// The lane's numbers of a head: lane, lane + 32, … ; zero past the head.
template <typename T>
DC_DEVICE void load_head(float (&x)[DC_LANE_NUMBERS], const T* head, int headDim) {
  int lane = threadIdx.x & 31;
#pragma unroll
  for (int i = 0; i < DC_LANE_NUMBERS; i++) x[i] = lane + 32 * i < headDim ? to_f32(head[lane + 32 * i]) : 0.f;
}

template <typename T>
DC_DEVICE void attend_row(const AttentionArgs& a, const QueryTile& tile, int row, int head, int kvHead) {
  int lane = threadIdx.x & 31;
  const T* keys = (const T*)a.keys + kvHead * a.headDim;
  const T* values = (const T*)a.values + kvHead * a.headDim;
  float q[DC_LANE_NUMBERS], out[DC_LANE_NUMBERS] = {}, highest = -DC_INFINITY, sum = 0.f;
  load_head(q, (const T*)a.q + (long long)row * a.qPitch + head * a.headDim, a.headDim);

  for (int j0 = 0; j0 < tile.keys; j0 += 32) {
    int count = min(32, tile.keys - j0);
    int keyRow = lane < count ? tile.keyRows[j0 + lane] : 0;
    float score = -DC_INFINITY;
    for (int j = 0; j < count; j++) {
      float k[DC_LANE_NUMBERS], product = 0.f;
      load_head(k, keys + (long long)__shfl_sync(0xffffffffu, keyRow, j) * a.kvPitch, a.headDim);
#pragma unroll
      for (int i = 0; i < DC_LANE_NUMBERS; i++) product = fmaf(q[i], k[i], product);
      product = warp_sum(product);
      if (lane == j) score = product * a.scale;
    }
    float before = highest;
    highest = fmaxf(highest, warp_max(score));
    if (highest == -DC_INFINITY) continue;  // none of the keys so far counts; uniform, as all lanes have the maximum
    float factor = exp2_approx((before - highest) * DC_LOG2E);
    float weight = exp2_approx((score - highest) * DC_LOG2E);
    sum = fmaf(sum, factor, warp_sum(weight));
#pragma unroll
    for (int i = 0; i < DC_LANE_NUMBERS; i++) out[i] *= factor;
    for (int j = 0; j < count; j++) {
      float v[DC_LANE_NUMBERS], p = __shfl_sync(0xffffffffu, weight, j);
      load_head(v, values + (long long)__shfl_sync(0xffffffffu, keyRow, j) * a.kvPitch, a.headDim);
#pragma unroll
      for (int i = 0; i < DC_LANE_NUMBERS; i++) out[i] = fmaf(p, v[i], out[i]);
    }
  }

  float inverse = sum > 0.f ? 1.f / sum : 0.f;  // no key counts: zero
  T* to = (T*)a.out + (long long)row * a.outPitch + head * a.headDim;
#pragma unroll
  for (int i = 0; i < DC_LANE_NUMBERS; i++) {
    if (lane + 32 * i < a.headDim) to[lane + 32 * i] = from_f32<T>(out[i] * inverse);
  }
}

template <typename T>
DC_DEVICE void attention_simt(const AttentionArgs& a) {
  QueryTile tile = query_tile(a);
  int head = (int)blockIdx.y, kvHead = head / (a.heads / a.kvHeads);
  for (int i = (int)threadIdx.x >> 5; i < tile.rows; i += 4) attend_row<T>(a, tile, tile.firstRow + i, head, kvHead);
}

DC_KERNEL(dc_attention_simt_f32, AttentionArgs, 128) { attention_simt<float>(a); }
DC_KERNEL(dc_attention_simt_bf16, AttentionArgs, 128) { attention_simt<Bf16>(a); }
