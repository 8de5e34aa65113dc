// SPDX-License-Identifier: Apache-2.0
// A feature's tables as the stores have them.
#include <algorithm>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"
#include "ops/opened.hpp"
#include "ops/store_settings.hpp"
#include "ops/table_history.hpp"

namespace metaxy::ops {

namespace {

/// A feature's table in one store.
struct Found {
  std::size_t store;
  store::TableSchema schema;
};

bool go_together(store::Kind one, store::Kind other) {
  using store::Kind;
  auto either = [&](Kind kind) { return one == kind || other == kind; };
  auto number = [](Kind kind) { return kind == Kind::Integer || kind == Kind::Float || kind == Kind::Decimal; };
  return one == other || either(Kind::Null) || (number(one) && number(other)) ||
         (either(Kind::Text) && either(Kind::Json));
}

void refuse_other_types(Opened& opened, const std::string& table, const Found& one, const Found& other) {
  Faults faults;
  for (const auto& column : other.schema) {
    const auto* mine = store::find_column(one.schema, column.name);
    if (!mine || go_together(mine->type.kind, column.type.kind)) continue;
    faults.add("column " + quote(column.name), "is " + mine->type.text + " in store " +
                                                   quote(store_name(opened, one.store)) + ", " + column.type.text +
                                                   " in store " + quote(store_name(opened, other.store)));
  }
  faults.throw_if_any(ErrorCode::SchemaMismatch,
                      "table " + quote(table) + " cannot be read from several stores at once");
}

/// The reference takes the first store that has the table, whatever is in it.
std::vector<Found> find_tables(Opened& opened, const std::string& table, Reach reach) {
  std::vector<Found> out;
  for (std::size_t i = 0; i < store_count(opened); ++i) {
    if (i > 0 && reach == Reach::FirstStore) break;
    auto schema = in_store(opened, i, [&](store::Session& session) { return session.find(table); });
    if (!schema) continue;
    out.push_back({i, std::move(*schema)});
    if (opened.rules.compat) break;
    refuse_other_types(opened, table, out.front(), out.back());
  }
  return out;
}

void require_feature_table(const lineage::Part& part, const spec::FeatureSpec& spec, const std::string& table) {
  auto require = [&](std::string_view name) {
    if (lineage::contains(part.columns, name)) return;
    throw Error(ErrorCode::SchemaMismatch,
                "table " + quote(table) + " is not a feature table of metaxy: it lacks column " + quote(name),
                "use another store or table, or give feature " + spec.key.to_string() + " another key");
  };
  for (const auto& id : spec.id_columns) require(id);
  for (auto name : {lineage::kProvenanceByField, lineage::kProvenance, lineage::kDataVersionByField,
                    lineage::kDataVersion, lineage::kFeatureVersion, lineage::kUpdatedAt, lineage::kDeletedAt}) {
    require(name);
  }
}

lineage::Part part_of(const Found& found) {
  lineage::Part out{.store = found.store, .columns = {}};
  for (const auto& column : found.schema) {
    out.columns.push_back(column.name);
    if (column.type.kind == store::Kind::Text) out.texts.push_back(column.name);
    if (column.name == lineage::kDataVersionByField && column.type.kind == store::Kind::Struct) {
      out.members = column.type.members;
    }
  }
  return out;
}

void add_missing(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const auto& name : more) {
    if (!lineage::contains(names, name)) names.push_back(name);
  }
}

/// Columns that are text in every part that has them.
std::vector<std::string> text_columns(const lineage::Stored& stored) {
  std::vector<std::string> out;
  for (const auto& name : stored.columns) {
    const bool text = std::ranges::all_of(stored.parts, [&](const lineage::Part& part) {
      return lineage::contains(part.texts, name) || !lineage::contains(part.columns, name);
    });
    if (text) out.push_back(name);
  }
  return out;
}

/// Columns and members of a part, besides those of the parts before it.
void add_part(lineage::Stored& out, lineage::Part part) {
  if (out.parts.empty()) {
    out.columns = part.columns;
    out.members = part.members;
  } else {
    add_missing(out.columns, part.columns);
    std::ranges::stable_partition(out.columns, [](const auto& name) { return !spec::is_system_column(name); });
    if (out.members && part.members) add_missing(*out.members, *part.members);
  }
  out.parts.push_back(std::move(part));
}

}  // namespace

std::optional<lineage::Stored> find_stored(Opened& opened, const spec::FeatureSpec& spec, Reach reach) {
  lineage::Stored out{.table = spec.key.table_name(), .columns = {}, .id_columns = spec.id_columns};
  for (const auto& found : find_tables(opened, out.table, reach)) {
    auto part = part_of(found);
    in_store(opened, found.store, [&](store::Session& session) {
      require_feature_table(part, spec, out.table);
      auto& ours_since = opened.ours_since[found.store];
      if (!ours_since) ours_since = read_remembered_since(session);
      if (ours_since) look_at_history(session, *ours_since, out, part);
    });
    add_part(out, std::move(part));
  }
  if (out.parts.empty()) return std::nullopt;
  out.texts = text_columns(out);
  return out;
}

std::optional<store::TableSchema> find_schema(Opened& opened, const std::string& table) {
  std::optional<store::TableSchema> out;
  for (auto& found : find_tables(opened, table, Reach::Everywhere)) {
    if (!out) out.emplace();
    for (auto& column : found.schema) {
      if (!store::find_column(*out, column.name)) out->push_back(std::move(column));
    }
  }
  return out;
}

RecordedVersions find_field_versions(Opened& opened, const FeatureKey& feature) {
  RecordedVersions out;
  for (std::size_t i = 0; i < store_count(opened); ++i) {
    out.merge(in_store(opened, i, [&](store::Session& session) { return read_field_versions(session, feature); }));
  }
  return out;
}

}  // namespace metaxy::ops
