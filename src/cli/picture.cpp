// SPDX-License-Identifier: Apache-2.0
#include "cli/picture.hpp"

#include <metaxy/error.hpp>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/text.hpp"

extern char** environ;

namespace metaxy::cli {

namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Closer>;

// Files and not pipes: nobody can block on the other.
File temporary_file() {
  File file(std::tmpfile());
  if (!file) throw Error(ErrorCode::Io, std::string("cannot make a temporary file: ") + std::strerror(errno));
  return file;
}

std::string content(std::FILE* file) {
  std::rewind(file);
  std::string out;
  std::array<char, 8192> block;
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), file)) out.append(block.data(), got);
  return out;
}

int run_dot(const std::string& option, int input, int output, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  std::string program = "dot";
  std::string argument = option;
  std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  const int fault = posix_spawnp(&child, "dot", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (fault != 0)
    throw Error(ErrorCode::Unsupported, std::string("cannot start Graphviz' program `dot`: ") + std::strerror(fault),
                "install graphviz, or use --format graphviz and draw elsewhere");
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string draw(const std::string& graphviz, const std::string& format) {
  const File input = temporary_file();
  const File output = temporary_file();
  const File errors = temporary_file();
  if (std::fwrite(graphviz.data(), 1, graphviz.size(), input.get()) != graphviz.size() || std::fflush(input.get()) != 0)
    throw Error(ErrorCode::Io, std::string("cannot write a temporary file: ") + std::strerror(errno));
  std::rewind(input.get());
  const int status = run_dot("-T" + format, fileno(input.get()), fileno(output.get()), fileno(errors.get()));
  std::string picture = content(output.get());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || picture.empty())
    throw Error(ErrorCode::Io, "Graphviz could not draw the graph: " + quote(trim(content(errors.get())), 500));
  return picture;
}

}  // namespace metaxy::cli
