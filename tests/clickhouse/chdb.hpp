// SPDX-License-Identifier: Apache-2.0
// The few functions of libchdb.so that are needed to run a server out of it; the library comes without a header.
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace metaxy::test {

class Chdb {
 public:
  explicit Chdb(const std::string& path) : library_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!library_) throw std::runtime_error(dlerror());
    find("chdb_set_signal_handlers_enabled", set_signal_handlers_);
    find("chdb_query_cmdline", run_);
    find("chdb_result_error", error_);
  }

  /// Runs what the program clickhouse-local would do with these arguments; returns its error, if it has one.
  std::string run(std::vector<std::string> arguments) const {
    set_signal_handlers_(0);
    std::vector<char*> raw;
    for (auto& argument : arguments) raw.push_back(argument.data());
    const char* error = error_(run_(static_cast<int>(raw.size()), raw.data()));
    return error ? error : "";
  }

 private:
  struct Result;

  template <class Function>
  void find(const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library_, name));
    if (!function) throw std::runtime_error(std::string("the library has no function ") + name);
  }

  void* library_;
  void (*set_signal_handlers_)(int) = nullptr;
  Result* (*run_)(int, char**) = nullptr;
  const char* (*error_)(Result*) = nullptr;
};

}  // namespace metaxy::test
