// What the attention kernels share: their arguments.
#pragma once
#include "common.cuh"

struct AttentionArgs {
  const void* q;       // (R, H·Dh)
  const void* keys;    // (any, Hkv·Dh), rows not named are never read
  const void* values;  // the same
  void* out;           // (R, H·Dh)
  const int* tiles;    // four a tile: first query row, rows, first of its keys in keyRows, number of keys
  const int* keyRows;  // rows of keys and values
  int heads, kvHeads, headDim;
  int qPitch, kvPitch, outPitch;
  float scale;
};

struct QueryTile {
  int firstRow, rows;
  const int* keyRows;
  int keys;
};

DC_DEVICE QueryTile query_tile(const AttentionArgs& a) {
  const int* tile = a.tiles + 4ll * blockIdx.x;
  return {tile[0], tile[1], a.keyRows + tile[2], tile[3]};
}
