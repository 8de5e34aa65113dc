// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/file_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace metaxy::stores::duckdb {

namespace {

/// The byte that users lock, and the bytes from which those who wait draw their tickets.
constexpr off_t kUse = 0;
constexpr off_t kQueue = 1;
constexpr mode_t kReadWrite = 0666;

}  // namespace

FileLock::FileLock(std::string database) : database_(std::move(database)) {}

FileLock::~FileLock() {
  if (file_ >= 0) ::close(file_);
}

bool FileLock::open() {
  if (file_ >= 0) return true;
  const std::string path = database_ + ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kReadWrite);
    struct stat status {};
    // Whoever may use the database may use its lock.
    if (file_ >= 0 && ::stat(database_.c_str(), &status) == 0) ::fchmod(file_, status.st_mode & kReadWrite);
  }
  writable_ = file_ >= 0;
  if (file_ < 0) file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  return file_ >= 0;
}

bool FileLock::set(short type, off_t at) const {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = at;
  lock.l_len = 1;
  return ::fcntl(file_, F_SETLK, &lock) == 0;
}

std::optional<off_t> FileLock::lock_of_others(off_t from, off_t length, short type, pid_t* who) const {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = from;
  lock.l_len = length;
  if (::fcntl(file_, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return std::nullopt;
  if (who) *who = lock.l_pid;
  return lock.l_start;
}

bool FileLock::attempt(Kind kind) {
  if (!open()) return true;
  if (kind == Kind::Exclusive && !writable_) return true;
  if (ticket_ == 0) {
    off_t ticket = kQueue;
    while (const auto other = lock_of_others(ticket, 0, F_WRLCK)) ticket = *other + 1;
    // Shared, so that a tie between two who draw at the same time harms nobody: they try in any order.
    if (set(F_RDLCK, ticket)) ticket_ = ticket;
  }
  if (ticket_ > kQueue && lock_of_others(kQueue, ticket_ - kQueue, F_WRLCK)) return false;
  const bool had = set(kind == Kind::Shared ? F_RDLCK : F_WRLCK, kUse);
  // A file system without locks keeps nobody out.
  if (!had && (errno == EAGAIN || errno == EACCES)) return false;
  leave();
  if (!is_gone()) return true;
  ::close(std::exchange(file_, -1));
  return false;
}

/// Others lock another file than this one, which was taken away while we waited.
bool FileLock::is_gone() const {
  struct stat opened {};
  struct stat named {};
  if (::fstat(file_, &opened) != 0) return false;
  return ::stat((database_ + ".lock").c_str(), &named) != 0 || named.st_ino != opened.st_ino;
}

void FileLock::leave() {
  if (ticket_ != 0) set(F_UNLCK, ticket_);
  ticket_ = 0;
}

void FileLock::release() {
  leave();
  if (file_ >= 0) set(F_UNLCK, kUse);
}

void FileLock::remove() {
  if (file_ < 0) return;
  if (!is_gone()) ::unlink((database_ + ".lock").c_str());
  ::close(std::exchange(file_, -1));
}

bool FileLock::wanted() const { return file_ >= 0 && lock_of_others(kQueue, 0, F_WRLCK); }

std::optional<pid_t> FileLock::holder(Kind kind) const {
  pid_t who = 0;
  if (file_ < 0 || !lock_of_others(kUse, 1, kind == Kind::Shared ? F_RDLCK : F_WRLCK, &who)) return std::nullopt;
  return who;
}

}  // namespace metaxy::stores::duckdb
