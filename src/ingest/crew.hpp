// SPDX-License-Identifier: Apache-2.0
// Threads that read files, while the thread that owns the store writes what they found.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "ingest/read_file.hpp"
#include "ingest/scan.hpp"

namespace metaxy::ingest {

/// What became of one file.
struct Reading {
  std::size_t file = 0;            ///< its index
  std::optional<FileFacts> facts;  ///< absent: unreadable
  std::string reason;              ///< why
};

class Crew {
 public:
  /// Begins at once; `files` must outlive the crew. Throws: what a reader's start throws.
  Crew(const std::vector<FoundFile>& files, const std::vector<FieldSource>& sources, unsigned jobs);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  /// Stops and waits for the threads.
  ~Crew();

  /// What was read since the last call, in no order; waits for the first, but not longer than `patience`.
  std::vector<Reading> take(std::chrono::milliseconds patience);
  /// All threads have ended and everything was taken.
  bool done();
  /// Files being read are given up and do not show up in `take`.
  void stop() { stop_.request_stop(); }

 private:
  void work(const FileReader& reader);
  std::optional<Reading> read(const FileReader& reader, std::size_t file) const;

  const std::vector<FoundFile>& files_;
  std::stop_source stop_;
  std::vector<FileReader> readers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;     ///< guarded by mutex_, as the following
  std::size_t working_ = 0;  ///< threads not yet ended
  std::vector<Reading> readings_;
  std::vector<std::jthread> threads_;
};

}  // namespace metaxy::ingest
