// A library of its own around one source of kernels with bugs planted in it. KERNELS is the file, in quotes; it is
// compiled with emulator.h in front. Each bug is there only while this has its number, and none while it is 0.
static int mutantBug = 0;

#include KERNELS

#include <cstring>
#include <string>

#define EXPORT extern "C" __attribute__((visibility("default")))

// Device memory, poisoned, with a page behind it that faults; null if there is none left.
EXPORT void* mutant_allocate(size_t bytes) { return emu::deviceMemory.allocate(bytes); }

EXPORT int mutant_release(void* start) { return emu::deviceMemory.release(start) ? 1 : 0; }

EXPORT int mutant_plant(int bug) { return mutantBug = bug; }

// Runs a kernel. 1 if nothing it did was wrong in itself; else 0 and what it was in `message`.
EXPORT int mutant_run(const char* name, const unsigned* gridAndBlock, size_t sharedBytes, const void* args,
                      size_t argsBytes, unsigned schedule, char* message, size_t messageBytes) {
  std::string text;
  const emu::Kernel* kernel = emu::find_kernel(name);
  bool well = false;
  if (kernel == nullptr) {
    text = std::string("no kernel is named ") + name;
  } else {
    const unsigned* n = gridAndBlock;
    emu::Launch launch{kernel, {n[0], n[1], n[2]}, {n[3], n[4], n[5]}, sharedBytes, args, argsBytes};
    well = emu::engine.run(launch, schedule, text);
  }
  snprintf(message, messageBytes, "%s", text.c_str());
  return well ? 1 : 0;
}
