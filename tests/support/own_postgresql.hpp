// SPDX-License-Identifier: Apache-2.0
// A PostgreSQL server of one test alone, to be killed and set up wrongly.
#pragma once

#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "stores/registry.hpp"
#include "support/folder.hpp"

namespace metaxy::test {

class OwnServer {
 public:
  /// `settings`: NAME=VALUE without blanks.
  explicit OwnServer(const std::vector<std::string>& settings = {}) {
    std::string words;
    for (const auto& setting : settings) words += " " + setting;
    // It ends with its parent, so no shell may stand between.
    if (run("exec python3 " + program() + " start " + file() + words) != 0) throw std::runtime_error("no server");
    std::ifstream in(file());
    std::getline(in, uri_);
  }
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer() { run("exec python3 " + program() + " stop " + file()); }

  const std::string& uri() const { return uri_; }
  /// Where its sockets and, in `data`, its files are.
  std::string folder() const { return uri_.substr(uri_.find("?host=") + 6); }

  std::unique_ptr<store::Store> store(stores::Options options = {}) const {
    options.emplace("uri", uri_);
    return stores::open_store("postgresql", options);
  }

  /// Kills the postmaster as the system does when memory is short; the server is started again soon.
  void kill() const {
    std::ifstream in(folder() + "/data/postmaster.pid");
    pid_t pid = 0;
    in >> pid;
    if (pid <= 0 || ::kill(pid, SIGKILL) != 0) throw std::runtime_error("the server does not run");
  }

  std::string psql(const std::string& sql, const std::string& options = {}) const {
    const auto out = folder_.file("out");
    run("psql -X -q -A -t -d '" + uri_ + "' " + options + " -c \"" + sql + "\" > " + out + " 2>&1");
    std::ifstream in(out);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  static std::string program() { return METAXY_TESTS_DIR "/postgresql/server.py"; }
  std::string file() const { return folder_.file("uri"); }
  static int run(const std::string& command) { return std::system(command.c_str()); }

  ScratchFolder folder_;
  std::string uri_;
};

}  // namespace metaxy::test
