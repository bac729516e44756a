// The uniform number that draws a token: io.diffucoder.spi.RandomKey, purpose TOKEN.
#pragma once
#include "common.cuh"

// Philox-4x32-10 (Salmon et al., 2011), keyed by the seed, its counter (position, step, 0, 0); the upper 24 bits of
// the first word, in [0, 1).
DC_DEVICE float uniform(u64 seed, u32 step, u32 position) {
  u32 c0 = position;
  u32 c1 = step;
  u32 c2 = 0;
  u32 c3 = 0;
  u32 k0 = (u32)seed;
  u32 k1 = (u32)(seed >> 32);
#pragma unroll
  for (int round = 0; round < 10; round++) {
    u32 high0 = __umulhi(0xD2511F53u, c0);
    u32 low0 = 0xD2511F53u * c0;
    u32 high1 = __umulhi(0xCD9E8D57u, c2);
    u32 low1 = 0xCD9E8D57u * c2;
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return (float)(c0 >> 8) * 0x1p-24f;
}
