// Runs kernels: blocks one after another, the threads of a block as fibers that give way only where they wait for
// each other. Which of those that could go on does is the schedule's choice, so that code which relies on luck fails:
//   0 warps advance together, lanes and blocks in order          1 the same in reverse
//   2 the first warp runs as far ahead as it can                 3 the last one does, and copies land at once
//   4 and more: all of it random, with that seed
// Not for several threads of the system at a time: who calls it holds a lock.
#pragma once
#include <cstdarg>
#include <cstdio>
#include <string>
#include <vector>

#include "fiber.h"
#include "memory.h"

namespace emu {

struct Dim3 {
  unsigned x = 1, y = 1, z = 1;
  unsigned count() const { return x * y * z; }
};

struct Kernel {
  const char* name;
  size_t argsBytes;
  unsigned maxThreads;
  void (*run)(const void* args);
};

inline std::vector<Kernel>& kernels() {
  static std::vector<Kernel> all;
  return all;
}
struct Registration {
  explicit Registration(const Kernel& kernel) { kernels().push_back(kernel); }
};
inline const Kernel* find_kernel(const std::string& name) {
  for (const Kernel& kernel : kernels()) {
    if (name == kernel.name) return &kernel;
  }
  return nullptr;
}

inline constexpr unsigned kWarp = 32;
inline constexpr size_t kMaxShared = 227 * 1024;
inline constexpr unsigned kMaxThreads = 1024;
// Poison as an index of 4-byte numbers leads a gibibyte down: there, too, a write must fault and not hit the process.
inline constexpr size_t kSharedGuard = size_t{1} << 31;

// A source line where threads wait.
struct Site {
  const char* file;
  int line;
  bool operator==(const Site& other) const {
    return line == other.line && (file == other.file || strcmp(file, other.file) == 0);
  }
};

// A copy of cp_async16 that has not landed.
struct Copy {
  char* to;
  const char* from;
  int bytes;
  int group;
};

struct Thread {
  void* sp = nullptr;  // null before it starts
  char* stack = nullptr;
  Dim3 index;
  std::vector<Copy> copies;
  int group = 0;    // of copies, the one not yet ended
  int copied = -1;  // the last one with a copy
  int awaited = 0;  // the first one that no wait has covered
};

enum class Collective : unsigned char { kSync, kShuffle, kBallot, kReduce, kMma, kLoadMatrix, kLoadMatrixTransposed };

// The lanes of a mask on their way to a collective operation.
struct Gathering {
  Collective what;
  unsigned mask;
  unsigned arrived;
};

// What a lane brings to a collective operation, and where it wants the result.
struct Offer {
  uint64_t value;
  int source;
  const void* row;
  unsigned a[4], b[2];
  float* sums;
  unsigned* words;
};

struct Warp {
  unsigned exists = 0;
  unsigned runnable = 0;
  unsigned gatherings = 0;
  Gathering gathering[kWarp];
  Offer offer[kWarp];
  uint64_t result[kWarp];
};

struct Launch {
  const Kernel* kernel;
  Dim3 grid, block;
  size_t sharedBytes;
  const void* args;
  size_t argsBytes;
};

class Engine {
 public:
  // Runs all blocks. False with a message if the kernel did something it must not; memory is then as it was left.
  bool run(const Launch& launch, unsigned schedule, std::string& message);

  Thread& thread() { return threads_[current_]; }
  Warp& warp() { return warps_[current_ / kWarp]; }
  unsigned lane() const { return current_ % kWarp; }
  char* shared() const { return shared_; }
  bool in_shared(const void* address, size_t bytes) const {
    const char* first = static_cast<const char*>(address);
    return first >= shared_ && first + bytes <= shared_ + sharedBytes_;
  }
  unsigned schedule() const { return schedule_; }
  unsigned random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 17;
    return random_ ^= random_ << 5;
  }

  void barrier(Site site);
  // Waits for the lanes of the mask; the last of them computes the results of all.
  void gather(Collective what, unsigned mask);
  // Ends the launch with a message.
  EMU_NORETURN void fail(const char* format, ...) __attribute__((format(printf, 2, 3)));

 private:
  bool check(const Launch& launch, std::string& message);
  void order_blocks();
  void run_block(unsigned block);
  static void enter();
  void finish();
  void resume_another();
  void resume(int thread);
  void become(int thread);
  int pick();
  int pick_warp();
  void complete(Warp& warp, Collective what, unsigned mask);
  EMU_NORETURN void fail_deadlock();
  EMU_NORETURN void leave();

  friend class FaultGuard;

  const Launch* launch_ = nullptr;
  unsigned schedule_ = 0;
  unsigned random_ = 1;
  std::vector<Thread> threads_;
  std::vector<Warp> warps_;
  std::vector<unsigned> blocks_;
  Stacks stacks_;
  GuardedRegion sharedRegion_;
  char* sharedEnd_ = nullptr;
  char* shared_ = nullptr;
  size_t sharedBytes_ = 0;
  void* main_ = nullptr;
  int current_ = 0;
  unsigned count_ = 0;
  unsigned done_ = 0;
  unsigned waiting_ = 0;  // at the barrier
  Site site_{"", 0};      // of the first that waits there
  Site otherSite_{"", 0};
  unsigned turn_ = 0;  // collective operations until another warp's turn
  bool inFiber_ = false;
  bool failed_ = false;
  char message_[768];
};

inline Engine engine;

}  // namespace emu

// The built-in variables; as the engine changes them at every switch, they are never cached over a wait.
inline emu::Dim3 threadIdx, blockIdx, blockDim, gridDim;
inline constexpr int warpSize = 32;

#include "collective.h"
#include "schedule.h"
