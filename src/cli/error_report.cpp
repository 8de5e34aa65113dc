// SPDX-License-Identifier: Apache-2.0
#include "cli/error_report.hpp"

#include <string>

#include "base/text.hpp"

namespace metaxy::cli {

namespace {

// Words of databases and file systems are quoted in messages and need not be valid text.
Json text(const std::string& value) {
  if (value.empty()) return nullptr;
  return is_valid_utf8(value) ? Json(value) : Json(quote(value, value.size()));
}

}  // namespace

Json fault_json(const Fault& fault) {
  Json out = Json::object();
  out["subject"] = text(fault.subject);
  out["message"] = text(fault.message);
  out["hint"] = text(fault.hint);
  const Place place = fault.place.value_or(Place{});
  out["file"] = text(place.file);
  out["line"] = place.line > 0 ? Json(place.line) : Json(nullptr);
  out["column"] = place.column > 0 ? Json(place.column) : Json(nullptr);
  return out;
}

Json error_json(const Error& error) {
  Json out = Json::object();
  out["error"] = std::string(to_string(error.code()));
  out["message"] = text(error.message());
  out["hint"] = text(error.hint());
  out["notes"] = Json::array();
  for (const std::string& note : error.notes()) out["notes"].push_back(text(note));
  out["faults"] = Json::array();
  for (const Fault& fault : error.faults()) out["faults"].push_back(fault_json(fault));
  return out;
}

}  // namespace metaxy::cli
