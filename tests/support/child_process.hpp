// SPDX-License-Identifier: Apache-2.0
// Another process running one of this program's tests marked DISABLED_, with an argument in the environment.
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

namespace metaxy::testing {

inline constexpr const char* kChildArgument = "METAXY_TEST_CHILD_ARGUMENT";
/// Where a child writes its answers; the parent reads them with `read_line`.
inline constexpr int kAnswers = 3;

class ChildProcess {
 public:
  ChildProcess(const std::string& test, const std::string& argument) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], kAnswers);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    std::string filter = "--gtest_filter=" + test;
    std::string disabled = "--gtest_also_run_disabled_tests";
    std::string program = "/proc/self/exe";
    char* arguments[] = {program.data(), filter.data(), disabled.data(), nullptr};
    ::setenv(kChildArgument, argument.c_str(), 1);
    const int failure = ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    answers_ = ends[0];
    if (failure != 0) throw std::runtime_error("no child process");
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    kill();
    ::close(answers_);
  }

  pid_t pid() const { return pid_; }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  /// Waits for the next answer; empty at the end.
  std::string read_line() {
    std::string line;
    char c = 0;
    while (::read(answers_, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }

 private:
  pid_t pid_ = 0;
  int answers_ = -1;
};

/// For the child's side.
inline void answer(const std::string& line) {
  const std::string text = line + "\n";
  if (::write(kAnswers, text.data(), text.size()) < 0) std::_Exit(1);
}

}  // namespace metaxy::testing
