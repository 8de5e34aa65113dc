// SPDX-License-Identifier: Apache-2.0
#include "stores/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "stores/clickhouse/store.hpp"
#include "stores/duckdb/configuration.hpp"

namespace metaxy::stores {

namespace {

/// One kind of store: its name, the reference's names of it, and how options become a store.
struct StoreKind {
  std::string_view name;
  std::vector<std::string_view> aliases;
  std::unique_ptr<store::Store> (*make)(const Options& options);
  std::vector<std::string> (*setup)(const Options& options, bool as_reference);
};

const std::vector<StoreKind>& kinds() {
  static const std::vector<StoreKind> kKinds = {
      {"duckdb",
       {"metaxy.ext.duckdb.DuckDBMetadataStore", "metaxy.ext.metadata_stores.duckdb.DuckDBMetadataStore",
        "metaxy.metadata_store.duckdb.DuckDBMetadataStore"},
       &duckdb::make_configured_store,
       &duckdb::setup_statements},
      {"clickhouse",
       {"metaxy.ext.clickhouse.ClickHouseMetadataStore",
        "metaxy.ext.metadata_stores.clickhouse.ClickHouseMetadataStore",
        "metaxy.metadata_store.clickhouse.ClickHouseMetadataStore"},
       &clickhouse::make_configured_store,
       nullptr},
  };
  return kKinds;
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
  throw Error(ErrorCode::NotFound, fmt::format("there is no kind of store called {}", quote(kind)),
              "kinds of stores: " + names);
}

}  // namespace

std::unique_ptr<store::Store> open_store(std::string_view kind, const Options& options) {
  return find_kind(kind).make(options);
}

std::vector<std::string> setup_statements(std::string_view kind, const Options& options, bool as_reference) {
  const StoreKind& known = find_kind(kind);
  return known.setup ? known.setup(options, as_reference) : std::vector<std::string>{};
}

std::unique_ptr<store::Store> open_empty() { return duckdb::make_configured_store({{"path", ":memory:"}}); }

std::vector<std::string> store_kinds() {
  std::vector<std::string> names;
  for (const auto& kind : kinds()) names.emplace_back(kind.name);
  return names;
}

}  // namespace metaxy::stores
