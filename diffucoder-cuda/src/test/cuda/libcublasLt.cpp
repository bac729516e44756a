// An emulated libcublasLt.so.13 for tests: the functions that the backend calls, put into the emulated streams. As the
// real library does, it offers several algorithms for a product, in an order that depends on its shape, and not all of
// them add in the same order: who takes the first one gets results that depend on the number of rows.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "blas/product.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

extern "C" {
int cuCtxGetCurrent(void** context);
int emu_enqueue(void* stream, void (*function)(const void* data), const void* data, size_t bytes);
int emu_on_device(const void* address, size_t bytes);
void emu_count(const char* key, long change);
}

namespace {

enum Status { kSuccess = 0, kNotInitialized = 1, kInvalidValue = 7, kExecutionFailed = 13, kNotSupported = 15 };

struct MatmulDesc {
  int computeType, scaleType;
  int transposeA = 0, transposeB = 0;
  int epilogue = 1;  // EPILOGUE_DEFAULT
  const void* bias = nullptr;
  int biasType = -1;  // that of D
};

struct Preference {
  uint64_t workspaceBytes = 0;
  uint32_t reductionSchemes = 7;
};

// cublasLtMatmulAlgo_t: eight words, of which these are used.
struct Algo {
  uint64_t id, tile, splits, scheme, stages, workspaceBytes, unused[2];
};

struct HeuristicResult {
  Algo algo;
  size_t workspaceBytes;
  int status;
  float waves;
  int reserved[4];
};

constexpr Algo kAscending = {66, 20, 1, 0, 12, 0, {}};
constexpr Algo kAscendingOtherTile = {66, 18, 1, 0, 8, 1 << 20, {}};
constexpr Algo kInterleaved = {71, 15, 1, 0, 10, 0, {}};  // four sums, of every fourth product each
constexpr Algo kSplit = {66, 20, 2, 2, 12, 4 << 20, {}};  // two halves of k; COMPUTE_TYPE

template <typename T>
Status set(T& field, const void* value, size_t bytes) {
  if (value == nullptr || bytes != sizeof(T)) return kInvalidValue;
  memcpy(&field, value, sizeof(T));
  return kSuccess;
}

template <typename T>
int create(T** result, const T& value) {
  if (result == nullptr) return kInvalidValue;
  *result = new T(value);
  emu_count("cublasDescriptors", 1);
  return kSuccess;
}

template <typename T>
int destroy(T* object) {
  if (object == nullptr) return kInvalidValue;
  delete object;
  emu_count("cublasDescriptors", -1);
  return kSuccess;
}

// What the types and sizes of a call must be; alike for the heuristic and for the product.
Status check(const MatmulDesc& desc, const blas::Layout& a, const blas::Layout& b, const blas::Layout& c,
             const blas::Layout& d) {
  using blas::kBf16, blas::kF32;
  if (desc.computeType != 68 || desc.scaleType != kF32) return kNotSupported;  // COMPUTE_32F
  if (desc.epilogue != 1 && desc.epilogue != 4) return kNotSupported;
  if (a.type != b.type || c.type != d.type || (a.type != kBf16 && a.type != kF32)) return kNotSupported;
  if (d.type != kF32 && d.type != a.type) return kNotSupported;
  if (desc.epilogue == 4 && desc.biasType != -1 && desc.biasType != d.type) return kNotSupported;
  uint64_t m = desc.transposeA != 0 ? a.cols : a.rows, k = desc.transposeA != 0 ? a.rows : a.cols;
  uint64_t n = desc.transposeB != 0 ? b.rows : b.cols, kB = desc.transposeB != 0 ? b.cols : b.rows;
  if (k != kB || d.rows != m || d.cols != n || c.rows != m || c.cols != n) return kInvalidValue;
  for (const blas::Layout* layout : {&a, &b, &c, &d}) {
    if (layout->batchCount != 1) return kNotSupported;
    if (layout->order != 0 && layout->order != 1) return kNotSupported;
    if (layout->ld < static_cast<int64_t>(layout->order == 0 ? layout->rows : layout->cols)) return kInvalidValue;
  }
  return kSuccess;
}

}  // namespace

