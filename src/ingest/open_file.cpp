// SPDX-License-Identifier: Apache-2.0
#include "ingest/open_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include <metaxy/error.hpp>

#include "base/text.hpp"

namespace metaxy::ingest {
namespace {

[[noreturn]] void fail(const std::string& what, int error) {
  throw Error(ErrorCode::Io, what + ": " + system_words(error));
}

struct stat stat_of(int descriptor) {
  struct stat status {};
  if (fstat(descriptor, &status) != 0) fail("cannot look at the file", errno);
  return status;
}

}  // namespace

std::string system_words(int error) { return to_lower(std::generic_category().message(error)); }

std::string kind_of(unsigned mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a named pipe";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "something else";
}

OpenFile::OpenFile(const std::string& path)
    : descriptor_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {
  if (descriptor_ < 0) fail("cannot be opened", errno);
  try {
    const auto mode = stat_of(descriptor_).st_mode;
    if (!S_ISREG(mode)) throw Error(ErrorCode::Io, "not a regular file but " + kind_of(mode));
  } catch (...) {
    close(descriptor_);
    throw;
  }
}

OpenFile::~OpenFile() { close(descriptor_); }

Stamp stamp_of(const struct ::stat& status) {
  const auto since = std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return {status.st_size, Timestamp(std::chrono::floor<std::chrono::microseconds>(since))};
}

Stamp OpenFile::stamp() const { return stamp_of(stat_of(descriptor_)); }

std::size_t OpenFile::read_at(std::uint64_t offset, std::span<unsigned char> buffer) const {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto got =
        pread(descriptor_, buffer.data() + filled, buffer.size() - filled, static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("cannot be read", errno);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  return filled;
}

}  // namespace metaxy::ingest
