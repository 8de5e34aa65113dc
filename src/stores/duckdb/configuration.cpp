// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/configuration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <metaxy/error.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/options.hpp"
#include "store/table_prefix.hpp"
#include "stores/duckdb/store.hpp"

namespace metaxy::stores::duckdb {

namespace {

const std::vector<std::string> kPathNames = {"path", "database", "location"};
const std::vector<std::string> kSettings = {"memory_limit", "threads", "temp_directory"};
const std::vector<std::string> kUnsupported = {"connection_string", "connection_params", "backend"};

void read_config(const std::string& text, Options& options, Faults& faults) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return faults.add("option config", "must be a table of DuckDB settings");
  for (const auto& [name, value] : json.items()) {
    options.settings[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
}

void read_extensions(const std::string& text, Options& options, Faults& faults) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_array()) return faults.add("option extensions", "must be a list");
  for (const auto& item : json) {
    try {
      Extension extension;
      extension.name = (item.is_object() ? item.at("name") : item).get<std::string>();
      if (item.is_object()) {
        extension.repository = item.value("repository", "");
        extension.init_sql = item.value("init_sql", std::vector<std::string>{});
      }
      if (extension.repository == "core") extension.repository.clear();
      // metaxy has the hash functions that this one brings to the reference.
      if (extension.name != "hashfuncs") options.extensions.push_back(std::move(extension));
    } catch (const nlohmann::json::exception&) {
      faults.add("option extensions", "should have names, or tables of name, repository and init_sql",
                 "instead of " + quote(item.dump()));
    }
  }
}

std::optional<Lake> lake_of(const std::map<std::string, std::string>& options, bool as_reference, Faults& faults) {
  const std::string text = store::option_of(options, "ducklake");
  if (text.empty()) return std::nullopt;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_object()) return read_lake(json, store::option_of(options, "name"), faults, as_reference);
  faults.add("option ducklake", "must be a table");
  return std::nullopt;
}

/// What is no number DuckDB refuses when the store is opened.
void read_retries(const std::map<std::string, std::string>& settings, LakeRetries& retries) {
  const auto read = [&](const char* name, auto& value) {
    const auto given = settings.find(name);
    if (given == settings.end()) return;
    const std::string& text = given->second;
    std::from_chars(text.data(), text.data() + text.size(), value);
  };
  auto wait = retries.wait.count();
  read("ducklake_max_retry_count", retries.count);
  read("ducklake_retry_wait_ms", wait);
  read("ducklake_retry_backoff", retries.backoff);
  retries.wait = std::chrono::milliseconds(wait);
}

void read_option(const std::string& name, const std::string& value, Options& options, Faults& faults) {
  if (store::has_name(kPathNames, name)) {
    options.path = value;
  } else if (store::has_name(kSettings, name)) {
    options.settings[name] = value;
  } else if (name == "lock_timeout") {
    store::read_seconds(name, value, options.lock_timeout, faults);
  } else if (name == "config") {
    if (!store::is_unset(value)) read_config(value, options, faults);
  } else if (name == "extensions") {
    if (!store::is_unset(value)) read_extensions(value, options, faults);
  } else if (name == "ducklake") {  // read last: it says where the tables are, whatever else does
  } else if (store::has_name(kUnsupported, name)) {
    if (!store::is_unset(value)) faults.add("option " + name, "is not supported for DuckDB stores");
  } else if (name != "table_prefix" && !store::is_common_option(name)) {
    std::vector<std::string> known = kPathNames;
    known.insert(known.end(), kSettings.begin(), kSettings.end());
    known.insert(known.end(), {"config", "ducklake", "extensions", "lock_timeout", "table_prefix"});
    faults.add("option " + name, "is unknown", did_you_mean(name, known));
  }
}

}  // namespace

std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options) {
  Options result;
  Faults faults;
  result.lake = lake_of(options, false, faults);
  const auto given = std::ranges::find_if(kPathNames, [&](const auto& name) { return options.contains(name); });
  if (store::option_of(options, "ducklake").empty()) {
    if (given == kPathNames.end()) faults.add("option path", "is missing", "give the path of a file, or :memory:");
    // What a variable that is not set leaves must not become a database that keeps nothing.
    else if (options.at(*given).empty())
      faults.add("option " + *given, "is empty", "give the path of a file, or :memory:");
  }
  for (const auto& [name, value] : options) read_option(name, value, result, faults);
  if (result.lake) {
    result.path = kMemory;
    read_retries(result.settings, result.lake->retries);
  }
  faults.throw_if_any(ErrorCode::InvalidArgument, "the options of a DuckDB store are wrong");
  return store::with_table_prefix(make_store(std::move(result)), store::option_of(options, "table_prefix"));
}

std::vector<std::string> setup_statements(const std::map<std::string, std::string>& options, bool as_reference) {
  Faults faults;
  const auto lake = lake_of(options, as_reference, faults);
  faults.throw_if_any(ErrorCode::InvalidArgument, "the options of a DuckDB store are wrong");
  if (!lake) return {};
  std::vector<std::string> out = lake->secrets;
  if (!lake->attach.empty()) out.push_back(lake->attach);
  out.push_back(lake->use);
  return out;
}

}  // namespace metaxy::stores::duckdb
