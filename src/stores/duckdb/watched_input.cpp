// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/watched_input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <metaxy/error.hpp>
#include <utility>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr int kLookEveryMilliseconds = 50;

}  // namespace

WatchedInput::WatchedInput(int descriptor, std::string name, const Watch& watch)
    : descriptor_(descriptor), name_(std::move(name)), watch_(watch) {}

WatchedInput WatchedInput::standard(const Watch& watch) { return {STDIN_FILENO, "standard input", watch}; }

// Not blocking, because opening a named pipe would wait for its writer.
WatchedInput::WatchedInput(const std::string& path, const Watch& watch)
    : WatchedInput(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), quote(path), watch) {
  if (descriptor_ < 0) fail();
  owned_ = true;
}

WatchedInput::WatchedInput(WatchedInput&& other) noexcept
    : descriptor_(other.descriptor_),
      owned_(std::exchange(other.owned_, false)),
      name_(std::move(other.name_)),
      watch_(std::move(other.watch_)) {}

WatchedInput::~WatchedInput() {
  if (owned_) ::close(descriptor_);
}

bool WatchedInput::is_file() const {
  struct stat status {};
  return ::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode);
}

void WatchedInput::fail() const {
  throw Error(ErrorCode::Io, fmt::format("cannot read {}: {}", name_, std::strerror(errno)), system_remedy(errno));
}

void WatchedInput::wait() const {
  pollfd waiting{descriptor_, POLLIN, 0};
  while (true) {
    watch_.throw_if_stopped();
    const int ready = ::poll(&waiting, 1, kLookEveryMilliseconds);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail();
  }
}

std::size_t WatchedInput::read(char* out, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    wait();
    const auto got = ::read(descriptor_, out + have, size - have);
    if (got < 0 && errno != EINTR && errno != EAGAIN) fail();
    if (got == 0) break;
    if (got > 0) have += static_cast<std::size_t>(got);
  }
  return have;
}

}  // namespace metaxy::stores::duckdb