EXPORT size_t cublasLtGetVersion() { return 130000; }
EXPORT size_t cublasLtGetCudartVersion() { return 13000; }

EXPORT int cublasLtCreate(void** handle) {
  void* context = nullptr;
  if (cuCtxGetCurrent(&context) != 0 || context == nullptr) return kNotInitialized;
  *handle = new char;
  emu_count("cublasHandles", 1);
  return kSuccess;
}
EXPORT int cublasLtDestroy(void* handle) {
  if (handle == nullptr) return kNotInitialized;
  delete static_cast<char*>(handle);
  emu_count("cublasHandles", -1);
  return kSuccess;
}

EXPORT int cublasLtMatmulDescCreate(MatmulDesc** result, int computeType, int scaleType) {
  MatmulDesc desc{};
  desc.computeType = computeType;
  desc.scaleType = scaleType;
  return create(result, desc);
}
EXPORT int cublasLtMatmulDescDestroy(MatmulDesc* desc) { return destroy(desc); }
EXPORT int cublasLtMatmulDescSetAttribute(MatmulDesc* desc, int attribute, const void* value, size_t bytes) {
  int pointerMode = 0;
  switch (attribute) {
    case 2: {  // POINTER_MODE, of which the emulator has the host's
      Status status = set(pointerMode, value, bytes);
      return status != kSuccess ? status : pointerMode == 0 ? kSuccess : kNotSupported;
    }
    case 3:
      return set(desc->transposeA, value, bytes);
    case 4:
      return set(desc->transposeB, value, bytes);
    case 7:
      return set(desc->epilogue, value, bytes);
    case 8:
      return set(desc->bias, value, bytes);
    case 26:
      return set(desc->biasType, value, bytes);
    default:
      return kNotSupported;
  }
}

EXPORT int cublasLtMatrixLayoutCreate(blas::Layout** result, int type, uint64_t rows, uint64_t cols, int64_t ld) {
  blas::Layout layout{};
  layout.type = type;
  layout.rows = rows;
  layout.cols = cols;
  layout.ld = ld;
  return create(result, layout);
}
EXPORT int cublasLtMatrixLayoutDestroy(blas::Layout* layout) { return destroy(layout); }
EXPORT int cublasLtMatrixLayoutSetAttribute(blas::Layout* layout, int attribute, const void* value, size_t bytes) {
  switch (attribute) {
    case 0:
      return set(layout->type, value, bytes);
    case 1:
      return set(layout->order, value, bytes);
    case 2:
      return set(layout->rows, value, bytes);
    case 3:
      return set(layout->cols, value, bytes);
    case 4:
      return set(layout->ld, value, bytes);
    case 5:
      return set(layout->batchCount, value, bytes);
    default:
      return kNotSupported;
  }
}

EXPORT int cublasLtMatmulPreferenceCreate(Preference** result) { return create(result, Preference()); }
EXPORT int cublasLtMatmulPreferenceDestroy(Preference* preference) { return destroy(preference); }
EXPORT int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value,
                                                size_t bytes) {
  uint32_t alignment = 0;
  switch (attribute) {
    case 1:
      return set(preference->workspaceBytes, value, bytes);
    case 3:
      return set(preference->reductionSchemes, value, bytes);
    case 5:
    case 6:
    case 7:
    case 8:
      return set(alignment, value, bytes);
    default:
      return kNotSupported;
  }
}

EXPORT int cublasLtMatmulAlgoGetHeuristic(void* handle, MatmulDesc* desc, blas::Layout* a, blas::Layout* b,
                                          blas::Layout* c, blas::Layout* d, Preference* preference, int requested,
                                          HeuristicResult* results, int* found) {
  if (handle == nullptr) return kNotInitialized;
  if (requested <= 0) return kInvalidValue;
  *found = 0;
  if (Status status = check(*desc, *a, *b, *c, *d); status != kSuccess) return status;
  bool few = std::min(d->rows, d->cols) <= 16;
  const Algo* const forFew[] = {&kSplit, &kInterleaved, &kAscending, &kAscendingOtherTile};
  const Algo* const forMany[] = {&kAscendingOtherTile, &kAscending, &kInterleaved, &kSplit};
  for (const Algo* algo : few ? forFew : forMany) {
    if (algo->scheme != 0 && (algo->scheme & preference->reductionSchemes) == 0) continue;
    if (algo->workspaceBytes > preference->workspaceBytes || *found == requested) continue;
    results[(*found)++] = HeuristicResult{*algo, algo->workspaceBytes, kSuccess, 1.f, {}};
  }
  return *found > 0 ? kSuccess : kNotSupported;
}

