// Memory with a page behind it that nobody may touch, and the question whether an address is inside of it.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>

namespace emu {

// What memory holds before anything is written: as bf16 or float32 a huge number, as an index far outside.
inline constexpr int kPoison = 0xEE;

// A region whose last byte lies before pages that fault; so do pages before the first.
class GuardedRegion {
 public:
  static constexpr size_t kPage = 4096;

  // The data of `bytes`, its start aligned to `alignment` (a power of two up to a page); null without memory. `guard`
  // bytes on both sides, whole pages, fault.
  void* map(size_t bytes, size_t alignment, size_t guard = kPage) {
    size_t rounded = (bytes + alignment - 1) & ~(alignment - 1);
    size_t pages = (rounded + kPage - 1) & ~(kPage - 1);
    mappedBytes_ = pages + 2 * guard;
    void* memory = mmap(nullptr, mappedBytes_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    mapped_ = static_cast<char*>(memory);
    if (pages > 0 && mprotect(mapped_ + guard, pages, PROT_READ | PROT_WRITE) != 0) {
      unmap();
      return nullptr;
    }
    return mapped_ + guard + pages - rounded;
  }
  void unmap() {
    if (mapped_ != nullptr) munmap(mapped_, mappedBytes_);
    mapped_ = nullptr;
  }

 private:
  char* mapped_ = nullptr;
  size_t mappedBytes_ = 0;
};

// The global memory of the emulated device.
class DeviceMemory {
 public:
  static constexpr size_t kAlignment = 256;

  void* allocate(size_t bytes) {
    Block block{bytes, {}};
    void* start = block.region.map(bytes, kAlignment);
    if (start == nullptr) return nullptr;
    if (bytes <= kPoisonedBytes) memset(start, kPoison, bytes);
    blocks_[reinterpret_cast<uintptr_t>(start)] = block;
    bytes_ += bytes;
    return start;
  }

  // False if no allocation starts there. What is freed faults when it is touched.
  bool release(void* start) {
    auto at = blocks_.find(reinterpret_cast<uintptr_t>(start));
    if (at == blocks_.end()) return false;
    bytes_ -= at->second.bytes;
    at->second.region.unmap();
    blocks_.erase(at);
    lastStart_ = lastEnd_ = 0;
    return true;
  }

  void release_all() {
    while (!blocks_.empty()) release(reinterpret_cast<void*>(blocks_.begin()->first));
  }

  // Whether all of [address, address + bytes) is inside one allocation.
  bool contains(const void* address, size_t bytes) {
    uintptr_t first = reinterpret_cast<uintptr_t>(address);
    if (first >= lastStart_ && first + bytes <= lastEnd_) return true;
    auto after = blocks_.upper_bound(first);
    if (after == blocks_.begin()) return false;
    --after;
    if (first + bytes > after->first + after->second.bytes) return false;
    lastStart_ = after->first;
    lastEnd_ = after->first + after->second.bytes;
    return true;
  }

  bool empty() const { return blocks_.empty(); }
  size_t count() const { return blocks_.size(); }
  size_t bytes() const { return bytes_; }

 private:
  struct Block {
    size_t bytes;
    GuardedRegion region;
  };
  // To poison memory takes it from the machine; a test of the largest sizes asks for more than there is.
  static constexpr size_t kPoisonedBytes = size_t{1} << 28;

  std::map<uintptr_t, Block> blocks_;
  size_t bytes_ = 0;
  uintptr_t lastStart_ = 0;  // copies come in runs from one allocation
  uintptr_t lastEnd_ = 0;
};

inline DeviceMemory deviceMemory;

}  // namespace emu
