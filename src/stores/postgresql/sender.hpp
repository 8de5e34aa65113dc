// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace metaxy::stores::postgresql {

/// Sends parts in order on a thread of its own, so that the server is busy while the next ones are made. Nobody else
/// uses the connection meanwhile.
class Sender {
 public:
  /// `send` throws when a part cannot be sent.
  explicit Sender(std::function<void(const std::string& part)> send);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  /// Drops what waits and lets the part on its way pass.
  ~Sender();

  /// Takes a part, which is left empty but keeps memory. Waits when many are waiting. Throws: what `send` threw.
  void take(std::string& part);
  /// Waits until all is sent. Throws: what `send` threw.
  void finish();

 private:
  void run();
  void throw_failure();

  std::function<void(const std::string& part)> send_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> waiting_;
  std::vector<std::string> sent_;  ///< whose memory is used again
  std::exception_ptr failure_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace metaxy::stores::postgresql
