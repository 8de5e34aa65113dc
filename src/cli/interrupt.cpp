// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <metaxy/error.hpp>

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>

namespace metaxy::cli {

namespace {

// A signal handler can reach nothing else. The pipe carries the request to a thread, because requesting a stop runs
// callbacks, which a handler must not.
std::atomic<int> signal_pipe = -1;
std::atomic<bool> interrupted = false;

constexpr char kStop = 's';
constexpr char kEnd = 'e';

extern "C" void metaxy_on_signal(int) {
  if (interrupted.exchange(true)) _exit(130);
  const int saved = errno;
  const char byte = kStop;
  [[maybe_unused]] const auto written = write(signal_pipe.load(), &byte, 1);
  errno = saved;
}

// Whoever started the process with a signal ignored (a job in the background of a script) wants it so.
bool is_ignored(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

void handle(int signal, void (*handler)(int)) {
  if (is_ignored(signal)) return;
  struct sigaction action {};
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(signal, &action, nullptr);
}

}  // namespace

Interrupt::Interrupt() {
  if (pipe2(pipe_, O_CLOEXEC) != 0)
    throw Error(ErrorCode::Io, std::string("cannot make a pipe: ") + std::strerror(errno));
  listener_ = std::thread([this] {
    char byte = 0;
    while (true) {
      const auto got = read(pipe_[0], &byte, 1);
      if (got < 0 && errno == EINTR) continue;
      if (got != 1 || byte == kEnd) return;
      source_.request_stop();
    }
  });
  signal_pipe = pipe_[1];
  interrupted = false;
  handle(SIGINT, metaxy_on_signal);
  handle(SIGTERM, metaxy_on_signal);
}

Interrupt::~Interrupt() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
  signal_pipe = -1;
  [[maybe_unused]] const auto written = write(pipe_[1], &kEnd, 1);
  listener_.join();
  close(pipe_[0]);
  close(pipe_[1]);
}

}  // namespace metaxy::cli
