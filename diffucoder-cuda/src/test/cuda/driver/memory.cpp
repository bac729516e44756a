// Memory of the device and of the host, and copies.
#include <algorithm>

#include "device.h"

using namespace driver;
using Address = unsigned long long;

static char* pointer(Address address) { return reinterpret_cast<char*>(address); }

static bool on_device(Address address, size_t bytes) {
  return bytes == 0 || emu::deviceMemory.contains(pointer(address), bytes);
}

static int outside(const char* what, Address address, size_t bytes) {
  char text[160];
  snprintf(text, sizeof text, "%s: %zu bytes at %#llx are not inside one allocation of the device", what, bytes,
           address);
  return failed(kInvalidValue, text);
}

EXPORT int cuMemGetInfo_v2(size_t* free, size_t* total) {
  DRIVER_ENTER(kAllowed);
  *total = static_cast<size_t>(device.settings.memoryBytes);
  *free = *total - std::min(*total, emu::deviceMemory.bytes());
  return kSuccess;
}

EXPORT int cuMemAlloc_v2(Address* address, size_t bytes) {
  DRIVER_ENTER(kForbidden);
  if (bytes == 0) return failed(kInvalidValue, "cuMemAlloc of 0 bytes");
  Settings& settings = device.settings;
  if (settings.failAlloc > 0 && --settings.failAlloc == 0) return failed(kOutOfMemory, "cuMemAlloc fails as told");
  size_t total = static_cast<size_t>(settings.memoryBytes);
  if (bytes > total - std::min(total, emu::deviceMemory.bytes())) {
    return failed(kOutOfMemory, "cuMemAlloc of more than the emulated device has");
  }
  void* start = emu::deviceMemory.allocate(bytes);
  if (start == nullptr) return failed(kOutOfMemory, "cuMemAlloc: the machine has no memory left");
  *address = reinterpret_cast<uintptr_t>(start);
  return kSuccess;
}

EXPORT int cuMemFree_v2(Address address) {
  DRIVER_ENTER(kForbidden);
  if (address == 0) return kSuccess;
  if (int result = device.drain_all(); result != 0) return result;  // as the real one waits for the device
  return emu::deviceMemory.release(pointer(address)) ? kSuccess
                                                     : failed(kInvalidValue, "cuMemFree of what is not allocated");
}

EXPORT int cuMemHostAlloc(void** result, size_t bytes, unsigned) {
  DRIVER_ENTER(kForbidden);
  Settings& settings = device.settings;
  if (settings.failHostAlloc > 0 && --settings.failHostAlloc == 0) {
    return failed(kOutOfMemory, "cuMemHostAlloc fails as told");
  }
  void* start = aligned_alloc(4096, (std::max<size_t>(bytes, 1) + 4095) & ~size_t{4095});
  if (start == nullptr) return failed(kOutOfMemory, "cuMemHostAlloc: the machine has no memory left");
  memset(start, emu::kPoison, bytes);
  device.pinned[reinterpret_cast<uintptr_t>(start)] = bytes;
  *result = start;
  return kSuccess;
}

EXPORT int cuMemFreeHost(void* start) {
  DRIVER_ENTER(kForbidden);
  if (int result = device.drain_all(); result != 0) return result;
  if (device.pinned.erase(reinterpret_cast<uintptr_t>(start)) == 0) {
    return failed(kInvalidValue, "cuMemFreeHost of what is not allocated");
  }
  free(start);
  return kSuccess;
}

// A copy whose ends are looked at again when it happens: memory may be freed while it waits.
static Work copy_work(void* to, const void* from, size_t bytes, bool toDevice, bool fromDevice) {
  Work work;
  work.execute = [=](std::string& message) {
    if ((toDevice && !emu::deviceMemory.contains(to, bytes)) ||
        (fromDevice && !emu::deviceMemory.contains(from, bytes))) {
      message = "an asynchronous copy from or to memory that was freed before it happened";
      return false;
    }
    if (toDevice && !fromDevice) device.counts.bytesToDevice += static_cast<long>(bytes);
    if (fromDevice && !toDevice) device.counts.bytesToHost += static_cast<long>(bytes);
    if (emu::FaultGuard::copy(to, from, bytes)) return true;
    message = "an asynchronous copy from or to memory of the host that was freed before it happened";
    return false;
  };
  return work;
}

