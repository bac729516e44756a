// Initialisation, devices, the primary context, errors.
#include "device.h"

using namespace driver;

static bool is_device(int ordinal) { return ordinal >= 0 && ordinal < device.settings.devices; }

EXPORT int cuInit(unsigned flags) {
  DRIVER_CALL();
  if (flags != 0) return kInvalidValue;
  if (device.settings.devices == 0) return kNoDevice;
  device.initialised = true;
  return kSuccess;
}

EXPORT int cuDriverGetVersion(int* version) {
  DRIVER_CALL();
  *version = static_cast<int>(device.settings.driverVersion);
  return kSuccess;
}

EXPORT int cuDeviceGetCount(int* count) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  *count = static_cast<int>(device.settings.devices);
  return kSuccess;
}

EXPORT int cuDeviceGet(int* result, int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  *result = ordinal;
  return kSuccess;
}

EXPORT int cuDeviceGetName(char* name, int length, int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  snprintf(name, static_cast<size_t>(length), "emulated CUDA device");
  return kSuccess;
}

EXPORT int cuDeviceTotalMem_v2(size_t* bytes, int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  *bytes = static_cast<size_t>(device.settings.memoryBytes);
  return kSuccess;
}

EXPORT int cuDeviceGetAttribute(int* value, int attribute, int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  const Settings& settings = device.settings;
  switch (attribute) {
    case 1:  // MAX_THREADS_PER_BLOCK
      *value = 1024;
      return kSuccess;
    case 8:  // MAX_SHARED_MEMORY_PER_BLOCK
      *value = 48 * 1024;
      return kSuccess;
    case 10:  // WARP_SIZE
      *value = 32;
      return kSuccess;
    case 16:  // MULTIPROCESSOR_COUNT
      *value = static_cast<int>(settings.multiprocessors);
      return kSuccess;
    case 38:  // L2_CACHE_SIZE
      *value = 50 << 20;
      return kSuccess;
    case 39:  // MAX_THREADS_PER_MULTIPROCESSOR
      *value = 2048;
      return kSuccess;
    case 75:  // COMPUTE_CAPABILITY_MAJOR
      *value = static_cast<int>(settings.computeCapability / 10);
      return kSuccess;
    case 76:  // COMPUTE_CAPABILITY_MINOR
      *value = static_cast<int>(settings.computeCapability % 10);
      return kSuccess;
    case 81:  // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
      *value = static_cast<int>(settings.max_shared() + 1024);
      return kSuccess;
    case 82:  // MAX_REGISTERS_PER_MULTIPROCESSOR
      *value = 65536;
      return kSuccess;
    case 97:  // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
      *value = static_cast<int>(settings.max_shared());
      return kSuccess;
    default:
      return failed(kInvalidValue, "the emulated driver does not know attribute " + std::to_string(attribute));
  }
}

EXPORT int cuDevicePrimaryCtxRetain(void** context, int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  device.retained++;
  *context = static_cast<char*>(kContext) + 16 * ordinal;
  return kSuccess;
}

EXPORT int cuDevicePrimaryCtxRelease_v2(int ordinal) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  if (!is_device(ordinal)) return kInvalidDevice;
  if (device.retained == 0) return failed(kInvalidContext, "the context is released more often than retained");
  // The objects of a context that works are kept, so that a test can count what was not destroyed.
  if (--device.retained == 0 && device.broken() != 0) device.destroy_context();
  return kSuccess;
}

EXPORT int cuCtxSetCurrent(void* context) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  ptrdiff_t offset = static_cast<char*>(context) - static_cast<char*>(kContext);
  if (context != nullptr && (offset < 0 || offset % 16 != 0 || !is_device(static_cast<int>(offset / 16)))) {
    return failed(kInvalidContext, "not a context");
  }
  current = context;
  return kSuccess;
}

EXPORT int cuCtxGetCurrent(void** context) {
  DRIVER_CALL();
  if (!device.initialised) return kNotInitialized;
  *context = current;
  return kSuccess;
}

EXPORT int cuCtxSynchronize() {
  DRIVER_ENTER(kForbidden);
  device.counts.synchronisations++;
  return device.drain_all();
}

EXPORT int cuCtxSynchronize_v2(void*) { return cuCtxSynchronize(); }

struct ErrorText {
  int code;
  const char* name;
  const char* text;
};
static const ErrorText kErrors[] = {
    {kSuccess, "CUDA_SUCCESS", "no error"},
    {kInvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {kNotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {kNoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {kInvalidImage, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {kNotFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {kNotReady, "CUDA_ERROR_NOT_READY", "device not ready"},
    {kOutOfResources, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
    {kContextIsDestroyed, "CUDA_ERROR_CONTEXT_IS_DESTROYED", "context is destroyed"},
    {kLaunchFailed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {kCaptureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {kCaptureInvalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
    {kCaptureUnmatched, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED",
     "the capture was not initiated in this stream"},
    {kCaptureIsolation, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION",
     "dependency created on uncaptured work in another stream"},
    {kCaptureImplicit, "CUDA_ERROR_STREAM_CAPTURE_IMPLICIT",
     "operation would make the legacy stream depend on a capturing blocking stream"},
    {kCapturedEvent, "CUDA_ERROR_CAPTURED_EVENT",
     "operation not permitted on an event last recorded in a capturing stream"},
    {kCaptureWrongThread, "CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD",
     "attempt to terminate a thread-local capture sequence from another thread"},
};

static const ErrorText* error_text(int code) {
  for (const ErrorText& error : kErrors) {
    if (error.code == code) return &error;
  }
  return nullptr;
}

EXPORT int cuGetErrorName(int code, const char** name) {
  const ErrorText* error = error_text(code);
  *name = error == nullptr ? nullptr : error->name;
  return error == nullptr ? kInvalidValue : kSuccess;
}

EXPORT int cuGetErrorString(int code, const char** text) {
  const ErrorText* error = error_text(code);
  *text = error == nullptr ? nullptr : error->text;
  return error == nullptr ? kInvalidValue : kSuccess;
}
