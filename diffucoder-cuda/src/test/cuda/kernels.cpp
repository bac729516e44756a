// The kernels of the emulated libcuda.so.1: those of the backend, and those that test the emulator itself.
#if __has_include("kernels.cu")
#include "kernels.cu"
#endif
#include "selftest.cu"
