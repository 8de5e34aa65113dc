// SPDX-License-Identifier: Apache-2.0
#include "ops/tables.hpp"

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "lineage/columns.hpp"

namespace metaxy::ops {

namespace {

/// Types that the first write fixes whatever its rows look like.
std::vector<std::pair<std::string, rel::Type>> fixed_types() {
  using namespace lineage;
  return {{std::string(kProvenance), rel::Type::Text},       {std::string(kDataVersion), rel::Type::Text},
          {std::string(kFeatureVersion), rel::Type::Text},   {std::string(kProjectVersion), rel::Type::Text},
          {std::string(kCreatedAt), rel::Type::TimestampTz}, {std::string(kUpdatedAt), rel::Type::TimestampTz},
          {std::string(kDeletedAt), rel::Type::TimestampTz}, {std::string(kMaterializationId), rel::Type::Text}};
}

}  // namespace

std::vector<store::Mutation> agree_on_settings(Opened& opened, Timestamp now) {
  if (opened.settings_agree) return {};
  auto out = remember_settings(*opened.session, opened.rules.hash, now);
  opened.settings_agree = out.empty();
  return out;
}

store::Mutation make_room(Opened& opened, const spec::FeatureSpec& spec, const std::optional<lineage::Stored>& stored,
                          const rel::RelPtr& rows) {
  const auto table = spec.key.table_name();
  if (stored && stored->own()) return store::Extend{table, rows};
  if (!opened.rules.create_tables) {
    throw Error(ErrorCode::NotFound, "there is no table " + quote(table) + " for feature " + spec.key.to_string(),
                "create it, or set auto_create_tables = true");
  }
  return store::Create{table, rows, fixed_types(), spec.id_columns};
}

}  // namespace metaxy::ops
