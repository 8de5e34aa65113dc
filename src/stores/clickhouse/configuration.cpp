// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <metaxy/error.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/table_prefix.hpp"
#include "stores/clickhouse/address.hpp"
#include "stores/clickhouse/store.hpp"

namespace metaxy::stores::clickhouse {

namespace {

using Configured = std::map<std::string, std::string>;

const std::vector<std::string> kOwn = {
    "uri",          "connection_string",       "connection_params", "hosts",        "user",     "password",
    "password_env", "password_file",           "database",          "table_prefix", "settings", "ca_file",
    "verify",       "connect_timeout",         "idle_timeout",      "lock_timeout", "engine",   "order_by",
    "partition_by", "auto_cast_struct_for_map"};
/// Options of every kind of store; `project` and `ops` read them.
const std::vector<std::string> kOfOthers = {
    "name", "fallback_stores", "hash_algorithm", "hash_truncation_length", "versioning_engine", "auto_create_tables"};

bool is_empty(const std::string& value) { return value.empty() || value == "null" || value == "{}" || value == "[]"; }

class Reader {
 public:
  explicit Reader(const Configured& configured) : configured_(configured) {}

  Options read() {
    for (const auto& [name, value] : configured_) {
      const auto is_it = [&, wanted = name](const std::string& each) { return each == wanted; };
      if (std::any_of(kOwn.begin(), kOwn.end(), is_it) || std::any_of(kOfOthers.begin(), kOfOthers.end(), is_it)) {
        continue;
      }
      faults_.add("option " + name, "is unknown", did_you_mean(name, kOwn));
    }
    read_where();
    read_password();
    const std::pair<const char*, std::string*> texts[] = {
        {"database", &out_.database}, {"user", &out_.user},         {"ca_file", &out_.ca_file},
        {"engine", &out_.engine},     {"order_by", &out_.order_by}, {"partition_by", &out_.partition_by}};
    for (const auto& [name, to] : texts) {
      if (const auto* value = find(name)) *to = *value;
    }
    const std::pair<const char*, std::chrono::milliseconds*> times[] = {{"connect_timeout", &out_.connect_timeout},
                                                                        {"idle_timeout", &out_.idle_timeout},
                                                                        {"lock_timeout", &out_.lock_timeout}};
    for (const auto& [name, to] : times) {
      if (const auto* value = find(name)) read_seconds(name, *value, *to);
    }
    if (const auto* value = find("verify")) {
      if (*value != "true" && *value != "false") faults_.add("option verify", "must be true or false");
      out_.verify = *value != "false";
    }
    if (const auto* value = find("settings")) read_settings(*value);
    faults_.throw_if_any(ErrorCode::InvalidArgument, "the options of a ClickHouse store are wrong");
    return out_;
  }

 private:
  const std::string* find(const std::string& name) const {
    const auto at = configured_.find(name);
    return at == configured_.end() || is_empty(at->second) ? nullptr : &at->second;
  }

  void read_where() {
    const auto* uri = find("uri") ? find("uri") : find("connection_string");
    const auto* parameters = find("connection_params");
    const auto* hosts = find("hosts");
    try {
      if (uri) {
        read_address(*uri, out_);
      } else if (parameters) {
        read_parameters(*parameters);
      }
    } catch (const Error& error) {
      faults_.add("option uri", error.message(), error.hint());
    }
    if (hosts) read_hosts(*hosts);
    if (out_.hosts.empty() && faults_.empty()) {
      faults_.add("option uri", "is missing", "for example clickhouse://user@localhost:8123/database");
    }
  }

  void read_hosts(const std::string& text) {
    const auto list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array()) return faults_.add("option hosts", "must be a list of addresses");
    for (const auto& item : list) {
      Options one;
      if (!item.is_string()) return faults_.add("option hosts", "must be a list of addresses");
      read_address(item.get<std::string>(), one);
      out_.hosts.insert(out_.hosts.end(), one.hosts.begin(), one.hosts.end());
    }
  }

  /// As the reference passes them to its driver.
  void read_parameters(const std::string& text) {
    const auto given = nlohmann::json::parse(text, nullptr, false);
    if (!given.is_object()) return faults_.add("option connection_params", "must be a table");
    const auto text_of = [&](const char* name, std::string fallback) {
      const auto at = given.find(name);
      if (at == given.end() || at->is_null()) return fallback;
      return at->is_string() ? at->get<std::string>() : at->dump();
    };
    const bool secure = text_of("secure", "false") == "true";
    out_.hosts = {fmt::format("{}://{}:{}", secure ? "https" : "http", text_of("host", "localhost"),
                              text_of("port", secure ? "8443" : "8123"))};
    out_.user = text_of("user", text_of("username", out_.user));
    out_.password = text_of("password", out_.password);
    out_.database = text_of("database", out_.database);
    for (const auto& [name, value] : given.items()) {
      static const std::vector<std::string> kKnown = {"host",     "port",     "user",  "username",
                                                      "password", "database", "secure"};
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
        faults_.add("option connection_params." + name, "is unknown", did_you_mean(name, kKnown));
      }
    }
  }

  /// Secrets come from where they are kept; the last place that names one counts.
  void read_password() {
    if (const auto* value = find("password")) out_.password = *value;
    if (const auto* name = find("password_env")) {
      const char* value = std::getenv(name->c_str());
      if (!value) return faults_.add("option password_env", "the variable " + quote(*name) + " is not set");
      out_.password = value;
    }
    if (const auto* path = find("password_file")) {
      std::ifstream file(*path, std::ios::binary);
      if (!file) return faults_.add("option password_file", "cannot read " + quote(*path));
      out_.password.assign(std::istreambuf_iterator<char>(file), {});
      while (!out_.password.empty() && (out_.password.back() == '\n' || out_.password.back() == '\r')) {
        out_.password.pop_back();
      }
    }
  }

  void read_seconds(const std::string& name, const std::string& text, std::chrono::milliseconds& to) {
    double seconds = -1;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds < 1e6)) {
      return faults_.add("option " + name, "must be a number of seconds, not " + quote(text));
    }
    to = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }

  void read_settings(const std::string& text) {
    const auto given = nlohmann::json::parse(text, nullptr, false);
    if (!given.is_object()) return faults_.add("option settings", "must be a table of ClickHouse settings");
    for (const auto& [name, value] : given.items()) {
      out_.settings[name] = value.is_string()    ? value.get<std::string>()
                            : value.is_boolean() ? (value.get<bool>() ? "1" : "0")
                                                 : value.dump();
    }
  }

  const Configured& configured_;
  Options out_;
  Faults faults_;
};

}  // namespace

std::unique_ptr<store::Store> make_configured_store(const Configured& options) {
  auto store = make_store(Reader(options).read());
  const auto prefix = options.find("table_prefix");
  const bool prefixed = prefix != options.end() && !is_empty(prefix->second);
  return store::with_table_prefix(std::move(store), prefixed ? prefix->second : std::string{});
}

}  // namespace metaxy::stores::clickhouse
