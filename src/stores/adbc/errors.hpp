// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arrow-adbc/adbc.h>

#include <metaxy/error.hpp>
#include <string_view>

namespace metaxy::stores::adbc {

/// What a driver reports, which is released while it is read.
class Report {
 public:
  Report() = default;
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  ~Report() { clear(); }

  AdbcError* out() {
    clear();
    return &error_;
  }
  /// Its message, SQLSTATE before it when there is one.
  std::string text(AdbcStatusCode status) const;

 private:
  void clear() {
    if (error_.release) error_.release(&error_);
    error_ = ADBC_ERROR_INIT;
  }
  AdbcError error_ = ADBC_ERROR_INIT;
};

/// Throws an Error when `status` is not OK. `stopped`: that a cancelled statement was asked to end.
void check(AdbcStatusCode status, const Report& report, std::string_view doing, std::string_view sql = {},
           bool stopped = false);

}  // namespace metaxy::stores::adbc
