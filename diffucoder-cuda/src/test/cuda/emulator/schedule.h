// The engine's loop over blocks and its choice of the thread that goes on.
#pragma once
#include <algorithm>

#include "fault.h"

namespace emu {

inline bool Engine::check(const Launch& launch, std::string& message) {
  const Kernel& kernel = *launch.kernel;
  char text[256] = "";
  uint64_t threads = uint64_t{launch.block.x} * launch.block.y * launch.block.z;
  if (threads == 0 || launch.grid.count() == 0) {
    snprintf(text, sizeof text, "%s: an empty grid or block", kernel.name);
  } else if (threads > kernel.maxThreads || threads > kMaxThreads) {
    snprintf(text, sizeof text, "%s: launched with %llu threads a block, declared for %u", kernel.name,
             static_cast<unsigned long long>(threads), kernel.maxThreads);
  } else if (launch.sharedBytes > kMaxShared) {
    snprintf(text, sizeof text, "%s: %zu bytes of shared memory, a block has at most %zu", kernel.name,
             launch.sharedBytes, kMaxShared);
  } else if (launch.argsBytes != kernel.argsBytes) {
    snprintf(text, sizeof text, "%s: got %zu bytes of arguments, its struct has %zu", kernel.name, launch.argsBytes,
             kernel.argsBytes);
  }
  message = text;
  return message.empty();
}

inline bool Engine::run(const Launch& launch, unsigned schedule, std::string& message) {
  if (!check(launch, message)) return false;
  launch_ = &launch;
  schedule_ = schedule;
  random_ = schedule * 2654435761u + 88172645u;
  count_ = launch.block.count();
  failed_ = false;
  if (threads_.size() < count_) threads_.resize(count_);
  warps_.resize((count_ + kWarp - 1) / kWarp);
  if (sharedEnd_ == nullptr) {
    size_t bytes = (kMaxShared + 4095) & ~size_t{4095};
    sharedEnd_ = static_cast<char*>(sharedRegion_.map(bytes, 128, kSharedGuard)) + bytes;
  }
  // At the end of its region, so that what is beyond the block's shared memory faults.
  sharedBytes_ = launch.sharedBytes;
  shared_ = sharedEnd_ - ((sharedBytes_ + 127) & ~size_t{127});
  gridDim = launch.grid;
  blockDim = launch.block;
  order_blocks();
  FaultGuard guard;
  for (size_t i = 0; i < blocks_.size() && !failed_; i++) run_block(blocks_[i]);
  if (failed_) {
    stacks_.give_back_all();
    message = message_;
  }
  return !failed_;
}

inline void Engine::order_blocks() {
  blocks_.resize(launch_->grid.count());
  for (size_t i = 0; i < blocks_.size(); i++) blocks_[i] = static_cast<unsigned>(i);
  if (schedule_ == 1) std::reverse(blocks_.begin(), blocks_.end());
  if (schedule_ < 2) return;
  for (size_t i = blocks_.size(); i > 1; i--) std::swap(blocks_[i - 1], blocks_[random() % i]);
}

inline void Engine::run_block(unsigned block) {
  blockIdx.x = block % gridDim.x;
  blockIdx.y = block / gridDim.x % gridDim.y;
  blockIdx.z = block / gridDim.x / gridDim.y;
  memset(shared_, kPoison, sharedBytes_);
  for (unsigned i = 0; i < count_; i++) {
    Thread& thread = threads_[i];
    thread.sp = nullptr;
    thread.index = {i % blockDim.x, i / blockDim.x % blockDim.y, i / blockDim.x / blockDim.y};
    thread.copies.clear();
    thread.group = thread.awaited = 0;
    thread.copied = -1;
  }
  for (unsigned w = 0; w < warps_.size(); w++) {
    unsigned lanes = std::min(kWarp, count_ - w * kWarp);
    warps_[w].exists = warps_[w].runnable = lanes == kWarp ? ~0u : (1u << lanes) - 1;
    warps_[w].gatherings = 0;
  }
  done_ = waiting_ = turn_ = 0;
  current_ = schedule_ == 1 ? 0 : static_cast<int>(count_) - 1;  // its neighbour begins
  int first = pick();
  become(first);
  Thread& thread = threads_[first];
  thread.stack = stacks_.take();
  inFiber_ = true;
  switch_stack(&main_, prepared_stack(thread.stack, &Engine::enter));
  inFiber_ = false;
}

inline void Engine::enter() {
  for (;;) {
    engine.launch_->kernel->run(engine.launch_->args);
    engine.finish();  // on return this stack is that of a thread which has not begun
  }
}

inline void Engine::finish() {
  if (thread().copied >= thread().awaited) fail("returned while copies of cp_async16 may be under way");
  Warp& own = warp();
  own.runnable &= ~(1u << lane());
  done_++;
  char* stack = thread().stack;
  if (done_ == count_) {
    stacks_.give_back(stack);
    leave();
  }
  if (waiting_ > 0 && waiting_ + done_ == count_) {
    fail("__syncthreads at %s:%d was reached by %u of %u threads, the others have returned", site_.file, site_.line,
         waiting_, count_);
  }
  int next = pick();
  become(next);
  Thread& to = threads_[next];
  if (to.sp == nullptr) {
    to.stack = stack;
    return;
  }
  stacks_.give_back(stack);
  void* gone;
  switch_stack(&gone, to.sp);
}

inline void Engine::become(int next) {
  current_ = next;
  threadIdx = threads_[next].index;
}

inline void Engine::resume_another() {
  int next = pick();
  if (next != current_) resume(next);
}

inline void Engine::resume(int next) {
  Thread& from = thread();
  Thread& to = threads_[next];
  become(next);
  if (to.sp == nullptr) {
    to.stack = stacks_.take();
    to.sp = prepared_stack(to.stack, &Engine::enter);
  }
  switch_stack(&from.sp, to.sp);
}

inline int Engine::pick() {
  int w = current_ / static_cast<int>(kWarp);
  if (turn_ == 0 || warps_[w].runnable == 0) {
    w = pick_warp();
    turn_ = schedule_ < 2 ? 4 : schedule_ < 4 ? ~0u : 1 + random() % 64;
  }
  unsigned lanes = warps_[w].runnable;
  int lane;
  if (schedule_ == 0 || schedule_ == 2) {
    lane = __builtin_ctz(lanes);
  } else if (schedule_ < 4) {
    lane = 31 - __builtin_clz(lanes);
  } else {
    unsigned by = random() % kWarp;
    unsigned turned = lanes >> by | lanes << (-by & 31);
    lane = static_cast<int>((static_cast<unsigned>(__builtin_ctz(turned)) + by) % kWarp);
  }
  return w * static_cast<int>(kWarp) + lane;
}

inline int Engine::pick_warp() {
  int warps = static_cast<int>(warps_.size());
  int own = current_ / static_cast<int>(kWarp);
  int first = 0;
  if (schedule_ == 0) first = own + 1;
  if (schedule_ == 1) first = own + warps - 1;
  if (schedule_ == 3) first = warps - 1;
  if (schedule_ >= 4) first = static_cast<int>(random() % static_cast<unsigned>(warps));
  int step = schedule_ == 1 || schedule_ == 3 ? warps - 1 : 1;
  for (int i = 0; i < warps; i++) {
    int w = (first + i * step) % warps;
    if (warps_[w].runnable != 0) return w;
  }
  fail_deadlock();
  return 0;
}

inline void Engine::barrier(Site site) {
  if (waiting_ == 0) site_ = otherSite_ = site;
  if (!(site == site_)) otherSite_ = site;
  waiting_++;
  warp().runnable &= ~(1u << lane());
  if (waiting_ + done_ == count_) {
    if (done_ > 0) {
      fail("__syncthreads at %s:%d was reached by %u of %u threads, the others have returned", site.file, site.line,
           waiting_, count_);
    }
    if (!(otherSite_ == site_)) {
      fail("threads of a block wait at different barriers, %s:%d and %s:%d", site_.file, site_.line, otherSite_.file,
           otherSite_.line);
    }
    waiting_ = 0;
    turn_ = 0;
    for (Warp& w : warps_) w.runnable = w.exists;
  }
  resume_another();
}

inline void Engine::leave() {
  void* gone;
  switch_stack(&gone, main_);
#if !defined(__SANITIZE_ADDRESS__)
  __builtin_unreachable();
#endif
}

inline void Engine::fail(const char* format, ...) {
  int length = snprintf(message_, sizeof message_, "%s, block (%u, %u, %u), thread (%u, %u, %u): ",
                        launch_->kernel->name, blockIdx.x, blockIdx.y, blockIdx.z, threadIdx.x, threadIdx.y,
                        threadIdx.z);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message_ + length, sizeof message_ - static_cast<size_t>(length), format, arguments);
  va_end(arguments);
  failed_ = true;
  leave();
}

inline void Engine::fail_deadlock() {
  static const char* const kNames[] = {"__syncwarp", "a shuffle", "a vote", "a reduction", "mma", "ldmatrix",
                                       "ldmatrix.trans"};
  std::string text;
  char part[160];
  for (size_t w = 0; w < warps_.size(); w++) {
    for (unsigned i = 0; i < warps_[w].gatherings && text.size() < 400; i++) {
      const Gathering& g = warps_[w].gathering[i];
      snprintf(part, sizeof part, "; warp %zu: lanes %08x of %08x are at %s", w, g.arrived, g.mask,
               kNames[static_cast<int>(g.what)]);
      text += part;
    }
  }
  if (waiting_ > 0) {
    snprintf(part, sizeof part, "; at __syncthreads (%s:%d): %u threads", site_.file, site_.line, waiting_);
    text += part;
  }
  fail("no thread can go on, %u of %u have returned%s", done_, count_, text.c_str());
}

}  // namespace emu
