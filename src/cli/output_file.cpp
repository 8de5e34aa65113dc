// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.hpp"

#include <metaxy/error.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::cli {

namespace {

[[noreturn]] void throw_io(const std::filesystem::path& file, int code) {
  std::string hint = system_remedy(code);
  if (code == ENOENT) hint = "the folder " + quote(file.parent_path().string()) + " does not exist";
  throw Error(ErrorCode::Io, "cannot write " + quote(file.string()) + ": " + std::strerror(code), hint);
}

int write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const auto written = write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// Writes a new file; what was begun is removed when it fails.
void write_new(const std::filesystem::path& file, const std::filesystem::path& named, std::string_view content) {
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) throw_io(named, errno);
  int fault = write_all(descriptor, content);
  if (close(descriptor) != 0 && fault == 0) fault = errno;
  if (fault == 0) return;
  unlink(file.c_str());
  throw_io(named, fault);
}

}  // namespace

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored)) {
    // A device or pipe cannot be replaced by renaming.
    const int descriptor = open(file.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) throw_io(file, errno);
    int fault = write_all(descriptor, content);
    if (close(descriptor) != 0 && fault == 0) fault = errno;
    if (fault != 0) throw_io(file, fault);
    return;
  }
  const std::filesystem::path part = file.string() + ".part-" + std::to_string(getpid());
  write_new(part, file, content);
  if (std::rename(part.c_str(), file.c_str()) == 0) return;
  const int fault = errno;
  unlink(part.c_str());
  throw_io(file, fault);
}

void create_file(const std::filesystem::path& file, std::string_view content) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(file, ignored)))
    throw Error(ErrorCode::AlreadyExists, quote(file.string()) + " exists already",
                "remove it, or choose another folder");
  write_new(file, file, content);
}

}  // namespace metaxy::cli
