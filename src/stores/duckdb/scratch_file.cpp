// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/scratch_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <metaxy/error.hpp>
#include <utility>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& target) {
  throw Error(ErrorCode::Io, fmt::format("cannot write {}: {}", quote(target), std::strerror(errno)),
              system_remedy(errno));
}

/// What a new file gets when nobody says otherwise; mkstemp makes files that only their owner reads.
mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  constexpr mode_t kReadWrite = 0666;
  return kReadWrite & ~mask;
}

}  // namespace

ScratchFile::ScratchFile(std::string pattern, const std::string& target) : path_(std::move(pattern)) {
  const int descriptor = ::mkostemp(path_.data(), O_CLOEXEC);
  if (descriptor < 0) {
    path_.clear();
    fail(target);
  }
  file_.reset(::fdopen(descriptor, "w+b"));
  if (!file_) fail(target);
}

ScratchFile ScratchFile::beside(const std::string& target) { return {target + ".tmp-XXXXXX", target}; }

ScratchFile ScratchFile::temporary() {
  const std::string folder = fs::temp_directory_path().string();
  return {folder + "/metaxy-XXXXXX", folder};
}

ScratchFile::~ScratchFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void ScratchFile::keep_as(const std::string& target) {
  if (std::fflush(file_.get()) != 0) fail(target);
  // Another writer may have replaced what the descriptor was opened on, so the name is opened anew.
  const int descriptor = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) fail(target);
  const bool durable = ::fchmod(descriptor, usual_mode()) == 0 && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!durable || ::rename(path_.c_str(), target.c_str()) != 0) fail(target);
  path_.clear();
}

}  // namespace metaxy::stores::duckdb
