// The order in which the work of streams is executed: nothing before somebody waits for it, and then, within what
// streams and events say, the order that the schedule picks:
//   0 as it was called   1 the newest stream first   2 only what is waited for   3 that last   4 and more: at random
#include "device.h"

namespace driver {

int Device::enqueue(void* handle, Work work) {
  std::shared_ptr<Stream> stream = streams.find(handle);
  if (stream == nullptr) {
    return failed(kInvalidHandle, handle == nullptr ? "the emulated driver has no default stream" : "not a stream");
  }
  work.sequence = ++sequence_;
  if (stream->capture != nullptr) {
    if (stream->capture->invalidated) return kCaptureInvalidated;
    stream->capture->nodes.push_back(std::move(work));
    return kSuccess;
  }
  stream->queue.push_back(std::move(work));
  if (settings.eager > 0 && random(100) < static_cast<uint64_t>(settings.eager)) step();
  return broken_;
}

bool Device::idle() const {
  for (const auto& [handle, stream] : streams.all()) {
    if (!stream->queue.empty()) return false;
  }
  return true;
}

int Device::drain(const std::function<bool()>& until, const Stream* preferred) {
  while (broken_ == 0 && !until()) {
    Stream* stream = next(preferred);
    if (stream == nullptr) break;
    execute(*stream);
  }
  return broken_;
}

void Device::step() {
  Stream* stream = broken_ == 0 ? next(nullptr) : nullptr;
  if (stream != nullptr) execute(*stream);
}

Stream* Device::next(const Stream* preferred) {
  std::vector<Stream*> choice;
  for (const auto& [handle, stream] : streams.all()) {
    if (ready(*stream)) choice.push_back(stream.get());
  }
  if (choice.empty()) return nullptr;
  auto oldest = [&] {
    Stream* first = choice[0];
    for (Stream* stream : choice) {
      if (stream->queue.front().sequence < first->queue.front().sequence) first = stream;
    }
    return first;
  };
  switch (settings.schedule) {
    case 0:
      return oldest();
    case 1:
      return choice.back();
    case 2:
      for (Stream* stream : choice) {
        if (stream == preferred) return stream;
      }
      return oldest();
    case 3:
      for (Stream* stream : choice) {
        if (stream != preferred) return stream;
      }
      return choice[0];
    default:
      return choice[random(choice.size())];
  }
}

void Device::execute(Stream& stream) {
  Work work = std::move(stream.queue.front());
  stream.queue.pop_front();
  clock_ += 1000;
  if (!execute(work)) {
    for (const auto& [handle, other] : streams.all()) other->queue.clear();
  }
}

bool Device::execute(const Work& work) {
  if (work.record != nullptr) {
    work.record->completed = work.count;
    work.record->nanos = clock_;
  }
  if (!work.execute) return true;
  std::string why;
  if (work.execute(why)) return true;
  break_context(why);
  return false;
}

void Device::destroy_context() {
  streams.clear();
  events.clear();
  libraries.clear();
  functions.clear();
  graphs.clear();
  graphExecs.clear();
  captures.clear();
  for (const auto& [start, bytes] : pinned) free(reinterpret_cast<void*>(start));
  pinned.clear();
  emu::deviceMemory.release_all();
  broken_ = 0;
}

}  // namespace driver
