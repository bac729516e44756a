// An emulated libnvrtc.so.13 for tests: the functions that the backend calls. It finds what a caller can do wrong, an
// option, an architecture, a header that is not given, and takes all else to be code; what it makes of that is an
// image that the emulated driver loads, whose kernels are those that the driver was built with.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

extern "C" {
void emu_count(const char* key, long change);
long emu_setting(const char* key);
}

namespace {

enum Result {
  kSuccess = 0,
  kInvalidInput = 3,
  kInvalidProgram = 4,
  kInvalidOption = 5,
  kCompilation = 6,
};

const std::vector<int> kArchitectures = {80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

struct Program {
  std::string source, name, log, code;
  std::map<std::string, std::string> headers;
};

std::set<Program*> programs;

Program* find(void* program) {
  auto at = programs.find(static_cast<Program*>(program));
  return at == programs.end() ? nullptr : *at;
}

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

// sm_80, and with an a or f behind it from sm_90 on: machine code; PTX (compute_80) is not asked for.
bool is_architecture(const std::string& name) {
  for (int number : kArchitectures) {
    std::string plain = "sm_" + std::to_string(number);
    if (name == plain || (number >= 90 && name == plain + "a") || (number >= 100 && name == plain + "f")) return true;
  }
  return false;
}

Result read_options(Program& program, int count, const char* const* options, std::string& architecture) {
  for (int i = 0; i < count; i++) {
    if (options[i] == nullptr) return kInvalidOption;
    std::string option = options[i];
    std::string value = option.substr(std::min(option.find('=') + 1, option.size()));
    if (starts_with(option, "--gpu-architecture=") || starts_with(option, "-arch=")) {
      if (!is_architecture(value)) {
        program.log = "nvrtc: error: invalid value for --gpu-architecture (-arch)\n";
        return kInvalidOption;
      }
      architecture = value;
    } else if (starts_with(option, "--use_fast_math=")) {
      program.log = "nvrtc: error: --use_fast_math (-use_fast_math) does not accept any argument\n";
      return kInvalidOption;
    } else if (option != "--std=c++17" && option != "--use_fast_math") {
      program.log = "nvrtc: error: unrecognized option " + option + " found\n";
      return kInvalidOption;
    }
  }
  return kSuccess;
}

// Reads a text and what it includes, each header once, line by line.
bool read_text(Program& program, const std::string& name, const std::string& text, std::set<std::string>& seen) {
  size_t line = 0, at = 0;
  auto fails = [&](const std::string& message) {
    program.log = name + "(" + std::to_string(line) + "): catastrophic error: " + message +
                  "\n\n1 catastrophic error detected in the compilation of \"" + program.name + "\".\n";
    return false;
  };
  while (at < text.size()) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string words = text.substr(at, end - at);
    words.erase(0, words.find_first_not_of(" \t"));
    at = end + 1;
    line++;
    if (starts_with(words, "#error")) return fails("#error directive:" + words.substr(6));
    if (!starts_with(words, "#include")) continue;
    size_t open = words.find_first_of("\"<");
    size_t close = words.find_last_of("\">");
    std::string header = open == std::string::npos ? "" : words.substr(open + 1, close - open - 1);
    auto given = program.headers.find(header);
    if (given == program.headers.end()) {
      return fails("cannot open source file \"" + header + "\"");
    }
    if (seen.insert(header).second && !read_text(program, header, given->second, seen)) return false;
  }
  return true;
}

}  // namespace

EXPORT int nvrtcVersion(int* major, int* minor) {
  if (major == nullptr || minor == nullptr) return kInvalidInput;
  long version = emu_setting("nvrtcVersion");
  *major = static_cast<int>(version / 1000);
  *minor = static_cast<int>(version % 1000 / 10);
  return kSuccess;
}

EXPORT int nvrtcGetNumSupportedArchs(int* count) {
  if (count == nullptr) return kInvalidInput;
  *count = static_cast<int>(kArchitectures.size());
  return kSuccess;
}

EXPORT int nvrtcGetSupportedArchs(int* architectures) {
  if (architectures == nullptr) return kInvalidInput;
  std::copy(kArchitectures.begin(), kArchitectures.end(), architectures);
  return kSuccess;
}

EXPORT const char* nvrtcGetErrorString(int result) {
  switch (result) {
    case kSuccess:
      return "NVRTC_SUCCESS";
    case kInvalidInput:
      return "NVRTC_ERROR_INVALID_INPUT";
    case kInvalidProgram:
      return "NVRTC_ERROR_INVALID_PROGRAM";
    case kInvalidOption:
      return "NVRTC_ERROR_INVALID_OPTION";
    case kCompilation:
      return "NVRTC_ERROR_COMPILATION";
    default:
      return "NVRTC_ERROR unknown";
  }
}

EXPORT int nvrtcCreateProgram(void** result, const char* source, const char* name, int count,
                              const char* const* headers, const char* const* names) {
  if (result == nullptr || source == nullptr || count < 0) return kInvalidInput;
  if (count > 0 && (headers == nullptr || names == nullptr)) return kInvalidInput;
  auto program = std::make_unique<Program>();
  program->source = source;
  program->name = name == nullptr ? "default_program" : name;
  for (int i = 0; i < count; i++) program->headers[names[i]] = headers[i];
  *result = program.get();
  programs.insert(program.release());
  emu_count("nvrtcPrograms", 1);
  return kSuccess;
}

EXPORT int nvrtcDestroyProgram(void** handle) {
  Program* program = handle == nullptr ? nullptr : find(*handle);
  if (program == nullptr) return kInvalidProgram;
  programs.erase(program);
  delete program;
  *handle = nullptr;
  emu_count("nvrtcPrograms", -1);
  return kSuccess;
}

EXPORT int nvrtcCompileProgram(void* handle, int count, const char* const* options) {
  Program* program = find(handle);
  if (program == nullptr) return kInvalidProgram;
  emu_count("nvrtcCompilations", 1);
  std::string architecture = "sm_75";
  std::set<std::string> seen;
  Result result = read_options(*program, count, options, architecture);
  if (result != kSuccess) return result;
  if (!read_text(*program, program->name, program->source, seen)) return kCompilation;
  program->code = "DCEMU " + architecture;
  return kSuccess;
}

EXPORT int nvrtcGetProgramLogSize(void* handle, size_t* size) {
  Program* program = find(handle);
  if (program == nullptr || size == nullptr) return kInvalidProgram;
  *size = program->log.size() + 1;
  return kSuccess;
}

EXPORT int nvrtcGetProgramLog(void* handle, char* log) {
  Program* program = find(handle);
  if (program == nullptr || log == nullptr) return kInvalidProgram;
  memcpy(log, program->log.c_str(), program->log.size() + 1);
  return kSuccess;
}

EXPORT int nvrtcGetCUBINSize(void* handle, size_t* size) {
  Program* program = find(handle);
  if (program == nullptr || size == nullptr) return kInvalidProgram;
  *size = program->code.size();
  return kSuccess;
}

EXPORT int nvrtcGetCUBIN(void* handle, char* code) {
  Program* program = find(handle);
  if (program == nullptr || code == nullptr) return kInvalidProgram;
  memcpy(code, program->code.data(), program->code.size());
  return kSuccess;
}
