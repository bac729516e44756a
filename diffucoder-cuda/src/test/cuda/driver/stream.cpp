// Streams and events.
#include "device.h"

using namespace driver;

static bool is_done(const Event& event) { return event.completed >= event.recorded; }

EXPORT int cuStreamCreate(void** result, unsigned flags) {
  DRIVER_ENTER(kForbidden);
  if (flags > 1) return kInvalidValue;
  auto stream = std::make_shared<Stream>();
  stream->blocking = flags == 0;
  *result = device.streams.add(stream);
  return kSuccess;
}

EXPORT int cuStreamCreateWithPriority(void** result, unsigned flags, int) { return cuStreamCreate(result, flags); }

EXPORT int cuStreamDestroy_v2(void* handle) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamDestroy: not a stream");
  // What is in the stream still happens.
  int result = device.drain([&] { return stream->queue.empty(); }, stream.get());
  device.streams.remove(handle);
  std::erase(device.captures, stream->capture);
  return result;
}

EXPORT int cuStreamSynchronize(void* handle) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamSynchronize: not a stream");
  if (stream->capture != nullptr) {
    stream->capture->invalidated = true;
    return failed(kCaptureUnsupported, "cuStreamSynchronize of a stream that is captured");
  }
  device.counts.synchronisations++;
  return device.drain([&] { return stream->queue.empty(); }, stream.get());
}

EXPORT int cuStreamQuery(void* handle) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamQuery: not a stream");
  if (stream->queue.empty()) return kSuccess;
  device.step();  // who asks again and again sees an end
  return device.broken() != 0 ? device.broken() : kNotReady;
}

EXPORT int cuStreamWaitEvent(void* handle, void* eventHandle, unsigned) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  std::shared_ptr<Event> event = device.events.find(eventHandle);
  if (stream == nullptr || event == nullptr) return failed(kInvalidHandle, "cuStreamWaitEvent: not a stream or event");
  if (stream->capture != nullptr || event->captured) {
    if (stream->capture != nullptr && event->captured) return kSuccess;  // a capture has one stream, in order anyway
    if (stream->capture != nullptr) stream->capture->invalidated = true;
    return failed(kCaptureIsolation, "a captured stream waits for one that is not, or the reverse");
  }
  if (is_done(*event)) return kSuccess;
  Work work;
  work.wait = event;
  work.count = event->recorded;
  return device.enqueue(handle, std::move(work));
}

EXPORT int cuEventCreate(void** result, unsigned flags) {
  DRIVER_ENTER(kAllowed);
  auto event = std::make_shared<Event>();
  event->timed = (flags & 2) == 0;
  *result = device.events.add(event);
  return kSuccess;
}

EXPORT int cuEventDestroy_v2(void* handle) {
  DRIVER_ENTER(kAllowed);
  return device.events.remove(handle) ? kSuccess : failed(kInvalidHandle, "cuEventDestroy: not an event");
}

EXPORT int cuEventRecord(void* handle, void* streamHandle) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Event> event = device.events.find(handle);
  std::shared_ptr<Stream> stream = device.streams.find(streamHandle);
  if (event == nullptr || stream == nullptr) return failed(kInvalidHandle, "cuEventRecord: not an event or stream");
  event->captured = stream->capture != nullptr;
  if (event->captured) return kSuccess;
  Work work;
  work.record = event;
  work.count = ++event->recorded;
  return device.enqueue(streamHandle, std::move(work));
}

EXPORT int cuEventSynchronize(void* handle) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Event> event = device.events.find(handle);
  if (event == nullptr) return failed(kInvalidHandle, "cuEventSynchronize: not an event");
  if (event->captured) return failed(kCapturedEvent, "cuEventSynchronize of an event that was captured");
  device.counts.synchronisations++;
  const Stream* recording = nullptr;
  for (const auto& [streamHandle, stream] : device.streams.all()) {
    for (const Work& work : stream->queue) {
      if (work.record == event) recording = stream.get();
    }
  }
  return device.drain([&] { return is_done(*event); }, recording);
}

EXPORT int cuEventQuery(void* handle) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Event> event = device.events.find(handle);
  if (event == nullptr) return failed(kInvalidHandle, "cuEventQuery: not an event");
  if (event->captured) return failed(kCapturedEvent, "cuEventQuery of an event that was captured");
  if (is_done(*event)) return kSuccess;
  device.step();
  return device.broken() != 0 ? device.broken() : kNotReady;
}

EXPORT int cuEventElapsedTime_v2(float* milliseconds, void* startHandle, void* endHandle) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Event> start = device.events.find(startHandle), end = device.events.find(endHandle);
  if (start == nullptr || end == nullptr) return failed(kInvalidHandle, "cuEventElapsedTime: not an event");
  if (!start->timed || !end->timed) return failed(kInvalidHandle, "cuEventElapsedTime of events without timing");
  if (start->recorded == 0 || end->recorded == 0) return failed(kInvalidHandle, "cuEventElapsedTime: never recorded");
  if (!is_done(*start) || !is_done(*end)) return kNotReady;
  // A microsecond for every operation in between: the same at each run.
  *milliseconds = static_cast<float>(end->nanos - start->nanos) * 1e-6f;
  return kSuccess;
}

EXPORT int cuEventElapsedTime(float* milliseconds, void* start, void* end) {
  return cuEventElapsedTime_v2(milliseconds, start, end);
}
