// Libraries, their kernels, launches. Whatever library is loaded, its kernels are those built into this one.
#include <algorithm>
#include <cstring>

#include "device.h"

using namespace driver;

static bool is_image(const void* code) {
  static const unsigned char kFatbin[] = {0x50, 0xED, 0x55, 0xBA};
  return memcmp(code, kFatbin, 4) == 0 || memcmp(code, "\177ELF", 4) == 0 || memcmp(code, "DCEMU", 5) == 0;
}

EXPORT int cuLibraryLoadData(void** result, const void* code, int*, void**, unsigned, int*, void**, unsigned) {
  DRIVER_ENTER(kForbidden);
  if (code == nullptr) return kInvalidValue;
  if (!is_image(code)) return failed(kInvalidImage, "neither a fatbin nor a cubin");
  *result = device.libraries.add(std::make_shared<Library>());
  return kSuccess;
}

EXPORT int cuLibraryUnload(void* handle) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Library> library = device.libraries.find(handle);
  if (library == nullptr) return failed(kInvalidHandle, "cuLibraryUnload: not a library");
  for (void* function : library->functions) device.functions.remove(function);
  device.libraries.remove(handle);
  return kSuccess;
}

EXPORT int cuLibraryGetKernel(void** result, void* handle, const char* name) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Library> library = device.libraries.find(handle);
  if (library == nullptr) return failed(kInvalidHandle, "cuLibraryGetKernel: not a library");
  const emu::Kernel* kernel = emu::find_kernel(name);
  if (kernel == nullptr) return failed(kNotFound, std::string("no kernel is named ") + name);
  auto function = std::make_shared<Function>();
  function->kernel = kernel;
  *result = device.functions.add(function);
  library->functions.push_back(*result);
  return kSuccess;
}

EXPORT int cuKernelGetFunction(void** result, void* handle) {
  DRIVER_ENTER(kAllowed);
  if (device.functions.find(handle) == nullptr) return failed(kInvalidHandle, "cuKernelGetFunction: not a kernel");
  *result = handle;
  return kSuccess;
}

EXPORT int cuFuncSetAttribute(void* handle, int attribute, int value) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Function> function = device.functions.find(handle);
  if (function == nullptr) return failed(kInvalidHandle, "cuFuncSetAttribute: not a function");
  if (attribute == 9) return kSuccess;  // PREFERRED_SHARED_MEMORY_CARVEOUT, a hint
  if (attribute != 8 || value < 0 || static_cast<size_t>(value) > device.settings.max_shared()) {
    return failed(kInvalidValue, "cuFuncSetAttribute: attribute " + std::to_string(attribute) + " with value " +
                                     std::to_string(value));
  }
  function->maxShared = std::max<size_t>(static_cast<size_t>(value), 48 * 1024);
  return kSuccess;
}

static std::string refusal(const Function& function, const emu::Dim3& grid, const emu::Dim3& block, size_t shared) {
  const emu::Kernel& kernel = *function.kernel;
  uint64_t threads = uint64_t{block.x} * block.y * block.z;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || threads == 0) return "an empty grid or block";
  if (grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) {
    return "a grid of more than 2^31 - 1, 65535, 65535 blocks";
  }
  if (threads > kernel.maxThreads) {
    return std::to_string(threads) + " threads a block, declared for " + std::to_string(kernel.maxThreads);
  }
  if (shared > function.maxShared) {
    return std::to_string(shared) + " bytes of shared memory, allowed are " + std::to_string(function.maxShared);
  }
  return "";
}

EXPORT int cuLaunchKernel(void* handle, unsigned gridX, unsigned gridY, unsigned gridZ, unsigned blockX,
                          unsigned blockY, unsigned blockZ, unsigned shared, void* stream, void** parameters,
                          void** extra) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Function> function = device.functions.find(handle);
  if (function == nullptr) return failed(kInvalidHandle, "cuLaunchKernel: not a function");
  const emu::Kernel* kernel = function->kernel;
  emu::Dim3 grid{gridX, gridY, gridZ}, block{blockX, blockY, blockZ};
  std::string why = refusal(*function, grid, block, shared);
  if (parameters == nullptr || parameters[0] == nullptr || extra != nullptr) why = "no parameter";
  if (!why.empty()) return failed(kInvalidValue, std::string(kernel->name) + ": " + why);
  Settings& settings = device.settings;
  if (settings.failLaunch > 0 && --settings.failLaunch == 0) return failed(kOutOfResources, "a launch fails as told");
  device.counts.launches++;
  // The parameters are the caller's again when this returns.
  const char* first = static_cast<const char*>(parameters[0]);
  auto args = std::make_shared<std::vector<uint64_t>>((kernel->argsBytes + 7) / 8);
  memcpy(args->data(), first, kernel->argsBytes);
  Work work;
  work.execute = [=](std::string& message) {
    device.counts.kernels++;
    long& fail = device.settings.failKernel;
    if (fail > 0 && --fail == 0) {
      message = std::string(kernel->name) + ": fails as told";
      return false;
    }
    emu::Launch launch{kernel, grid, block, shared, args->data(), kernel->argsBytes};
    return emu::engine.run(launch, static_cast<unsigned>(device.settings.schedule), message);
  };
  return device.enqueue(stream, std::move(work));
}
