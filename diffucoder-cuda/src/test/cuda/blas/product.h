// The product of the emulated cuBLASLt: D = alpha · op(A) · op(B) + beta · C + bias, with the sums in float32.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace blas {

inline constexpr int kF32 = 0;    // CUDA_R_32F
inline constexpr int kBf16 = 14;  // CUDA_R_16BF

// In which order the products of a sum are added.
enum class Order { kAscending, kInterleaved, kHalves };

struct Layout {
  int type = kF32;
  int order = 0;  // 0: column after column, 1: row after row
  uint64_t rows = 0, cols = 0;
  int64_t ld = 0;
  int batchCount = 1;
};

struct Matrix {
  const char* start;
  Layout layout;
  bool transposed;

  size_t element() const { return layout.type == kF32 ? 4 : 2; }
  size_t bytes() const {
    uint64_t lines = layout.order == 0 ? layout.cols : layout.rows;
    uint64_t length = layout.order == 0 ? layout.rows : layout.cols;
    return lines == 0 ? 0 : ((lines - 1) * static_cast<uint64_t>(layout.ld) + length) * element();
  }
  // Where (row, col) of op(this) is.
  const char* at(uint64_t row, uint64_t col) const {
    if (transposed) std::swap(row, col);
    uint64_t ld = static_cast<uint64_t>(layout.ld);
    return start + (layout.order == 0 ? col * ld + row : row * ld + col) * element();
  }
};

struct Product {
  float alpha, beta;
  Matrix a, b, c, d;
  const char* bias;  // one number a row of D, in D's type, or null
  Order order;
};

inline float load(const char* from, int type) {
  uint32_t bits = 0;
  if (type == kF32) {
    memcpy(&bits, from, 4);
  } else {
    uint16_t half;
    memcpy(&half, from, 2);
    bits = static_cast<uint32_t>(half) << 16;
  }
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

inline void store(char* to, int type, float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  if (type == kF32) {
    memcpy(to, &bits, 4);
    return;
  }
  bool nan = (bits & 0x7fffffffu) > 0x7f800000u;
  uint16_t half = nan ? 0x7fff : static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  memcpy(to, &half, 2);
}

// 16 columns of op(B) at a time, so that the sums over ascending k are vectors.
inline constexpr uint64_t kColumns = 16;

inline void sum(const float* a, const float* b, uint64_t first, uint64_t end, uint64_t step, float* sums) {
  for (uint64_t j = 0; j < kColumns; j++) sums[j] = 0;
  for (uint64_t k = first; k < end; k += step) {
    for (uint64_t j = 0; j < kColumns; j++) sums[j] += a[k] * b[k * kColumns + j];
  }
}

inline void sum_in_order(Order order, const float* a, const float* b, uint64_t k, float* sums) {
  float part[kColumns];
  switch (order) {
    case Order::kAscending:
      sum(a, b, 0, k, 1, sums);
      break;
    case Order::kInterleaved:
      sum(a, b, 0, k, 4, sums);
      for (uint64_t first = 1; first < 4; first++) {
        sum(a, b, first, k, 4, part);
        for (uint64_t j = 0; j < kColumns; j++) sums[j] += part[j];
      }
      break;
    case Order::kHalves:
      sum(a, b, 0, k / 2, 1, sums);
      sum(a, b, k / 2, k, 1, part);
      for (uint64_t j = 0; j < kColumns; j++) sums[j] += part[j];
      break;
  }
}

inline void multiply(const Product& p) {
  uint64_t m = p.d.layout.rows, n = p.d.layout.cols;
  uint64_t depth = p.a.transposed ? p.a.layout.rows : p.a.layout.cols;
  std::vector<float> a(m * depth), b(depth * kColumns);
  for (uint64_t i = 0; i < m; i++) {
    for (uint64_t k = 0; k < depth; k++) a[i * depth + k] = load(p.a.at(i, k), p.a.layout.type);
  }
  int type = p.d.layout.type;
  float sums[kColumns];
  for (uint64_t first = 0; first < n; first += kColumns) {
    uint64_t columns = n - first < kColumns ? n - first : kColumns;
    for (uint64_t k = 0; k < depth; k++) {
      for (uint64_t j = 0; j < kColumns; j++) {
        b[k * kColumns + j] = j < columns ? load(p.b.at(k, first + j), p.b.layout.type) : 0.f;
      }
    }
    for (uint64_t i = 0; i < m; i++) {
      sum_in_order(p.order, &a[i * depth], b.data(), depth, sums);
      for (uint64_t j = 0; j < columns; j++) {
        float value = p.alpha * sums[j];
        if (p.beta != 0) value += p.beta * load(p.c.at(i, first + j), type);  // C may be unreadable otherwise
        if (p.bias != nullptr) value += load(p.bias + i * p.d.element(), type);
        store(const_cast<char*>(p.d.at(i, first + j)), type, value);
      }
    }
  }
}

}  // namespace blas
