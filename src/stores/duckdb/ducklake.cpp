// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/ducklake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "stores/duckdb/column_types.hpp"

namespace metaxy::stores::duckdb {

namespace {

using nlohmann::json;

std::string literal(const json& value) {
  if (value.is_boolean() || value.is_number()) return value.dump();
  return quote_text(value.is_string() ? value.get<std::string>() : value.dump());
}

/// A name as it is when it needs no quotes, as people write it.
std::string name_of(std::string_view name) {
  if (name.empty()) return "\"\"";  // of faulty settings, which are refused when all faults are known
  const auto is_plain = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  const bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
                     std::all_of(name.begin(), name.end(), is_plain);
  return plain ? std::string(name) : quote_name(std::string(name));
}

std::string as_identifier(std::string text) {
  for (char& c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return text;
}

std::string to_upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The settings in one table, read field by field; those that nobody asked for are refused.
class Fields {
 public:
  Fields(const json& table, std::string at, Faults& faults) : table_(table), at_(std::move(at)), faults_(faults) {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  /// Null when it is absent.
  const json& get(const std::string& name) {
    static const json kNone = nullptr;
    known_.push_back(name);
    const auto found = table_.find(name);
    return found == table_.end() ? kNone : *found;
  }
  std::optional<std::string> text(const std::string& name) {
    const json& value = get(name);
    if (value.is_null()) return std::nullopt;
    if (value.is_string()) return value.get<std::string>();
    wrong(name, "should be a text");
    return std::nullopt;
  }
  std::string required(const std::string& name) {
    auto value = text(name);
    if (!value) wrong(name, "is missing");
    return value.value_or("");
  }
  const json& table(const std::string& name) {
    static const json kEmpty = json::object();
    const json& value = get(name);
    if (value.is_object()) return value;
    if (!value.is_null()) wrong(name, "should be a table");
    return kEmpty;
  }
  void wrong(const std::string& name, std::string message, std::string hint = {}) {
    faults_.add(name.empty() ? at_ : at_ + "." + name, std::move(message), std::move(hint));
  }
  void refuse_others() {
    for (const auto& [name, value] : table_.items()) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        wrong(name, "is unknown", did_you_mean(name, known_));
      }
    }
  }

 private:
  const json& table_;
  std::string at_;
  Faults& faults_;
  std::vector<std::string> known_;
};

/// `parameters` with those of the user's `secret_parameters` over them.
json with_own(json parameters, Fields& fields) {
  for (const auto& [name, value] : fields.table("secret_parameters").items()) parameters[to_upper(name)] = value;
  return parameters;
}

void add_given(json& parameters, Fields& fields, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (const json& value = fields.get(name); !value.is_null()) parameters[to_upper(name)] = value;
  }
}

void read_postgres(Fields& fields, Lake& lake, std::string& clause) {
  const std::string secret = fields.required("secret_name");
  json given = json::object();
  const std::vector<std::string> needed = {"host", "database", "user", "password"};
  add_given(given, fields, needed);
  if (!given.empty() && given.size() < needed.size()) {
    std::vector<std::string> missing;
    for (const auto& name : needed) {
      if (!given.contains(to_upper(name))) missing.push_back(name);
    }
    fields.wrong("", "lacks credentials: " + join(missing, ", "), "give all of them, or none");
  }
  const json& port = fields.get("port");
  lake.shown = "postgres:" + secret;
  const bool inlined = !given.empty();
  if (inlined || !fields.get("secret_parameters").is_null()) given["PORT"] = port.is_null() ? json(5432) : port;
  if (inlined) {
    const auto text = [](const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
    lake.shown = fmt::format("postgres:{}/{}", text(given["HOST"]), text(given["DATABASE"]));
  }
  const json parameters = with_own(given, fields);
  if (!parameters.empty()) lake.secrets.push_back(secret_sql(secret, "postgres", parameters));
  lake.extensions.emplace_back("postgres_scanner");
  lake.secret = secret;
  clause =
      fmt::format("METADATA_PATH '', METADATA_PARAMETERS MAP {{'TYPE': 'postgres', 'SECRET': {}}}", quote_text(secret));
}

/// The clause of a catalog that is a database of its own; empty for MotherDuck.
std::string read_catalog(Fields& fields, Lake& lake, bool as_reference) {
  const std::string type = fields.required("type");
  std::string clause;
  if (type == "duckdb" || type == "sqlite") {
    std::string uri = fields.required("uri");
    clause = "METADATA_PATH " + quote_text(uri);
    const bool typed = uri.starts_with("sqlite:");
    // Without its type a file that is not there yet would become one of DuckDB, without the log readers and the writer
    // would keep each other out.
    if (type == "sqlite" && !typed && !as_reference) {
      clause += ", METADATA_PARAMETERS MAP {'TYPE': 'sqlite', 'JOURNAL_MODE': 'WAL', 'BUSY_TIMEOUT': '60000'}";
    }
    if (type == "sqlite") lake.extensions.emplace_back("sqlite_scanner");
    lake.shown = uri;
    lake.file = typed ? uri.substr(uri.find(':') + 1) : std::move(uri);
    lake.is_exclusive = type == "duckdb";
  } else if (type == "postgres") {
    read_postgres(fields, lake, clause);
  } else if (!type.empty()) {
    fields.wrong("type", quote(type) + " is no kind of catalog", "one of duckdb, sqlite, postgres, motherduck");
  }
  return clause;
}

std::string s3_path(Fields& fields, const json& scope) {
  const auto path = fields.text("data_path");
  const auto bucket = fields.text("bucket");
  std::string prefix = fields.text("prefix").value_or("");
  if (path) return *path;
  if (bucket) {
    while (prefix.starts_with('/')) prefix.erase(0, 1);
    while (prefix.ends_with('/')) prefix.pop_back();
    return prefix.empty() ? fmt::format("s3://{}/", *bucket) : fmt::format("s3://{}/{}/", *bucket, prefix);
  }
  if (scope.is_string() && scope.get<std::string>().starts_with("s3://")) {
    std::string out = scope.get<std::string>();
    while (out.ends_with('/')) out.pop_back();
    return out + "/";
  }
  fields.wrong("", "needs data_path, bucket, or a scope that begins with s3://");
  return {};
}

void read_endpoint(json& parameters) {
  const auto endpoint = parameters.find("ENDPOINT");
  if (endpoint == parameters.end() || !endpoint->is_string()) return;
  const std::string given = endpoint->get<std::string>();
  const auto scheme = given.find("://");
  if (scheme == std::string::npos || !given.starts_with("http")) return;
  *endpoint = given.substr(scheme + 3);
  if (!parameters.contains("USE_SSL")) parameters["USE_SSL"] = given.starts_with("https://");
}

/// Where the files are; the secret that reaching them takes, if any, is added to the secrets.
std::string read_storage(Fields& fields, Lake& lake, std::string_view kept_in) {
  static const std::map<std::string, std::vector<std::string>> kOwn = {
      {"s3", {"endpoint", "region", "url_style", "use_ssl", "scope"}}, {"r2", {"account_id"}}, {"gcs", {}}};
  const std::string type = fields.required("type");
  if (type == "local") return fields.required("path");
  const auto own = kOwn.find(type);
  if (own == kOwn.end()) {
    if (!type.empty()) {
      fields.wrong("type", quote(type) + " is no kind of storage", "one of local, s3, r2, gcs");
    }
    return {};
  }
  lake.extensions.emplace_back("httpfs");
  const std::string secret = fields.required("secret_name");
  json keys = json::object();
  add_given(keys, fields, {"key_id", "secret"});
  json parameters = keys.size() == 2 ? keys : json::object();
  add_given(parameters, fields, own->second);
  if (type == "r2" && !keys.empty() && !parameters.contains("ACCOUNT_ID")) {
    fields.wrong("account_id", "is missing beside key_id and secret");
  }
  std::string path = type == "s3" ? s3_path(fields, parameters.value("SCOPE", json())) : fields.required("data_path");
  const bool any = !keys.empty() || !parameters.empty() || !fields.get("secret_parameters").is_null();
  read_endpoint(parameters);
  parameters = with_own(parameters, fields);
  if (any) lake.secrets.push_back(secret_sql(secret, to_upper(type), parameters, kept_in));
  return path;
}

std::optional<std::string> storage_of(const json& settings, Lake& lake, std::string_view kept_in, Faults& faults) {
  const char* name = settings.contains("storage") ? "storage" : "storage_backend";
  const auto storage = settings.find(name);
  if (storage == settings.end() || !storage->is_object()) return std::nullopt;
  Fields fields(*storage, fmt::format("ducklake.{}", name), faults);
  std::string path = read_storage(fields, lake, kept_in);
  fields.refuse_others();
  return path;
}

/// A lake that MotherDuck keeps.
void read_managed(Fields& catalog, const json& settings, Lake& lake, Faults& faults) {
  const std::string database = catalog.required("database");
  lake.shown = "md:" + database;
  lake.extensions.emplace_back("motherduck");
  std::vector<std::string> before;
  if (const auto region = catalog.text("region")) {
    before.push_back(fmt::format("SET s3_region={};", quote_text(*region)));
  }
  if (const auto path = storage_of(settings, lake, "MOTHERDUCK", faults)) {
    before.push_back(fmt::format("CREATE DATABASE IF NOT EXISTS {} (TYPE DUCKLAKE, DATA_PATH {});", name_of(database),
                                 quote_text(*path)));
  }
  lake.secrets.insert(lake.secrets.begin(), before.begin(), before.end());
  lake.alias = database;
  lake.use = fmt::format("USE {};", name_of(database));
}

/// Which snapshot is shown, as an option of ATTACH.
void read_snapshot(Fields& fields, Lake& lake, json& options) {
  const json& version = fields.get("snapshot_version");
  const auto time = fields.text("snapshot_time");
  if (version.is_null() && !time) return;
  if (!version.is_null() && time) fields.wrong("snapshot_time", "contradicts snapshot_version", "give one of them");
  if (!version.is_null() && !version.is_number_unsigned() && !(version.is_number_integer() && version >= 0)) {
    fields.wrong("snapshot_version", "should be the number of a snapshot", "ducklake_snapshots() lists them");
  }
  options[version.is_null() ? "SNAPSHOT_TIME" : "SNAPSHOT_VERSION"] = version.is_null() ? json(*time) : version;
  options["READ_ONLY"] = true;
  lake.snapshot = version.is_null() ? "as of " + *time : "at snapshot " + version.dump();
}

json options_of(Fields& fields) {
  json options = fields.table("attach_options");
  const json& limit = fields.get("data_inlining_row_limit");
  if (limit.is_null()) return options;
  if (!limit.is_number_integer()) fields.wrong("data_inlining_row_limit", "should be a number of rows");
  for (auto it = options.begin(); it != options.end();) {
    it = to_lower(it.key()) == "data_inlining_row_limit" ? options.erase(it) : std::next(it);
  }
  options["data_inlining_row_limit"] = limit;
  return options;
}

}  // namespace

std::string secret_sql(std::string_view name, std::string_view type, const json& parameters, std::string_view kept_in) {
  std::string given = fmt::format("TYPE {}", type);
  for (const auto& [key, value] : parameters.items()) {
    if (!value.is_null()) given += fmt::format(", {} {}", key, literal(value));
  }
  return fmt::format("CREATE OR REPLACE SECRET {}{}{} ( {} );", name_of(name), kept_in.empty() ? "" : " IN ", kept_in,
                     given);
}

std::string attach_options(const json& options) {
  std::string given;
  for (const auto& [key, value] : options.items()) {
    if (!value.is_null()) given += fmt::format("{}{} {}", given.empty() ? "" : ", ", to_upper(key), literal(value));
  }
  return given.empty() ? given : fmt::format(" ({})", given);
}

Lake read_lake(const json& settings, std::string_view store_name, Faults& faults, bool as_reference) {
  Lake lake;
  lake.extensions.emplace_back("ducklake");
  Fields fields(settings, "ducklake", faults);
  for (const char* known : {"catalog", "metadata_backend", "storage", "storage_backend"}) fields.get(known);
  const char* name = settings.contains("catalog") ? "catalog" : "metadata_backend";
  const json& given = fields.table(name);
  const std::string asked(trim(fields.text("alias").value_or("")));
  const std::string alias = asked.empty() ? "ducklake" : asked;
  json options = options_of(fields);
  read_snapshot(fields, lake, options);
  fields.refuse_others();

  Fields catalog(given, fmt::format("ducklake.{}", name), faults);
  if (given.value("type", json()) == "motherduck") {
    catalog.get("type");
    if (!lake.snapshot.empty()) catalog.wrong("type", "cannot show snapshots", "leave them out with MotherDuck");
    read_managed(catalog, settings, lake, faults);
    catalog.refuse_others();
    return lake;
  }
  const std::string clause = read_catalog(catalog, lake, as_reference);
  catalog.refuse_others();
  const auto path = storage_of(settings, lake, {}, faults);
  if (!path) faults.add("ducklake.storage", "is required unless the catalog is motherduck");
  // ATTACH takes whatever is no plain name for the path of a new catalog.
  const std::string secret =
      as_identifier(fmt::format("metaxy_generated_{}{}{}", store_name, store_name.empty() ? "" : "_", alias));
  lake.secrets.push_back(fmt::format("CREATE OR REPLACE SECRET {} ( TYPE DUCKLAKE, {}, DATA_PATH {} );",
                                     name_of(secret), clause, quote_text(path.value_or(""))));
  const auto attach = [&](const json& with) {
    return fmt::format("ATTACH IF NOT EXISTS {} AS {}{};", quote_text("ducklake:" + secret), name_of(alias),
                       attach_options(with));
  };
  lake.attach = attach(options);
  if (!lake.file) {
    options.emplace("CREATE_IF_NOT_EXISTS", false);
    lake.attach_known = attach(options);
  }
  lake.data_path = path.value_or("");
  lake.alias = alias;
  lake.use = fmt::format("USE {};", name_of(alias));
  return lake;
}

}  // namespace metaxy::stores::duckdb
