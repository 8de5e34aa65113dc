// SPDX-License-Identifier: Apache-2.0
// clickhouse_server LIBCHDB FOLDER HTTP_PORT TCP_PORT [argument…]
// A ClickHouse server on 127.0.0.1 that keeps its tables in FOLDER, until SIGTERM. Arguments are clickhouse-local's.
#include <csignal>
#include <cstdio>
#include <exception>
#include <thread>
#include <vector>

#include <unistd.h>

#include "clickhouse/chdb.hpp"

int main(int count, char** arguments) {
  if (count < 5) {
    std::fputs("usage: clickhouse_server LIBCHDB FOLDER HTTP_PORT TCP_PORT [argument…]\n", stderr);
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const std::vector<std::string> given(arguments, arguments + count);
  std::vector<std::string> options{"clickhouse-local", "--listen_host=127.0.0.1", "--path=" + given[2],
                                   "--http_port=" + given[3], "--tcp_port=" + given[4]};
  options.insert(options.end(), given.begin() + 5, given.end());
  options.emplace_back("--query");
  options.emplace_back(
      "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT sleepEachRow(1) FROM numbers(1000000) SETTINGS "
      "max_block_size = 1, function_sleep_max_microseconds_per_block = 0, max_execution_time = 0 FORMAT Null");
  std::thread([&] {
    try {
      std::fprintf(stderr, "clickhouse_server: %s\n", metaxy::test::Chdb(given[1]).run(options).c_str());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "clickhouse_server: %s\n", error.what());
    }
    _exit(1);
  }).detach();
  int signal = 0;
  sigwait(&signals, &signal);
  _exit(0);  // parts of tables are atomic on disk, so there is nothing to close
}
