// Bidirectional attention with grouped heads in float32, for every head width up to 256 and both activation types:
//   out = Σ_j softmax_j(q · k_j · scale) v_j     over the keys j of the tile, gathered: key j is row keyRows[first + j]
// q, out (R, H·Dh), keys, values (any rows, Hkv·Dh).
//
//   dc_attention_simt_{T}  grid (tiles, H), 128 threads, a tile should have at most 8 query rows;
//                          4 · DC_WARP_WORDS words of shared memory
//
// A warp takes a row at a time, and 32 keys as a step of the online softmax. Lane j computes the whole score of key j
// against the query in shared memory, so that no sum crosses lanes; the rows of the keys lie next to each other, and
// a line that one lane fetches serves it again. Then the lanes share the numbers of the head, and values are read in
// whole lines. Bound by the caches; where it matters, attention.cu is used instead.
#include "attention_args.cuh"

#define DC_WIDEST_HEAD 256
#define DC_LANE_NUMBERS (DC_WIDEST_HEAD / 32)
// Of a warp in shared memory: the query's head, and of 32 keys their weights and their rows.
#define DC_WARP_WORDS (DC_WIDEST_HEAD + 32 + 32)

template <typename T>
DC_DEVICE void attend_row(const AttentionArgs& a, const QueryTile& tile, int row, int head, float* own) {
  int lane = threadIdx.x & 31, kvHead = head / (a.heads / a.kvHeads);
  const T* keys = (const T*)a.keys + kvHead * a.headDim;
  const T* values = (const T*)a.values + kvHead * a.headDim;
  const T* query = (const T*)a.q + (long long)row * a.qPitch + head * a.headDim;
  float *q = own, *weights = own + DC_WIDEST_HEAD;
  int* rows = (int*)(weights + 32);
  for (int d = lane; d < a.headDim; d += 32) q[d] = to_f32(query[d]);

  float out[DC_LANE_NUMBERS] = {}, highest = -DC_INFINITY, sum = 0.f;
  for (int j0 = 0; j0 < tile.keys; j0 += 32) {
    int count = min(32, tile.keys - j0);
    int keyRow = lane < count ? tile.keyRows[j0 + lane] : 0;
    __syncwarp();  // the query is there, and the rows before are no longer read
    rows[lane] = keyRow;
    float score = -DC_INFINITY;
    if (lane < count) {
      const T* key = keys + (long long)keyRow * a.kvPitch;
      float product = 0.f;
      for (int d = 0; d < a.headDim; d++) product = fmaf(q[d], to_f32(key[d]), product);
      score = product * a.scale;
    }
    float before = highest;
    highest = fmaxf(highest, warp_max(score));
    if (highest == -DC_INFINITY) continue;  // none of the keys so far counts; uniform, as all lanes have the maximum
    float factor = exp2_approx((before - highest) * DC_LOG2E);
    float weight = exp2_approx((score - highest) * DC_LOG2E);
    sum = fmaf(sum, factor, warp_sum(weight));
    weights[lane] = weight;
    __syncwarp();  // the weights and rows of all lanes are there
#pragma unroll
    for (int i = 0; i < DC_LANE_NUMBERS; i++) out[i] *= factor;
    for (int j = 0; j < count; j++) {
      const T* value = values + (long long)rows[j] * a.kvPitch;
#pragma unroll
      for (int i = 0; i < DC_LANE_NUMBERS; i++) {
        int d = lane + 32 * i;
        if (d < a.headDim) out[i] = fmaf(weights[j], to_f32(value[d]), out[i]);
      }
    }
  }

  float inverse = sum > 0.f ? 1.f / sum : 0.f;  // no key counts: zero
  T* to = (T*)a.out + (long long)row * a.outPitch + head * a.headDim;
#pragma unroll
  for (int i = 0; i < DC_LANE_NUMBERS; i++) {
    int d = lane + 32 * i;
    if (d < a.headDim) to[d] = from_f32<T>(out[i] * inverse);
  }
  __syncwarp();  // the next row's query goes where this one's is
}

template <typename T>
DC_DEVICE void attention_simt(const AttentionArgs& a, float* shared) {
  QueryTile tile = query_tile(a);
  int warp = threadIdx.x >> 5;
  for (int r = warp; r < tile.rows; r += 4) {
    attend_row<T>(a, tile, tile.firstRow + r, blockIdx.y, shared + warp * DC_WARP_WORDS);
  }
}

DC_KERNEL(dc_attention_simt_f32, AttentionArgs, 128) {
  DC_SHARED(shared);
  attention_simt<float>(a, (float*)shared);
}
DC_KERNEL(dc_attention_simt_bf16, AttentionArgs, 128) {
  DC_SHARED(shared);
  attention_simt<Bf16>(a, (float*)shared);
}