EXPORT int cublasLtMatmulAlgoConfigGetAttribute(const Algo* algo, int attribute, void* value, size_t bytes,
                                                size_t* written) {
  uint32_t answer;
  switch (attribute) {
    case 0:
      answer = static_cast<uint32_t>(algo->id);
      break;
    case 1:
      answer = static_cast<uint32_t>(algo->tile);
      break;
    case 2:
      answer = static_cast<uint32_t>(algo->splits);
      break;
    case 3:
      answer = static_cast<uint32_t>(algo->scheme);
      break;
    case 6:
      answer = static_cast<uint32_t>(algo->stages);
      break;
    default:
      answer = 0;
  }
  size_t needed = attribute == 7 || attribute == 8 ? sizeof(uint16_t) : sizeof answer;
  if (written != nullptr) *written = needed;
  if (bytes == 0) return written != nullptr ? kSuccess : kInvalidValue;
  if (bytes != needed || value == nullptr) return kInvalidValue;
  memcpy(value, &answer, needed);
  return kSuccess;
}

EXPORT int cublasLtMatmul(void* handle, MatmulDesc* desc, const void* alpha, const void* a, blas::Layout* aLayout,
                          const void* b, blas::Layout* bLayout, const void* beta, const void* c,
                          blas::Layout* cLayout, void* d, blas::Layout* dLayout, const Algo* algo,
                          const void* workspace, size_t workspaceBytes, void* stream) {
  if (handle == nullptr) return kNotInitialized;
  if (Status status = check(*desc, *aLayout, *bLayout, *cLayout, *dLayout); status != kSuccess) return status;
  if (algo == nullptr) algo = &kInterleaved;  // the real library then chooses, too
  if (algo->workspaceBytes > workspaceBytes) return kInvalidValue;
  if (algo->workspaceBytes > 0 && emu_on_device(workspace, algo->workspaceBytes) == 0) return kInvalidValue;
  blas::Product product{};
  memcpy(&product.alpha, alpha, sizeof(float));
  memcpy(&product.beta, beta, sizeof(float));
  product.a = {static_cast<const char*>(a), *aLayout, desc->transposeA != 0};
  product.b = {static_cast<const char*>(b), *bLayout, desc->transposeB != 0};
  product.c = {static_cast<const char*>(c), *cLayout, false};
  product.d = {static_cast<const char*>(d), *dLayout, false};
  product.bias = desc->epilogue == 4 ? static_cast<const char*>(desc->bias) : nullptr;
  product.order = algo->splits == 2 ? blas::Order::kHalves
                                    : algo->id == kInterleaved.id ? blas::Order::kInterleaved : blas::Order::kAscending;
  for (const blas::Matrix* matrix : {&product.a, &product.b, &product.c, &product.d}) {
    if (matrix == &product.c && product.beta == 0) continue;
    if (reinterpret_cast<uintptr_t>(matrix->start) % 16 != 0) return kNotSupported;
    if (emu_on_device(matrix->start, matrix->bytes()) == 0) return kInvalidValue;
  }
  if (desc->epilogue == 4 && emu_on_device(product.bias, product.d.layout.rows * product.d.element()) == 0) {
    return kInvalidValue;
  }
  emu_count("cublasMatmuls", 1);
  auto execute = [](const void* data) { blas::multiply(*static_cast<const blas::Product*>(data)); };
  return emu_enqueue(stream, execute, &product, sizeof product) == 0 ? kSuccess : kExecutionFailed;
}
