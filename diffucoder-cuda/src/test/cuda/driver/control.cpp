// What only the emulator has: settings and counters for tests, and the way in for the other emulated libraries.
#include <cstring>

#include "device.h"

using namespace driver;

static long* setting(const std::string& key) {
  Settings& settings = device.settings;
  const std::map<std::string, long*> keys = {
      {"schedule", &settings.schedule},
      {"devices", &settings.devices},
      {"computeCapability", &settings.computeCapability},
      {"driverVersion", &settings.driverVersion},
      {"multiprocessors", &settings.multiprocessors},
      {"memoryBytes", &settings.memoryBytes},
      {"eager", &settings.eager},
      {"failAlloc", &settings.failAlloc},
      {"failHostAlloc", &settings.failHostAlloc},
      {"failLaunch", &settings.failLaunch},
      {"failKernel", &settings.failKernel},
      {"nvrtcVersion", &settings.nvrtcVersion},
  };
  auto at = keys.find(key);
  return at == keys.end() ? nullptr : at->second;
}

// Sets what `key` names, see Settings. "reset" destroys the context and everything in it, sets the counters to 0 and
// all settings to what they were. False if there is no such key.
EXPORT int emu_configure(const char* key, long value) {
  DRIVER_CALL();
  if (strcmp(key, "reset") == 0) {
    device.destroy_context();
    device.settings = Settings();
    device.counts = Counts();
    device.initialised = false;
    device.retained = 0;
    device.message.clear();
    device.seed();
    return 1;
  }
  long* field = setting(key);
  if (field == nullptr) return 0;
  *field = value;
  device.seed();
  return 1;
}

// A setting, for the other libraries; −1 if there is no such key.
EXPORT long emu_setting(const char* key) {
  DRIVER_CALL();
  const long* field = setting(key);
  return field == nullptr ? -1 : *field;
}

// What `key` counts; −1 if there is no such key.
EXPORT long emu_counter(const char* key) {
  DRIVER_CALL();
  auto size = [](size_t n) { return static_cast<long>(n); };
  size_t pinnedBytes = 0;
  for (const auto& [start, bytes] : device.pinned) pinnedBytes += bytes;
  size_t pending = 0;
  for (const auto& [handle, stream] : device.streams.all()) pending += stream->queue.size();
  const Counts& counts = device.counts;
  const std::map<std::string, long> values = {
      {"deviceAllocations", size(emu::deviceMemory.count())},
      {"deviceBytes", size(emu::deviceMemory.bytes())},
      {"pinnedAllocations", size(device.pinned.size())},
      {"pinnedBytes", size(pinnedBytes)},
      {"streams", size(device.streams.size())},
      {"events", size(device.events.size())},
      {"libraries", size(device.libraries.size())},
      {"graphs", size(device.graphs.size())},
      {"graphExecs", size(device.graphExecs.size())},
      {"contexts", device.retained},
      {"pending", size(pending)},
      {"launches", counts.launches},
      {"kernels", counts.kernels},
      {"graphLaunches", counts.graphLaunches},
      {"synchronisations", counts.synchronisations},
      {"pageableCopies", counts.pageableCopies},
      {"bytesToDevice", counts.bytesToDevice},
      {"bytesToHost", counts.bytesToHost},
  };
  auto at = values.find(key);
  if (at != values.end()) return at->second;
  auto more = device.counts.more.find(key);
  return more == device.counts.more.end() ? -1 : more->second;
}

// Why the last call or kernel failed; valid until the next call from this thread.
EXPORT const char* emu_last_message() {
  DRIVER_CALL();
  static thread_local std::string copy;
  copy = device.message;
  return copy.c_str();
}

// Counters of other libraries.
EXPORT void emu_count(const char* key, long change) {
  DRIVER_CALL();
  device.counts.more[key] += change;
}

EXPORT int emu_on_device(const void* address, size_t bytes) {
  DRIVER_CALL();
  return emu::deviceMemory.contains(address, bytes) ? 1 : 0;
}

// Puts a function and a copy of its data into a stream; a captured stream calls it at every launch of the graph.
EXPORT int emu_enqueue(void* stream, void (*function)(const void* data), const void* data, size_t bytes) {
  DRIVER_ENTER(kAllowed);
  auto copy = std::make_shared<std::vector<uint64_t>>((bytes + 7) / 8);
  memcpy(copy->data(), data, bytes);
  Work work;
  work.execute = [function, copy](std::string&) {
    function(copy->data());
    return true;
  };
  return device.enqueue(stream, std::move(work));
}
