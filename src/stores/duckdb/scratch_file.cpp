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

namespace metaxy::stores::duckdb {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& doing) {
  throw Error(ErrorCode::Io, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
}

/// What a new file gets when nobody says otherwise; mkstemp makes files that only their owner reads.
mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  constexpr mode_t kReadWrite = 0666;
  return kReadWrite & ~mask;
}

}  // namespace

ScratchFile::ScratchFile(std::string pattern) : path_(std::move(pattern)) {
  const int descriptor = ::mkostemp(path_.data(), O_CLOEXEC);
  if (descriptor < 0) {
    const std::string tried = std::exchange(path_, {});
    fail("create the file " + tried);
  }
  file_.reset(::fdopen(descriptor, "w+b"));
  if (!file_) fail("open the file " + path_);
}

ScratchFile ScratchFile::beside(const std::string& target) { return ScratchFile(target + ".tmp-XXXXXX"); }

ScratchFile ScratchFile::temporary() { return ScratchFile((fs::temp_directory_path() / "metaxy-XXXXXX").string()); }

ScratchFile::~ScratchFile() {
  if (!path_.empty()) ::unlink(path_.c_str());
}

void ScratchFile::keep_as(const std::string& target) {
  if (std::fflush(file_.get()) != 0) fail("write the file " + target);
  // Another writer may have replaced what the descriptor was opened on, so the name is opened anew.
  const int descriptor = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) fail("write the file " + target);
  const bool durable = ::fchmod(descriptor, usual_mode()) == 0 && ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!durable || ::rename(path_.c_str(), target.c_str()) != 0) fail("write the file " + target);
  path_.clear();
}

}  // namespace metaxy::stores::duckdb
