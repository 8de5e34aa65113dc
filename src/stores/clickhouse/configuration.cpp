// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/options.hpp"
#include "store/table_prefix.hpp"
#include "stores/clickhouse/address.hpp"
#include "stores/clickhouse/store.hpp"

namespace metaxy::stores::clickhouse {

namespace {

using Configured = std::map<std::string, std::string>;

const std::vector<std::string> kOwn = {
    "uri",         "connection_string", "connection_params", "hosts",
    "user",        "password",          "password_env",      "password_file",
    "database",    "table_prefix",      "settings",          "ca_file",
    "verify",      "connect_timeout",   "idle_timeout",      "lock_timeout",
    "engine",      "order_by",          "partition_by",      "cluster",
    "cluster_ddl", "shard_by",          "local_joins",       "auto_cast_struct_for_map"};

class Reader {
 public:
  explicit Reader(const Configured& configured) : configured_(configured) {}

  Options read() {
    for (const auto& [name, value] : configured_) {
      if (store::has_name(kOwn, name) || store::is_common_option(name)) continue;
      faults_.add("option " + name, "is unknown", did_you_mean(name, kOwn));
    }
    read_where();
    read_texts();
    read_times();
    read_flag("verify", out_.verify);
    read_cluster();
    if (const auto value = option("settings"); !value.empty()) read_settings(value);
    faults_.throw_if_any(ErrorCode::InvalidArgument, "the options of a ClickHouse store are wrong");
    return out_;
  }

 private:
  std::string option(const std::string& name) const { return store::option_of(configured_, name); }

  void read_texts() {
    const std::pair<const char*, std::string*> texts[] = {
        {"database", &out_.database},        {"user", &out_.user},     {"password", &out_.password},
        {"ca_file", &out_.ca_file},          {"engine", &out_.engine}, {"order_by", &out_.order_by},
        {"partition_by", &out_.partition_by}};
    for (const auto& [name, to] : texts) {
      if (const auto value = option(name); !value.empty()) *to = value;
    }
    if (const auto password = store::read_password(configured_, faults_)) out_.password = *password;
  }

  void read_flag(const char* name, bool& to) {
    const auto value = option(name);
    if (value.empty()) return;
    if (value != "true" && value != "false") faults_.add(std::string("option ") + name, "must be true or false");
    to = value != "false";
  }

  void read_cluster() {
    out_.cluster = option("cluster");
    read_flag("local_joins", out_.local_joins);
    if (const auto value = option("cluster_ddl"); value == "each_host") {
      out_.cluster_ddl = ClusterDdl::EachHost;
    } else if (!value.empty() && value != "on_cluster") {
      faults_.add("option cluster_ddl", "must be \"on_cluster\" or \"each_host\"");
    }
    if (const auto value = option("shard_by"); !value.empty()) read_shard_by(value);
    if (!out_.cluster.empty()) return;
    for (const char* name : {"cluster_ddl", "shard_by", "local_joins"}) {
      if (!option(name).empty()) faults_.add(std::string("option ") + name, "says nothing without the option cluster");
    }
  }

  void read_shard_by(const std::string& text) {
    if (!text.starts_with('[')) {
      out_.shard_by = split(text, ',');
      return;
    }
    const auto list = nlohmann::json::parse(text, nullptr, false);
    for (const auto& item : list) {
      if (!item.is_string()) return faults_.add("option shard_by", "must be a column or a list of columns");
      out_.shard_by.push_back(item.get<std::string>());
    }
    if (out_.shard_by.empty()) faults_.add("option shard_by", "must be a column or a list of columns");
  }

  void read_times() {
    const std::pair<const char*, std::chrono::milliseconds*> times[] = {{"connect_timeout", &out_.connect_timeout},
                                                                        {"idle_timeout", &out_.idle_timeout},
                                                                        {"lock_timeout", &out_.lock_timeout}};
    for (const auto& [name, to] : times) {
      if (const auto value = option(name); !value.empty()) store::read_seconds(name, value, *to, faults_);
    }
  }

  void read_where() {
    const auto uri = option("uri").empty() ? option("connection_string") : option("uri");
    const auto parameters = option("connection_params");
    const auto hosts = option("hosts");
    try {
      if (!uri.empty()) {
        read_address(uri, out_);
      } else if (!parameters.empty()) {
        read_parameters(parameters);
      }
      if (!hosts.empty()) read_hosts(hosts);
    } catch (const Error& error) {
      faults_.add("option " + std::string(hosts.empty() ? "uri" : "hosts"), error.message(), error.hint());
    }
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
      if (!store::has_name(kKnown, name)) {
        faults_.add("option connection_params." + name, "is unknown", did_you_mean(name, kKnown));
      }
    }
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
  return store::with_table_prefix(make_store(Reader(options).read()), store::option_of(options, "table_prefix"));
}

}  // namespace metaxy::stores::clickhouse
