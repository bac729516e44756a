// Capture of a stream, and graphs: what one stream was given, in order.
#include <algorithm>

#include "device.h"

using namespace driver;

EXPORT int cuStreamBeginCapture_v2(void* handle, int mode) {
  DRIVER_ENTER(kAllowed);
  if (mode < 0 || mode > 2) return kInvalidValue;
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamBeginCapture: not a stream");
  if (stream->capture != nullptr) return failed(kInvalidValue, "cuStreamBeginCapture of a stream that is captured");
  stream->capture = std::make_shared<Capture>();
  stream->capture->owner = std::this_thread::get_id();
  stream->capture->mode = mode;
  device.captures.push_back(stream->capture);
  return kSuccess;
}

EXPORT int cuStreamEndCapture(void* handle, void** result) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamEndCapture: not a stream");
  std::shared_ptr<Capture> capture = stream->capture;
  if (capture == nullptr) return failed(kInvalidValue, "cuStreamEndCapture of a stream that is not captured");
  if (capture->mode != 2 && capture->owner != std::this_thread::get_id()) return kCaptureWrongThread;
  stream->capture = nullptr;
  device.captures.erase(std::find(device.captures.begin(), device.captures.end(), capture));
  *result = nullptr;
  if (capture->invalidated) return kCaptureInvalidated;
  auto graph = std::make_shared<Graph>();
  graph->nodes = std::move(capture->nodes);
  *result = device.graphs.add(graph);
  return kSuccess;
}

EXPORT int cuStreamIsCapturing(void* handle, int* status) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Stream> stream = device.streams.find(handle);
  if (stream == nullptr) return failed(kInvalidHandle, "cuStreamIsCapturing: not a stream");
  *status = stream->capture == nullptr ? 0 : stream->capture->invalidated ? 2 : 1;
  return kSuccess;
}

EXPORT int cuGraphInstantiateWithFlags(void** result, void* handle, unsigned long long) {
  DRIVER_ENTER(kForbidden);
  std::shared_ptr<Graph> graph = device.graphs.find(handle);
  if (graph == nullptr) return failed(kInvalidHandle, "cuGraphInstantiate: not a graph");
  *result = device.graphExecs.add(std::make_shared<Graph>(*graph));
  return kSuccess;
}

EXPORT int cuGraphDestroy(void* handle) {
  DRIVER_ENTER(kAllowed);
  return device.graphs.remove(handle) ? kSuccess : failed(kInvalidHandle, "cuGraphDestroy: not a graph");
}

EXPORT int cuGraphExecDestroy(void* handle) {
  DRIVER_ENTER(kAllowed);
  return device.graphExecs.remove(handle) ? kSuccess : failed(kInvalidHandle, "cuGraphExecDestroy: not a graph");
}

EXPORT int cuGraphUpload(void* handle, void*) {
  DRIVER_ENTER(kAllowed);
  return device.graphExecs.find(handle) != nullptr ? kSuccess : failed(kInvalidHandle, "cuGraphUpload: not a graph");
}

EXPORT int cuGraphGetNodes(void* handle, void** nodes, size_t* count) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Graph> graph = device.graphs.find(handle);
  if (graph == nullptr) return failed(kInvalidHandle, "cuGraphGetNodes: not a graph");
  if (nodes != nullptr) return failed(kInvalidValue, "the emulated driver only counts the nodes of a graph");
  *count = graph->nodes.size();
  return kSuccess;
}

EXPORT int cuGraphLaunch(void* handle, void* stream) {
  DRIVER_ENTER(kAllowed);
  std::shared_ptr<Graph> graph = device.graphExecs.find(handle);
  if (graph == nullptr) return failed(kInvalidHandle, "cuGraphLaunch: not an executable graph");
  Work work;
  work.execute = [graph](std::string& message) {
    for (const Work& node : graph->nodes) {
      if (!node.execute(message)) return false;
    }
    return true;
  };
  int result = device.enqueue(stream, std::move(work));
  if (result == kSuccess) device.counts.graphLaunches++;
  return result;
}
