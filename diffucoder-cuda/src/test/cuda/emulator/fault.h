// Turns a kernel's access outside of memory into a message. While kernels run, a fault of theirs ends the launch;
// every other fault goes to whoever handled it before, in a JVM to the JVM.
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
    sigaction(SIGSEGV, &action, &former_[0]);
    sigaction(SIGBUS, &action, &former_[1]);
  }
  ~FaultGuard() {
    sigaction(SIGSEGV, &former_[0], nullptr);
    sigaction(SIGBUS, &former_[1], nullptr);
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
    if (copying_ && pthread_equal(thread_, pthread_self())) {
      copying_ = false;
      siglongjmp(recovery_, 1);
    }
    if (engine.inFiber_ && pthread_equal(thread_, pthread_self())) {
      if (info->si_addr == nullptr) engine.fail("an access through a null or a misaligned address");
      engine.fail("an access outside of memory, at address %p", info->si_addr);
    }
    const struct sigaction& former = former_[signal == SIGSEGV ? 0 : 1];
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
  inline static struct sigaction former_[2]{};
};

}  // namespace emu
