// SPDX-License-Identifier: Apache-2.0
// One statement sent over HTTP and the bytes of its answer, fetched as they are asked for.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <metaxy/progress.hpp>

#include "arrow/ipc.hpp"

namespace metaxy::stores::clickhouse {

struct CloseEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct CloseMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A connection to a server that is kept for the next statement. The members go in reverse order.
struct Line {
  std::unique_ptr<CURLM, CloseMulti> multi;
  std::unique_ptr<CURL, CloseEasy> easy;
};

/// What a statement is sent as.
struct Request {
  std::string url;                        ///< with all parameters
  std::string body;                       ///< the statement, or nothing when `rows` are sent
  std::optional<arrow::ByteSource> rows;  ///< what it throws, the transfer throws
  bool may_be_silent = false;             ///< the server may take for ever to answer
};

class Transfer {
 public:
  /// Requires: the line is set up with what all statements have in common, and outlives the transfer.
  Transfer(Line& line, Request request, Watch watch);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Waits until the answer begins. Returns its HTTP status. Throws: Io, Cancelled, what `rows` throw.
  long status();
  /// Fills the buffer; fewer bytes only at the end. Throws: as `status`.
  std::size_t read(char* out, std::size_t size);
  /// The rest of the answer.
  std::string rest();
  /// Whether the answer has begun, after waiting for so long at most.
  bool is_begun(std::chrono::milliseconds wait);
  bool ended() const { return done_; }
  /// The last bytes that came, where faults of a broken result stand.
  const std::string& tail() const { return tail_; }
  /// Value of a header of the answer; empty when there is none.
  const std::string& summary() const { return summary_; }
  /// The transfer never came to a server.
  bool unreached() const { return unreached_; }

 private:
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_answer(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_rows(char* out, std::size_t size, std::size_t count, void* self);
  void step();
  void take(const char* out, std::size_t size);

  Line& line_;
  Request request_;
  Watch watch_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string tail_;
  std::string summary_;
  long status_ = 0;
  bool begun_ = false;
  bool paused_ = false;
  bool done_ = false;
  bool unreached_ = false;
  std::exception_ptr failure_;
};

}  // namespace metaxy::stores::clickhouse
