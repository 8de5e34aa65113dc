// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>

#include <utility>

namespace metaxy {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidSpec: return "invalid_spec";
    case ErrorCode::InvalidArgument: return "invalid_argument";
    case ErrorCode::NotFound: return "not_found";
    case ErrorCode::AlreadyExists: return "already_exists";
    case ErrorCode::SchemaMismatch: return "schema_mismatch";
    case ErrorCode::Conflict: return "conflict";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::Backend: return "backend";
    case ErrorCode::Io: return "io";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Internal: return "internal";
  }
  return "internal";
}

std::string to_string(const Place& place) {
  std::string out = place.file;
  if (place.line <= 0) return out;
  if (!out.empty()) out += ':';
  out += std::to_string(place.line);
  if (place.column > 0) out += ':' + std::to_string(place.column);
  return out;
}

namespace {

void append_fault(std::string& out, const Fault& fault) {
  out += "\n  ";
  if (fault.place) {
    const std::string place = to_string(*fault.place);
    if (!place.empty()) out += place + ": ";
  }
  if (!fault.subject.empty()) out += fault.subject + ": ";
  out += fault.message;
  if (!fault.hint.empty()) out += " (" + fault.hint + ")";
}

}  // namespace

Error::Error(ErrorCode code, std::string message, std::string hint)
    : code_(code), message_(std::move(message)), hint_(std::move(hint)) {
  render();
}

Error::Error(ErrorCode code, std::string message, std::vector<Fault> faults)
    : code_(code), message_(std::move(message)), faults_(std::move(faults)) {
  render();
}

Error& Error::note(std::string text) {
  notes_.push_back(std::move(text));
  render();
  return *this;
}

void Error::render() {
  rendered_ = message_;
  for (const Fault& fault : faults_) append_fault(rendered_, fault);
  for (const std::string& note : notes_) rendered_ += "\n  " + note;
  if (!hint_.empty()) rendered_ += "\nhint: " + hint_;
}

void Faults::add(std::string subject, std::string message, std::string hint, std::optional<Place> place) {
  items_.push_back({std::move(subject), std::move(message), std::move(hint), std::move(place)});
}

void Faults::throw_if_any(ErrorCode code, const std::string& message) const {
  if (!items_.empty()) throw Error(code, message, items_);
}

}  // namespace metaxy
