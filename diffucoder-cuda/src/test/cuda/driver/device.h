// The emulated device: its settings, its objects, and when what was put into its streams happens.
#pragma once
#include <mutex>

#include "objects.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace driver {

// What a test may set with emu_configure.
struct Settings {
  long schedule = 0;
  long devices = 1;
  long computeCapability = 90;  // 10 · major + minor
  long driverVersion = 13000;
  long multiprocessors = 16;
  long memoryBytes = 8L << 30;
  long eager = 0;          // of 100 operations put into a stream, how many are followed by the execution of one
  long failAlloc = 0;      // the n-th cuMemAlloc from now on fails with 2; 0: none
  long failHostAlloc = 0;  // the same of cuMemHostAlloc
  long failLaunch = 0;     // the n-th cuLaunchKernel from now on fails with 701
  long failKernel = 0;     // the n-th kernel executed from now on breaks the context with 719
  long nvrtcVersion = 13000;

  size_t max_shared() const {
    if (computeCapability == 80 || computeCapability == 87) return 163 * 1024;
    return computeCapability == 90 || computeCapability / 10 == 10 ? 227 * 1024 : 99 * 1024;
  }
};

struct Counts {
  long launches = 0, kernels = 0, graphLaunches = 0, synchronisations = 0, pageableCopies = 0;
  long bytesToDevice = 0, bytesToHost = 0;
  std::map<std::string, long> more = {{"cublasHandles", 0}, {"cublasDescriptors", 0}, {"cublasMatmuls", 0},
                                      {"nvrtcPrograms", 0}, {"nvrtcCompilations", 0}};
};

class Device {
 public:
  Settings settings;
  Counts counts;
  bool initialised = false;
  int retained = 0;
  std::string message;  // of the last error
  Table<Stream> streams;
  Table<Event> events;
  Table<Library> libraries;
  Table<Function> functions;
  Table<Graph> graphs;
  Table<Graph> graphExecs;
  std::map<uintptr_t, size_t> pinned;
  std::vector<std::shared_ptr<Capture>> captures;

  // Puts work at the end of a stream, or into the graph that the stream captures.
  int enqueue(void* stream, Work work);
  // Executes work, of any stream, until `until` holds or nothing is left. `preferred` is the stream waited for.
  int drain(const std::function<bool()>& until, const Stream* preferred);
  int drain_all() { return drain([] { return false; }, nullptr); }
  // Executes one operation if there is one.
  void step();
  bool idle() const;

  int broken() const { return broken_; }
  void break_context(const std::string& why) {
    broken_ = kLaunchFailed;
    message = why;
  }
  // Forgets everything but the settings and the counts.
  void destroy_context();

  bool is_pinned(const void* address, size_t bytes) const {
    auto after = pinned.upper_bound(reinterpret_cast<uintptr_t>(address));
    if (after == pinned.begin()) return false;
    --after;
    return reinterpret_cast<uintptr_t>(address) + bytes <= after->first + after->second;
  }
  uint64_t random(uint64_t bound) {
    random_ = random_ * 6364136223846793005u + 1442695040888963407u;
    return (random_ >> 33) % bound;
  }
  void seed() { random_ = static_cast<uint64_t>(settings.schedule) * 2654435761u + 1; }

 private:
  bool ready(const Stream& stream) const {
    if (stream.queue.empty()) return false;
    const Work& head = stream.queue.front();
    return head.wait == nullptr || head.wait->completed >= head.count;
  }
  Stream* next(const Stream* preferred);
  void execute(Stream& stream);
  bool execute(const Work& work);

  int broken_ = 0;
  uint64_t sequence_ = 0;
  uint64_t clock_ = 0;
  uint64_t random_ = 1;
};

inline Device device;
inline std::recursive_mutex mutex;  // every call holds it: one thread is in the driver at a time
inline thread_local void* current = nullptr;  // this thread's context

inline void* const kContext = reinterpret_cast<void*>(uintptr_t{0x7d000000});  // of device 0, the next one's is 16 on

inline int failed(int result, const std::string& message) {
  device.message = message;
  return result;
}

// What a call may do while a stream is captured.
enum class InCapture { kAllowed, kForbidden };

// Checks what every call in a context needs; 0 if it may go on.
inline int enter(InCapture inCapture = InCapture::kAllowed) {
  if (!device.initialised) return kNotInitialized;
  if (current == nullptr) return failed(kInvalidContext, "no context is current on this thread");
  if (device.retained == 0) return failed(kContextIsDestroyed, "the context of this thread was released");
  if (device.broken() != 0) return device.broken();
  if (inCapture == InCapture::kForbidden) {
    for (const auto& capture : device.captures) {
      // mode 0 forbids it to all threads, 1 to the capturing one, 2 to none
      if (capture->mode == 0 || (capture->mode == 1 && capture->owner == std::this_thread::get_id())) {
        capture->invalidated = true;
        return failed(kCaptureUnsupported, "a call that is not allowed while a stream is captured");
      }
    }
  }
  return kSuccess;
}

}  // namespace driver

#define DRIVER_CALL() std::lock_guard<std::recursive_mutex> lock(driver::mutex)
#define DRIVER_ENTER(IN_CAPTURE)                                                        \
  DRIVER_CALL();                                                                        \
  if (int refused = driver::enter(driver::InCapture::IN_CAPTURE); refused != 0) return refused
