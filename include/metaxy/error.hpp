// SPDX-License-Identifier: Apache-2.0
// The one exception type of metaxy. Everybody includes this header.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy {

/// What went wrong, coarse enough to act on.
enum class ErrorCode {
  InvalidSpec,      ///< a feature definition or configuration is wrong
  InvalidArgument,  ///< a value given by the caller is wrong
  NotFound,         ///< a named thing does not exist
  AlreadyExists,    ///< a named thing exists and must not
  SchemaMismatch,   ///< data has other columns or types than the feature or table
  Conflict,         ///< somebody else holds or changed the thing
  Unsupported,      ///< the store or build cannot do this
  Backend,          ///< the database refused; the message carries its own words
  Io,               ///< files, disk, network
  Cancelled,        ///< interrupted by the user
  Internal,         ///< a defect of metaxy
};

/// The stable lower-case name of a code, for example "invalid_spec".
std::string_view to_string(ErrorCode code);

/// Where a fault lies in a text file; line and column count from 1, 0 means unknown.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// `file:line:column`, leaving out what is unknown.
std::string to_string(const Place& place);

/// One of several things wrong with an input; all are reported together.
struct Fault {
  std::string subject;  ///< the thing at fault, for example `feature video/crop, field audio`
  std::string message;  ///< lower case, says what is wrong
  std::string hint;     ///< what would fix it; may be empty
  std::optional<Place> place;
};

/// The error that ends an operation. `what()` is the message with its faults, notes and hint, rendered once.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message, std::string hint = {});
  /// Several faults of one input, reported at once. Requires: `faults` is not empty.
  Error(ErrorCode code, std::string message, std::vector<Fault> faults);

  ErrorCode code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& hint() const { return hint_; }
  /// Context added while unwinding, innermost first.
  const std::vector<std::string>& notes() const { return notes_; }
  const std::vector<Fault>& faults() const { return faults_; }

  /// Adds context, for example `while writing video/crop`.
  Error& note(std::string text);
  const char* what() const noexcept override { return rendered_.c_str(); }

 private:
  void render();

  ErrorCode code_;
  std::string message_;
  std::string hint_;
  std::vector<std::string> notes_;
  std::vector<Fault> faults_;
  std::string rendered_;
};

/// Collects faults so that an input with five of them is refused with five.
class Faults {
 public:
  void add(std::string subject, std::string message, std::string hint = {}, std::optional<Place> place = {});
  void add(Fault fault) { items_.push_back(std::move(fault)); }
  bool empty() const { return items_.empty(); }
  const std::vector<Fault>& items() const { return items_; }
  /// Throws Error{code} with all faults when there are any.
  void throw_if_any(ErrorCode code, const std::string& message) const;

 private:
  std::vector<Fault> items_;
};

}  // namespace metaxy
