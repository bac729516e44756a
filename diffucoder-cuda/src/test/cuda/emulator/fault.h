// Turns a kernel's access outside of memory, or its division by zero where the processor faults at that, into a
// message. While kernels run, a fault of theirs ends the launch; every other fault goes to whoever handled it before,
// in a JVM to the JVM.
#pragma once
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>

#include <cstring>

namespace emu {

class FaultGuard {
 public:
  FaultGuard() {
    thread_ = pthread_self();
    struct sigaction action {};
    action.sa_sigaction = &FaultGuard::handle;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;  // left by a switch of stacks, so nothing may stay blocked
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < kSignals; i++) sigaction(kSignal[i], &action, &former_[i]);
  }
  ~FaultGuard() {
    for (int i = 0; i < kSignals; i++) sigaction(kSignal[i], &former_[i], nullptr);
  }
  // Copies; false if one of the ends is not, or no longer, memory.
  static bool copy(void* to, const void* from, size_t bytes) {
    FaultGuard guard;
    if (sigsetjmp(recovery_, 0) != 0) return false;
    copying_ = true;
    memmove(to, from, bytes);
    copying_ = false;
    return true;
  }

  FaultGuard(const FaultGuard&) = delete;
  FaultGuard& operator=(const FaultGuard&) = delete;

 private:
  static void handle(int signal, siginfo_t* info, void* context) {
    if (copying_ && signal != SIGFPE && pthread_equal(thread_, pthread_self())) {
      copying_ = false;
      siglongjmp(recovery_, 1);
    }
    if (engine.inFiber_ && pthread_equal(thread_, pthread_self())) {
      if (signal == SIGFPE) engine.fail("a division of integers by zero");
      if (info->si_addr == nullptr) engine.fail("an access through a null or a misaligned address");
      engine.fail("an access outside of memory, at address %p", info->si_addr);
    }
    int number = 0;
    while (kSignal[number] != signal) number++;
    const struct sigaction& former = former_[number];
    if ((former.sa_flags & SA_SIGINFO) != 0) {
      former.sa_sigaction(signal, info, context);
    } else if (former.sa_handler != SIG_DFL && former.sa_handler != SIG_IGN) {
      former.sa_handler(signal);
    } else {
      sigaction(signal, &former, nullptr);  // the access happens again, and the default ends the process
    }
  }

  inline static bool copying_ = false;
  inline static sigjmp_buf recovery_;
  inline static pthread_t thread_{};
  static constexpr int kSignals = 3;
  static constexpr int kSignal[kSignals] = {SIGSEGV, SIGBUS, SIGFPE};
  inline static struct sigaction former_[kSignals]{};
};

}  // namespace emu
