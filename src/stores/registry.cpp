// SPDX-License-Identifier: Apache-2.0
#include "stores/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <metaxy/error.hpp>
#include <utility>

#include "base/text.hpp"
#include "stores/adbc/configuration.hpp"
#include "stores/clickhouse/store.hpp"
#include "stores/duckdb/configuration.hpp"
#include "stores/duckdb/store.hpp"
#include "stores/postgresql/configuration.hpp"
#include "stores/sqlite/configuration.hpp"

namespace metaxy::stores {

namespace {

/// One kind of store: its name, the reference's names of it, the schemes of URIs that mean it with the option that such
/// a URI is, and how options become a store.
struct StoreKind {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::vector<std::string_view> schemes;
  std::string_view location;
  std::unique_ptr<store::Store> (*make)(const Options& options);
  std::vector<std::string> (*setup)(const Options& options, bool as_reference);
};

/// What databases lack is computed in a store of its own, which goes with its session.
std::unique_ptr<store::Session> make_engine() { return open_empty()->open(store::Mode::Write); }

const std::vector<StoreKind>& kinds() {
  static const std::vector<StoreKind> kKinds = {
      {"duckdb",
       {"metaxy.ext.duckdb.DuckDBMetadataStore", "metaxy.ext.metadata_stores.duckdb.DuckDBMetadataStore",
        "metaxy.metadata_store.duckdb.DuckDBMetadataStore"},
       {"duckdb"},
       "path",
       &duckdb::make_configured_store,
       &duckdb::setup_statements},
      {"postgresql",
       {"metaxy.ext.postgresql.PostgreSQLMetadataStore",
        "metaxy.ext.metadata_stores.postgresql.PostgreSQLMetadataStore"},
       {"postgresql", "postgres"},
       "uri",
       [](const Options& options) { return postgresql::make_configured_store(options, make_engine); },
       nullptr},
      {"clickhouse",
       {"metaxy.ext.clickhouse.ClickHouseMetadataStore",
        "metaxy.ext.metadata_stores.clickhouse.ClickHouseMetadataStore",
        "metaxy.metadata_store.clickhouse.ClickHouseMetadataStore"},
       {"clickhouse", "clickhouses", "clickhousedb", "clickhouse+http", "clickhouse+https", "clickhouse+native", "http",
        "https"},
       "uri",
       &clickhouse::make_configured_store,
       nullptr},
      {"sqlite",
       {"metaxy.ext.sqlite.SQLiteMetadataStore"},
       {"sqlite"},
       "path",
       [](const Options& options) { return sqlite::make_configured_store(options, make_engine); },
       nullptr},
      {"adbc",
       {},
       {},
       "uri",
       [](const Options& options) { return adbc::make_configured_store(options, make_engine); },
       nullptr},
  };
  return kKinds;
}

/// Takes metaxy's own options out of a URI.
std::string without_options(std::string_view uri, Options& options) {
  static const std::vector<std::string> kOwn = {"schema",        "table_prefix",   "lock_timeout", "password_env",
                                                "password_file", "hash_algorithm", "cluster",      "cluster_ddl",
                                                "shard_by",      "local_joins"};
  const auto query = uri.find('?');
  std::string out(uri.substr(0, query));
  if (query == std::string_view::npos) return out;
  char sign = '?';
  for (const auto& part : split(uri.substr(query + 1), '&')) {
    const auto equals = part.find('=');
    const auto name = part.substr(0, equals);
    if (equals != std::string::npos && std::find(kOwn.begin(), kOwn.end(), name) != kOwn.end()) {
      options[name] = part.substr(equals + 1);
    } else {
      (out += std::exchange(sign, '&')) += part;
    }
  }
  return out;
}

const StoreKind& find_kind(std::string_view kind) {
  for (const auto& known : kinds()) {
    const auto& aliases = known.aliases;
    if (kind == known.name || std::find(aliases.begin(), aliases.end(), kind) != aliases.end()) return known;
  }
  const std::string names = join(store_kinds(), ", ");
  if (kind.starts_with("metaxy.")) {
    throw Error(ErrorCode::Unsupported, fmt::format("this build has no store of type {}", quote(kind)),
                "kinds of stores: " + names);
  }
  const auto near = did_you_mean(kind, store_kinds());
  throw Error(ErrorCode::NotFound, fmt::format("there is no kind of store called {}", quote(kind)),
              near.empty() ? "kinds of stores: " + names : near);
}

}  // namespace

std::optional<StoreUri> parse_uri(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return std::nullopt;
  const auto scheme = text.substr(0, end);
  std::vector<std::string> known;
  for (const auto& kind : kinds()) {
    for (const auto& own : kind.schemes) known.push_back(std::string(own) + "://");
    if (std::find(kind.schemes.begin(), kind.schemes.end(), scheme) == kind.schemes.end()) continue;
    StoreUri out{std::string(kind.name), {}};
    auto location = without_options(text, out.options);
    // Where a store is a file, the rest is its path.
    if (kind.location == "path") location.erase(0, end + 3);
    if (location.starts_with("//")) location.erase(0, 1);
    out.options[std::string(kind.location)] = std::move(location);
    return out;
  }
  throw Error(ErrorCode::NotFound, fmt::format("no store has URIs that begin with {}", quote(text.substr(0, end + 3))),
              "known are " + join(known, ", "));
}

std::unique_ptr<store::Store> open_store(std::string_view kind, const Options& options) {
  return find_kind(kind).make(options);
}

std::vector<std::string> setup_statements(std::string_view kind, const Options& options, bool as_reference) {
  const StoreKind& known = find_kind(kind);
  return known.setup ? known.setup(options, as_reference) : std::vector<std::string>{};
}

std::unique_ptr<store::Store> open_empty(const std::string& memory_limit) {
  duckdb::Options options{.memory_at_most = std::uint64_t{3} << 30};
  if (!memory_limit.empty()) options.settings["memory_limit"] = memory_limit;
  return duckdb::make_store(std::move(options));
}

std::vector<std::string> store_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace metaxy::stores
