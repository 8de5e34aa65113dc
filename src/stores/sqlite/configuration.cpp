// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/configuration.hpp"

#include <algorithm>
#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "store/options.hpp"
#include "store/table_prefix.hpp"
#include "stores/sqlite/store.hpp"

namespace metaxy::stores::sqlite {

namespace {

const std::vector<std::string> kPathNames = {"path", "database", "location"};

void read_option(const std::string& name, const std::string& value, Options& options, Faults& faults) {
  if (store::has_name(kPathNames, name)) {
    options.path = value;
  } else if (name == "lock_timeout") {
    store::read_seconds(name, value, options.lock_timeout, faults);
  } else if (name != "table_prefix" && !store::is_common_option(name)) {
    std::vector<std::string> known = kPathNames;
    known.insert(known.end(), {"lock_timeout", "table_prefix"});
    faults.add("option " + name, "is unknown", did_you_mean(name, known));
  }
}

}  // namespace

std::unique_ptr<store::Store> make_configured_store(const std::map<std::string, std::string>& options,
                                                    const store::EngineMaker& engine) {
  Options result;
  Faults faults;
  for (const auto& [name, value] : options) read_option(name, value, result, faults);
  if (result.path.empty()) faults.add("option path", "is missing", "give the path of a file, or :memory:");
  faults.throw_if_any(ErrorCode::InvalidArgument, "the options of a SQLite store are wrong");
  return store::with_table_prefix(make_store(std::move(result), engine), store::option_of(options, "table_prefix"));
}

}  // namespace metaxy::stores::sqlite
