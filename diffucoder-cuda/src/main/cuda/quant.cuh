// Codes of quantised weights made into bf16 fragments of an mma, in registers. A lane gets its eight codes of a block
// of 32 numbers (common.cuh: places 8t … 8t+7) and makes four words of two numbers, {b0, b1} of the first k16 and
// {b0, b1} of the second: word p holds the numbers of codes 2p and 2p+1.
//
// No conversion from integers: a code is put among the mantissa bits of a float whose exponent makes that place worth
// 1, so the bits read as base + code for a power of two. (base + code) · scale − base' · scale in one fused
// multiply-add is then the exact code · scale, provided base' · scale is exact: scales have 11 bits, base' must not
// have more than 13. That decides where in the mantissa a code may lie.
#pragma once
#include "common.cuh"

// Bytes x, 0, 0, 0 … : the float 0x4700xx00 is 2^15 + x. Flipping the top bit of a code makes x = code + 128, so
// base' is 2^15 + 128, of 9 bits.
DC_DEVICE void dequantise_q8(u32 (&b)[4], u32 codes0, u32 codes1, float scale) {
  const u32 magic = 0x47000000u;
  float shift = -32896.f * scale;
#pragma unroll
  for (int p = 0; p < 4; p++) {
    u32 codes = (p < 2 ? codes0 : codes1) ^ 0x80808080u;
    u32 first = (p & 1) * 2;  // which byte
    u32 lo = byte_permute(codes, magic, 0x7604u | (first << 4));
    u32 hi = byte_permute(codes, magic, 0x7604u | ((first + 1) << 4));
    b[p] = pack_bf16x2(fmaf(__uint_as_float(lo), scale, shift), fmaf(__uint_as_float(hi), scale, shift));
  }
}

// A nibble at bits 8, 12 or 16 of a float of 2^15, 2^11 or 2^7 is worth 0 … 15; with the zero point 8, base' has 13, 9
// or 5 bits. Nibbles that lie elsewhere are shifted there three at a time.
template <int BIT>
DC_DEVICE float q4_number(u32 word, float scale) {
  const u32 magic = (127 + 23 - BIT) << 23;
  const float zero = (float)((1 << (23 - BIT)) + 8);
  return fmaf(__uint_as_float((word & (15u << BIT)) | magic), scale, -zero * scale);
}

DC_DEVICE void dequantise_q4(u32 (&b)[4], u32 codes, float scale) {
  u32 left = codes << 8, right = codes >> 12;  // nibbles 0, 1 to bits 8, 12; nibbles 5, 6, 7 to bits 8, 12, 16
  b[0] = pack_bf16x2(q4_number<8>(left, scale), q4_number<16>(codes, scale));
  b[1] = pack_bf16x2(q4_number<12>(left, scale), q4_number<8>(right, scale));
  b[2] = pack_bf16x2(q4_number<8>(codes, scale), q4_number<12>(right, scale));
  b[3] = pack_bf16x2(q4_number<12>(codes, scale), q4_number<16>(right, scale));
}

// E4M3 differs from bf16 in width and in the bias of the exponent: with its seven bits below the sign put at the same
// mantissa point, it reads 2^−120 times its value, subnormal numbers included. The product with 2^120 is exact.
// The codes of NaN, 0x7f and 0xff, do not occur.
DC_DEVICE void widen_e4m3(u32 (&b)[4], u32 codes0, u32 codes1) {
  const u32 twoTo120 = 0x7b807b80u, minusZero = 0x80008000u;
#pragma unroll
  for (int p = 0; p < 4; p++) {
    u32 pair = byte_permute(p < 2 ? codes0 : codes1, 0u, p & 1 ? 0x3424u : 0x1404u);  // each in the upper byte
    u32 small = (pair & 0x80008000u) | ((pair >> 4) & 0x07f007f0u);
    b[p] = fma_bf16x2(small, twoTo120, minusZero);
  }
}