static int copy_async(void* to, const void* from, size_t bytes, bool toDevice, bool fromDevice, void* stream) {
  if (bytes == 0) return kSuccess;
  if (!toDevice && !device.is_pinned(to, bytes)) device.counts.pageableCopies++;
  if (!fromDevice && !device.is_pinned(from, bytes)) device.counts.pageableCopies++;
  return device.enqueue(stream, copy_work(to, from, bytes, toDevice, fromDevice));
}

EXPORT int cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, void* stream) {
  DRIVER_ENTER(kAllowed);
  if (!on_device(to, bytes)) return outside("cuMemcpyHtoDAsync", to, bytes);
  return copy_async(pointer(to), from, bytes, true, false, stream);
}

EXPORT int cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, void* stream) {
  DRIVER_ENTER(kAllowed);
  if (!on_device(from, bytes)) return outside("cuMemcpyDtoHAsync", from, bytes);
  return copy_async(to, pointer(from), bytes, false, true, stream);
}

EXPORT int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, void* stream) {
  DRIVER_ENTER(kAllowed);
  if (!on_device(to, bytes)) return outside("cuMemcpyDtoDAsync", to, bytes);
  if (!on_device(from, bytes)) return outside("cuMemcpyDtoDAsync", from, bytes);
  return copy_async(pointer(to), pointer(from), bytes, true, true, stream);
}

// A synchronous copy waits for the streams that wait for the default stream, and for no others.
static int drain_blocking_streams() {
  device.counts.synchronisations++;
  for (const auto& [handle, stream] : device.streams.all()) {
    if (!stream->blocking) continue;
    if (int result = device.drain([s = stream.get()] { return s->queue.empty(); }, stream.get())) return result;
  }
  return kSuccess;
}

EXPORT int cuMemcpyHtoD_v2(Address to, const void* from, size_t bytes) {
  DRIVER_ENTER(kForbidden);
  if (!on_device(to, bytes)) return outside("cuMemcpyHtoD", to, bytes);
  if (int result = drain_blocking_streams(); result != 0) return result;
  device.counts.bytesToDevice += static_cast<long>(bytes);
  memcpy(pointer(to), from, bytes);
  return kSuccess;
}

EXPORT int cuMemcpyDtoH_v2(void* to, Address from, size_t bytes) {
  DRIVER_ENTER(kForbidden);
  if (!on_device(from, bytes)) return outside("cuMemcpyDtoH", from, bytes);
  if (int result = drain_blocking_streams(); result != 0) return result;
  device.counts.bytesToHost += static_cast<long>(bytes);
  memcpy(to, pointer(from), bytes);
  return kSuccess;
}

template <typename T>
static int set_async(const char* what, Address to, T value, size_t count, void* stream) {
  size_t bytes = count * sizeof(T);
  if (to % sizeof(T) != 0) return failed(kInvalidValue, std::string(what) + " of a misaligned address");
  if (!on_device(to, bytes)) return outside(what, to, bytes);
  if (bytes == 0) return kSuccess;
  Work work;
  work.execute = [=](std::string& message) {
    if (!on_device(to, bytes)) {
      message = std::string(what) + " of memory that was freed before it happened";
      return false;
    }
    std::fill_n(reinterpret_cast<T*>(to), count, value);
    return true;
  };
  return device.enqueue(stream, std::move(work));
}

EXPORT int cuMemsetD8Async(Address to, unsigned char value, size_t count, void* stream) {
  DRIVER_ENTER(kAllowed);
  return set_async("cuMemsetD8Async", to, value, count, stream);
}

EXPORT int cuMemsetD32Async(Address to, unsigned value, size_t count, void* stream) {
  DRIVER_ENTER(kAllowed);
  return set_async("cuMemsetD32Async", to, value, count, stream);
}
