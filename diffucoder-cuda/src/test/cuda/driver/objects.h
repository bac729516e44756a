// What the emulated driver hands out handles to.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../emulator/engine.h"

namespace driver {

// Results of the driver API that the emulator gives.
enum Result : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kOutOfResources = 701,
  kContextIsDestroyed = 709,
  kLaunchFailed = 719,
  kCaptureUnsupported = 900,
  kCaptureInvalidated = 901,
  kCaptureUnmatched = 903,
  kCaptureIsolation = 905,
  kCaptureImplicit = 906,
  kCapturedEvent = 907,
  kCaptureWrongThread = 908,
};

struct Event {
  bool timed = true;
  unsigned recorded = 0;   // how often it was recorded; a wait is for the newest record at its call
  unsigned completed = 0;  // the newest record that was executed
  uint64_t nanos = 0;      // of the emulated device's clock, at that record
  bool captured = false;
};

// One operation in a stream. Nothing of it happens before it is executed.
struct Work {
  std::function<bool(std::string& message)> execute;  // absent: only an event
  std::shared_ptr<Event> record;
  std::shared_ptr<Event> wait;
  unsigned count = 0;     // of the event
  uint64_t sequence = 0;  // the order of the calls
};

struct Capture {
  std::vector<Work> nodes;
  std::thread::id owner;
  int mode = 0;
  bool invalidated = false;
};

struct Stream {
  bool blocking = true;
  std::deque<Work> queue;
  std::shared_ptr<Capture> capture;
};

struct Graph {
  std::vector<Work> nodes;
};

struct Function {
  const emu::Kernel* kernel = nullptr;
  size_t maxShared = 48 * 1024;
};
struct Library {
  std::vector<void*> functions;  // their handles
};

// One number for all tables, so that a handle of one kind is never taken for another.
inline uintptr_t lastHandle = 0x7e000000;

// Objects by handle. A handle is never given twice, so that the use of a destroyed object is noticed.
template <typename T>
class Table {
 public:
  void* add(std::shared_ptr<T> object) {
    lastHandle += 16;
    objects_[lastHandle] = std::move(object);
    return reinterpret_cast<void*>(lastHandle);
  }
  std::shared_ptr<T> find(void* handle) const {
    auto at = objects_.find(reinterpret_cast<uintptr_t>(handle));
    return at == objects_.end() ? nullptr : at->second;
  }
  bool remove(void* handle) { return objects_.erase(reinterpret_cast<uintptr_t>(handle)) != 0; }
  void clear() { objects_.clear(); }
  size_t size() const { return objects_.size(); }
  const std::map<uintptr_t, std::shared_ptr<T>>& all() const { return objects_; }

 private:
  std::map<uintptr_t, std::shared_ptr<T>> objects_;
};

}  // namespace driver
