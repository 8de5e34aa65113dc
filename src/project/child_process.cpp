// SPDX-License-Identifier: Apache-2.0
#include "project/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"

namespace metaxy::project {
namespace {

constexpr int kAnswerDescriptor = 3;
constexpr int kLookMilliseconds = 50;
constexpr int kEndMilliseconds = 2;
constexpr int kInterrupted = 130;
constexpr std::chrono::milliseconds kMoment{200};
constexpr std::chrono::seconds kPatience{5};

[[noreturn]] void fail(const std::string& what, int reason) {
  throw Error(reason == ENOENT ? ErrorCode::NotFound : ErrorCode::Io, what + ": " + std::strerror(reason));
}

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) close(ends_[end]);
    ends_[end] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// Texts as a null-terminated list of C strings, which live as long as the texts.
std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

pid_t start(std::vector<std::string> words, const Environment& environment, const Pipe& answer) {
  std::vector<std::string> variables;
  variables.reserve(environment.size());
  for (const auto& [name, value] : environment) variables.push_back(join({name, value}, "="));
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, answer.writing(), kAnswerDescriptor);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = -1;
  const int failed =
      posix_spawn(&child, words.front().c_str(), &files, nullptr, pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) fail("cannot start " + quote(words.front()), failed);
  return child;
}

/// Reads what there is. False: nothing will come any more.
bool read_some(int from, std::string& out) {
  std::array<char, 65536> buffer;
  const auto got = read(from, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  out.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

/// Waits a moment for an answer.
bool look(int from, bool is_open, std::string& out) {
  pollfd waited{from, POLLIN, 0};
  const int ready = poll(&waited, is_open ? 1 : 0, is_open ? kLookMilliseconds : kEndMilliseconds);
  return is_open && (ready <= 0 || read_some(from, out));
}

/// Passes a stop request on, and ends a program that does not heed it. A terminal tells the program by itself, and a
/// second signal would disturb its end, so it is given a moment first.
class Stopping {
 public:
  explicit Stopping(const Watch& watch) : watch_(watch) {}

  void heed(pid_t child) {
    if (!watch_.stop.stop_requested()) return;
    const auto now = std::chrono::steady_clock::now();
    if (!std::exchange(noticed_, true)) since_ = now;
    if (now - since_ > kPatience) kill(child, SIGKILL);
    if (now - since_ > kMoment && !std::exchange(told_, true)) kill(child, SIGINT);
  }

 private:
  const Watch& watch_;
  bool noticed_ = false;
  bool told_ = false;
  std::chrono::steady_clock::time_point since_;
};

/// A terminal interrupts both programs, and we may hear of it later than the other one has ended.
bool was_interrupted(int status) {
  if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGINT;
  return WIFEXITED(status) && WEXITSTATUS(status) == kInterrupted;
}

}  // namespace

Answer ask(const std::vector<std::string>& command, const Environment& environment, const Watch& watch) {
  Pipe pipe;
  const pid_t child = start(command, environment, pipe);
  pipe.close_end(1);
  Answer out;
  Stopping stopping(watch);
  bool is_open = true;
  int status = 0;
  // What the program started may hold the pipe open beyond its end, so the end is looked for as well.
  for (pid_t ended = 0; ended == 0; ended = waitpid(child, &status, WNOHANG)) {
    stopping.heed(child);
    is_open = look(pipe.reading(), is_open, out.text);
  }
  fcntl(pipe.reading(), F_SETFL, O_NONBLOCK);
  while (is_open && read_some(pipe.reading(), out.text)) {
  }
  watch.throw_if_stopped();
  if (was_interrupted(status)) throw Error(ErrorCode::Cancelled, "interrupted");
  if (WIFEXITED(status)) out.exit_code = WEXITSTATUS(status);
  return out;
}

}  // namespace metaxy::project
