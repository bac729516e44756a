// An emulated libcuda.so.1 for tests: the functions of the driver API that the backend calls, over the machine's own
// memory and the emulator of the kernels. In one file, as that compiles fastest; the kernels are a second one.
#include "driver/context.cpp"
#include "driver/control.cpp"
#include "driver/graph.cpp"
#include "driver/launch.cpp"
#include "driver/memory.cpp"
#include "driver/queue.cpp"
#include "driver/stream.cpp"
