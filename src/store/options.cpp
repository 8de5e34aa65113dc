// SPDX-License-Identifier: Apache-2.0
#include "store/options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>

#include "base/text.hpp"

namespace metaxy::store {

bool has_name(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool is_common_option(const std::string& name) {
  static const std::vector<std::string> kCommon = {
      "name", "fallback_stores", "hash_algorithm", "hash_truncation_length", "versioning_engine", "auto_create_tables"};
  return has_name(kCommon, name);
}

bool is_unset(const std::string& value) { return value.empty() || value == "null" || value == "{}" || value == "[]"; }

std::string option_of(const std::map<std::string, std::string>& options, const std::string& name) {
  const auto found = options.find(name);
  return found == options.end() || is_unset(found->second) ? std::string{} : found->second;
}

void read_seconds(const std::string& name, const std::string& text, std::chrono::milliseconds& time, Faults& faults) {
  double seconds = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds < 1e6)) {
    return faults.add("option " + name, "must be a number of seconds, not " + quote(text));
  }
  time = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::optional<std::string> read_password(const std::map<std::string, std::string>& options, Faults& faults) {
  if (const auto path = option_of(options, "password_file"); !path.empty()) {
    std::ifstream file(path);
    std::string line;
    if (std::getline(file, line)) {
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    faults.add("option password_file", "names " + quote(path) + ", which cannot be read");
  }
  const auto variable = option_of(options, "password_env");
  if (variable.empty()) return std::nullopt;
  if (const char* value = std::getenv(variable.c_str())) return value;
  faults.add("option password_env", "names variable " + quote(variable) + ", which is not set");
  return std::nullopt;
}

}  // namespace metaxy::store
