// Fibers: several stacks that one thread of the system takes turns on. A switch saves what a called function must
// preserve and nothing else, about two nanoseconds; a block of 256 threads at a barrier makes 256 of them.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <vector>

#if defined(EMU_UCONTEXT) || (!defined(__x86_64__) && !defined(__aarch64__))
#define EMU_UCONTEXT 1
#include <ucontext.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
extern "C" void __asan_unpoison_memory_region(const volatile void* start, size_t bytes);
// The sanitizer looks for the end of the stack before a call that does not return, and knows none of ours.
#define EMU_NORETURN
#else
#define EMU_NORETURN [[noreturn]]
#endif

namespace emu {

#if !defined(EMU_UCONTEXT) && defined(__x86_64__)
// In assembler of its own, so that the compiler can assume nothing about what the call does.
asm(R"(
  .pushsection .text
  .type dc_emu_switch, @function
dc_emu_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size dc_emu_switch, .-dc_emu_switch
  .popsection
)");
// Stores the stack pointer of the caller in *from and goes on where `to` was stored.
extern "C" __attribute__((visibility("hidden"))) void dc_emu_switch(void** from, void* to);

inline void* prepared_stack(char* top, void (*entry)()) {
  void** sp = reinterpret_cast<void**>(reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15});
  *--sp = nullptr;  // the return address of entry, which never returns; it also aligns the stack as a call does
  *--sp = reinterpret_cast<void*>(entry);
  for (int i = 0; i < 6; i++) *--sp = nullptr;
  return sp;
}
inline void switch_stack(void** from, void* to) { dc_emu_switch(from, to); }

#elif !defined(EMU_UCONTEXT)
asm(R"(
  .pushsection .text
  .type dc_emu_switch, %function
dc_emu_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
  .size dc_emu_switch, .-dc_emu_switch
  .popsection
)");
extern "C" __attribute__((visibility("hidden"))) void dc_emu_switch(void** from, void* to);

inline void* prepared_stack(char* top, void (*entry)()) {
  void** sp = reinterpret_cast<void**>(reinterpret_cast<uintptr_t>(top) & ~uintptr_t{15}) - 20;
  for (int i = 0; i < 20; i++) sp[i] = nullptr;
  sp[11] = reinterpret_cast<void*>(entry);  // x30, where the switch returns to
  return sp;
}
inline void switch_stack(void** from, void* to) { dc_emu_switch(from, to); }

#else
// Slow, as a switch makes a system call, but everywhere. The context is at the upper end of its own stack.
inline void* prepared_stack(char* top, void (*entry)()) {
  uintptr_t place = (reinterpret_cast<uintptr_t>(top) - sizeof(ucontext_t)) & ~uintptr_t{63};
  ucontext_t* context = new (reinterpret_cast<void*>(place)) ucontext_t();
  getcontext(context);
  context->uc_stack.ss_size = 64 * 1024;
  context->uc_stack.ss_sp = reinterpret_cast<char*>(place) - context->uc_stack.ss_size;
  makecontext(context, entry, 0);
  return context;
}
inline void switch_stack(void** from, void* to) {
  ucontext_t here;
  *from = &here;
  swapcontext(&here, static_cast<ucontext_t*>(to));
}
#endif

// Stacks to take and give back; the one given back last is taken first, as it is in the processor's caches.
class Stacks {
 public:
  char* take() {  // the upper end
    if (free_.empty()) grow();
    char* top = free_.back();
    free_.pop_back();
#if defined(__SANITIZE_ADDRESS__)
    __asan_unpoison_memory_region(top - kBytes, kBytes);  // whoever had it last may not have returned
#endif
    return top;
  }
  void give_back(char* top) { free_.push_back(top); }
  // All of them, when a block was left in the middle.
  void give_back_all() { free_ = all_; }

 private:
#if defined(__SANITIZE_ADDRESS__)
  static constexpr size_t kBytes = 512 * 1024;
#else
  static constexpr size_t kBytes = 128 * 1024;
#endif
  static constexpr size_t kBatch = 64;
  // Without a shift, the same variable of every thread would be in the same set of the processor's caches.
  static constexpr size_t kShift = 576;

  void grow() {
    size_t stride = kBytes + kShift;
    void* memory = mmap(nullptr, kBatch * stride, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) abort();
    for (size_t i = kBatch; i > 0; i--) {
      char* top = static_cast<char*>(memory) + i * stride;
      free_.push_back(top);
      all_.push_back(top);
    }
  }

  std::vector<char*> free_;
  std::vector<char*> all_;
};

}  // namespace emu
