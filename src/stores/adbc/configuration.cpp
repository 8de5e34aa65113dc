// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/configuration.hpp"

#include <algorithm>
#include <metaxy/error.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/options.hpp"
#include "store/table_prefix.hpp"
#include "stores/adbc/dialects.hpp"
#include "stores/adbc/store.hpp"

namespace metaxy::stores::adbc {

namespace {

/// What every driver understands has names of its own; all else stands in `options`.
const std::map<std::string, std::string> kDatabaseOptions = {
    {"uri", "uri"}, {"user", "username"}, {"username", "username"}, {"password", "password"}};
const std::vector<std::string> kOthers = {"driver",       "entrypoint",   "dialect",       "catalog", "schema",
                                          "table_prefix", "password_env", "password_file", "options"};

void read_options(const std::string& text, Options& options, Faults& faults) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return faults.add("option options", "must be a table of the driver's own options");
  for (const auto& [name, value] : json.items()) {
    if (value.is_structured()) {
      faults.add("option options." + name, "must be a text, number or boolean");
    } else {
      options.database[name] = value.is_string() ? value.get<std::string>() : value.dump();
    }
  }
}

void read_option(const std::string& name, const std::string& value, Options& options, Faults& faults) {
  const auto known = kDatabaseOptions.find(name);
  if (known != kDatabaseOptions.end()) {
    options.database[known->second] = value;
  } else if (name == "driver") {
    options.driver = value;
  } else if (name == "entrypoint") {
    options.entrypoint = value;
  } else if (name == "catalog") {
    options.catalog = value;
  } else if (name == "schema") {
    options.schema = value;
  } else if (name == "dialect") {
    const auto names = dialect_names();
    options.dialect = value;
    if (!store::has_name(names, value))
      faults.add("option dialect", "is " + quote(value), "one of " + join(names, ", "));
  } else if (name == "options") {
    if (!store::is_unset(value)) read_options(value, options, faults);
  } else if (!store::has_name(kOthers, name) && !store::is_common_option(name)) {
    std::vector<std::string> names = kOthers;
    for (const auto& [word, unused] : kDatabaseOptions) names.push_back(word);
    faults.add("option " + name, "is unknown",
               did_you_mean(name, names) + (did_you_mean(name, names).empty() ? "" : "; ") +
                   "options of the driver itself stand in the table `options`");
  }
}

}  // namespace

std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options,
                                                    const store::EngineMaker& engine) {
  Options result;
  Faults faults;
  for (const auto& [name, value] : options) read_option(name, value, result, faults);
  if (const auto password = store::read_password(options, faults)) result.database["password"] = *password;
  if (result.driver.empty()) {
    faults.add("option driver", "is missing", "give the path of the driver's library, or its name, such as `sqlite`");
  }
  faults.throw_if_any(ErrorCode::InvalidArgument, "the options of an ADBC store are wrong");
  return store::with_table_prefix(make_store(std::move(result), engine), store::option_of(options, "table_prefix"));
}

}  // namespace metaxy::stores::adbc
