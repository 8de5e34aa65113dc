// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/configuration.hpp"

#include <fmt/format.h>

#include <metaxy/error.hpp>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/options.hpp"
#include "store/table_prefix.hpp"
#include "stores/postgresql/store.hpp"

namespace metaxy::stores::postgresql {

namespace {

const std::vector<std::string> kUriNames = {"uri", "connection_string"};
/// libpq's keywords that may be given as options of their own, and the words that others use for them.
const std::map<std::string, std::string> kKeywords = {{"host", "host"},
                                                      {"port", "port"},
                                                      {"user", "user"},
                                                      {"password", "password"},
                                                      {"database", "dbname"},
                                                      {"dbname", "dbname"},
                                                      {"service", "service"},
                                                      {"sslmode", "sslmode"},
                                                      {"sslrootcert", "sslrootcert"},
                                                      {"sslcert", "sslcert"},
                                                      {"sslkey", "sslkey"},
                                                      {"sslcrl", "sslcrl"},
                                                      {"passfile", "passfile"},
                                                      {"application_name", "application_name"},
                                                      {"connect_timeout", "connect_timeout"},
                                                      {"options", "options"}};
/// The reference's, which have nothing to say here.
const std::vector<std::string> kIgnored = {"auto_cast_struct_for_jsonb", "backend"};
/// Read on their own.
const std::vector<std::string> kOthers = {"table_prefix", "password_env", "password_file"};

void read_params(const std::string& text, Options& options, Faults& faults) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return faults.add("option connection_params", "must be a table");
  for (const auto& [name, value] : json.items()) {
    const auto keyword = kKeywords.find(name);
    const auto word = value.is_string() ? value.get<std::string>() : value.dump();
    if (name == "schema") {
      options.schema = word;
    } else if (keyword == kKeywords.end()) {
      faults.add("option connection_params." + name, "is unknown");
    } else {
      options.params[keyword->second] = word;
    }
  }
}

void read_option(const std::string& name, const std::string& value, Options& options, Faults& faults) {
  const auto keyword = kKeywords.find(name);
  if (store::has_name(kUriNames, name)) {
    options.uri = value;
  } else if (keyword != kKeywords.end()) {
    options.params[keyword->second] = value;
  } else if (name == "schema") {
    options.schema = value;
  } else if (name == "lock_timeout") {
    store::read_seconds(name, value, options.lock_timeout, faults);
  } else if (name == "connection_params") {
    if (!store::is_unset(value)) read_params(value, options, faults);
  } else if (!store::has_name(kOthers, name) && !store::is_common_option(name) && !store::has_name(kIgnored, name)) {
    std::vector<std::string> known = kUriNames;
    for (const auto& [word, unused] : kKeywords) known.push_back(word);
    known.insert(known.end(), kOthers.begin(), kOthers.end());
    known.insert(known.end(), {"schema", "lock_timeout", "connection_params"});
    faults.add("option " + name, "is unknown", did_you_mean(name, known));
  }
}

}  // namespace

std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options,
                                                    const store::EngineMaker& engine) {
  Options result;
  Faults faults;
  for (const auto& [name, value] : options) read_option(name, value, result, faults);
  if (const auto password = store::read_password(options, faults)) result.params["password"] = *password;
  constexpr std::string_view kSqlAlchemy = "postgresql+";
  if (result.uri.starts_with(kSqlAlchemy)) {  // SQLAlchemy names its driver in the scheme
    if (const auto at = result.uri.find("://"); at != std::string::npos)
      result.uri = "postgresql" + result.uri.substr(at);
  }
  const auto limit = result.schema.size() > 63;
  if (limit) faults.add("option schema", "is longer than the 63 bytes of a name in PostgreSQL");
  faults.throw_if_any(ErrorCode::InvalidArgument, "the options of a PostgreSQL store are wrong");
  return store::with_table_prefix(make_store(std::move(result), engine), store::option_of(options, "table_prefix"));
}

}  // namespace metaxy::stores::postgresql
