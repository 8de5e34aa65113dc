// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "stores/clickhouse/server.hpp"

namespace metaxy::stores::clickhouse {

/// Keeps other writers of metaxy out of a database: a statement that runs until it is given up, under a name that a
/// server gives only once at a time. When its client dies, the server ends it within a fraction of a second.
class WriterLock {
 public:
  /// Waits for other writers. Throws: Conflict when they take too long, Cancelled.
  WriterLock(std::shared_ptr<Server> server, const Watch& watch);
  ~WriterLock();
  WriterLock(const WriterLock&) = delete;
  WriterLock& operator=(const WriterLock&) = delete;

  /// Throws: Conflict when the server ended the statement, so that others may write by now.
  void check();

 private:
  bool try_once(const Watch& watch);

  std::shared_ptr<Server> server_;
  Seat seat_;  ///< the first host that can be reached, the same for all who name them in one order
  std::string name_;
  std::unique_ptr<Server::Running> held_;
};

}  // namespace metaxy::stores::clickhouse
