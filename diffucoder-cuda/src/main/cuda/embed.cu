// out[r] = table[tokens[r]], each number decoded from the table's type W and rounded once to the activation type T.
//
// Shapes: tokens (R) int32 in [0, V); table (V, D); out (R, D).
// Types W: f32, f16, bf16 (tablePitch in numbers); q8, q4 (tablePitch in bytes, D a multiple of 32, a float16 scale
// a block of 32 in the order of common.cuh): code · scale and (code − 8) · scale, exact in float32.
// Bound: memory, R · D · (sizeof(W) + sizeof(T)) bytes.
// Grid: (R), 256 threads, 8 numbers a thread and turn.
#pragma once
#include "common.cuh"

struct EmbedArgs {
  const void* table;
  const void* scales;
  const int* tokens;
  void* out;
  int cols;
  int tablePitch;
  int scalePitch;
  int outPitch;
};

struct TableF16 {
  u16 bits;
};
struct TableQ8 {
  signed char code;
};
struct TableQ4 {
  u8 codes;
};

// read8<W>(…, k, x): numbers k … k+7 of a row of the table, k a multiple of 8, all of them within the row.
template <typename W>
DC_DEVICE void read8(const W* row, const u16* scales, int k, float (&x)[8]);

template <>
DC_DEVICE void read8<float>(const float* row, const u16*, int k, float (&x)[8]) {
  const Vec16* v = (const Vec16*)(row + k);
#pragma unroll
  for (int h = 0; h < 2; h++) {
    Vec16 half = v[h];
#pragma unroll
    for (int i = 0; i < 4; i++) x[4 * h + i] = __uint_as_float(half.word[i]);
  }
}

template <>
DC_DEVICE void read8<Bf16>(const Bf16* row, const u16*, int k, float (&x)[8]) {
  unpack<Bf16>(*(const Vec16*)(row + k), x);
}

template <>
DC_DEVICE void read8<TableF16>(const TableF16* row, const u16*, int k, float (&x)[8]) {
  Vec16 v = *(const Vec16*)(row + k);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    x[2 * i] = f16_bits_to_f32((u16)(v.word[i] & 0xffffu));
    x[2 * i + 1] = f16_bits_to_f32((u16)(v.word[i] >> 16));
  }
}

// Eight neighbours are two codes of each quad lane t: the codes 2h and 2h+1 of its eight, h being their quarter
// of the block.
template <>
DC_DEVICE void read8<TableQ8>(const TableQ8* row, const u16* scales, int k, float (&x)[8]) {
  float scale = f16_bits_to_f32(scales[k >> 5]);
  const u16* block = (const u16*)(row + (k & ~31));
  int h = (k >> 3) & 3;
#pragma unroll
  for (int t = 0; t < 4; t++) {
    u16 pair = block[4 * t + h];
    x[2 * t] = (float)(signed char)(pair & 0xff) * scale;
    x[2 * t + 1] = (float)(signed char)(pair >> 8) * scale;
  }
}

template <>
DC_DEVICE void read8<TableQ4>(const TableQ4* row, const u16* scales, int k, float (&x)[8]) {
  float scale = f16_bits_to_f32(scales[k >> 5]);
  Vec16 block = *(const Vec16*)(row + (k >> 5) * 16);
  int h = (k >> 3) & 3;
#pragma unroll
  for (int t = 0; t < 4; t++) {
    u32 pair = block.word[t] >> (4 * h);
    x[2 * t] = (float)((int)(pair & 15u) - 8) * scale;
    x[2 * t + 1] = (float)((int)((pair >> 16) & 15u) - 8) * scale;
  }
}

// One number at the end of a row that is no multiple of 8; the quantized tables have none.
DC_DEVICE float read1(const float* row, int k) { return row[k]; }
DC_DEVICE float read1(const Bf16* row, int k) { return to_f32(row[k]); }
DC_DEVICE float read1(const TableF16* row, int k) { return f16_bits_to_f32(row[k].bits); }
DC_DEVICE float read1(const TableQ8*, int) { return 0.f; }
DC_DEVICE float read1(const TableQ4*, int) { return 0.f; }

DC_DEVICE void write8(float* out, const float (&x)[8]) {
#pragma unroll
  for (int h = 0; h < 2; h++) {
    float half[4] = {x[4 * h], x[4 * h + 1], x[4 * h + 2], x[4 * h + 3]};
    ((Vec16*)out)[h] = pack<float>(half);
  }
}
DC_DEVICE void write8(Bf16* out, const float (&x)[8]) { *(Vec16*)out = pack<Bf16>(x); }

template <typename W, typename T>
DC_DEVICE void embed(const EmbedArgs& a) {
  long long token = a.tokens[blockIdx.x];
  const W* row = (const W*)a.table + token * a.tablePitch;
  const u16* scales = (const u16*)a.scales + token * a.scalePitch;
  T* out = (T*)a.out + (long long)blockIdx.x * a.outPitch;
  int whole = a.cols & ~7;
  for (int k = 8 * threadIdx.x; k < whole; k += 8 * blockDim.x) {
    float x[8];
    read8(row, scales, k, x);
    write8(out + k, x);
  }
  int k = whole + threadIdx.x;
  if (k < a.cols) out[k] = from_f32<T>(read1(row, k));
}

DC_KERNEL(dc_embed_f32_f32, EmbedArgs, 256) { embed<float, float>(a); }
DC_KERNEL(dc_embed_f16_f32, EmbedArgs, 256) { embed<TableF16, float>(a); }
DC_KERNEL(dc_embed_bf16_f32, EmbedArgs, 256) { embed<Bf16, float>(a); }
DC_KERNEL(dc_embed_bf16_bf16, EmbedArgs, 256) { embed<Bf16, Bf16>(a); }
DC_KERNEL(dc_embed_q8_f32, EmbedArgs, 256) { embed<TableQ8, float>(a); }
DC_KERNEL(dc_embed_q8_bf16, EmbedArgs, 256) { embed<TableQ8, Bf16>(a); }
DC_KERNEL(dc_embed_q4_f32, EmbedArgs, 256) { embed<TableQ4, float>(a); }
DC_KERNEL(dc_embed_q4_bf16, EmbedArgs, 256) { embed<TableQ4, Bf16>(a); }
