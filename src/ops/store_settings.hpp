// SPDX-License-Identifier: Apache-2.0
// What a store remembers about itself in system tables: its hash settings, and the field versions behind every feature
// version under which records were written (DESIGN §5).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>

#include "store/session.hpp"

namespace metaxy::ops {

inline constexpr std::string_view kSettingsTable = "metaxy_system__store";
/// When the store was written. One row would do; several are kept because appending is what every store does best.
inline constexpr std::string_view kTimesTable = "metaxy_system__times";
inline constexpr std::string_view kFieldVersionsTable = "metaxy_system__field_versions";

/// The settings that a store was first written with; absent when it does not say (new, or the reference's).
std::optional<hash::Settings> read_store_settings(store::Session& session);

/// When the settings were remembered: everything written later was written by this product.
std::optional<Timestamp> read_remembered_since(store::Session& session);

/// What a configuration or a caller asks for; absent: whatever the store has, or the default.
struct RequestedSettings {
  std::optional<hash::Format> format = {};
  std::optional<hash::Algorithm> algorithm = {};
  std::optional<std::size_t> length = {};
};

/// Settings to open a store with. Throws: Conflict when the store remembers others than those asked for;
/// InvalidArgument for settings that the format or the store cannot have.
hash::Settings choose_settings(store::Session& session, const store::Info& info, const RequestedSettings& requested,
                               bool compat);

/// Nothing was written that has hash settings.
bool is_new(store::Session& session);
/// Asks for `settings` wherever nothing else is asked for.
void adopt(RequestedSettings& requested, const hash::Settings& settings);
struct NamedSettings {
  std::string store;
  hash::Settings settings;
};
/// Throws: Conflict when a store and one of its fallbacks differ.
void refuse_other_settings(const NamedSettings& one, const NamedSettings& other);

/// Settings in words.
std::string describe(const hash::Settings& settings);

/// Mutations that append rows to a system table, which is created when missing.
std::vector<store::Mutation> append_constants(store::Session& session, std::string_view table, rel::RelPtr rows);

/// Mutations that make a store remember `settings`; empty when it does already. Throws: Conflict when it remembers
/// others, because somebody else was first.
std::vector<store::Mutation> remember_settings(store::Session& session, const hash::Settings& settings, Timestamp now);

/// What a store remembers of the times of its writes.
struct WriteTimes {
  bool kept = false;  ///< there is a table of them
  std::int64_t count = 0;
  std::optional<Timestamp> last;
};
WriteTimes read_write_times(store::Session& session);

/// Mutations that remember when a write happens, so that no later one, of whatever feature, has the same time or an
/// earlier one, also when the clock jumps back. `before`: what is remembered now.
std::vector<store::Mutation> remember_time(const WriteTimes& before, Timestamp now);

/// What a field was under some version of its feature.
struct RecordedField {
  std::string version;
  std::string code_version;
};
/// Fields by key, by feature version.
using RecordedVersions = std::map<std::string, std::map<std::string, RecordedField>>;

/// What was recorded for a feature; empty when nothing was.
RecordedVersions read_field_versions(store::Session& session, const spec::FeatureKey& feature);

/// One field of one version of a feature, as the store keeps it.
struct FieldVersionRow {
  std::string feature;
  std::string feature_version;
  std::string field;
  RecordedField recorded;
  Timestamp at;
};
std::vector<FieldVersionRow> read_field_version_rows(store::Session& session, const spec::FeatureKey& feature);
/// What would be recorded of a feature as it is defined.
std::vector<FieldVersionRow> field_version_rows(const spec::FeatureSpec& spec, const graph::FeatureVersions& versions,
                                                Timestamp now);
std::vector<store::Mutation> append_field_versions(store::Session& session, const std::vector<FieldVersionRow>& rows);
/// Mutations after which nothing is recorded for these features.
std::vector<store::Mutation> forget_field_versions(store::Session& session,
                                                   const std::vector<spec::FeatureKey>& features);

/// Mutations that record a feature's current version; empty when it is recorded.
std::vector<store::Mutation> record_field_versions(store::Session& session, const spec::FeatureSpec& spec,
                                                   const graph::FeatureVersions& versions, Timestamp now);

/// A constant of a point in time, as tables keep it.
rel::ExprPtr timestamp_literal(Timestamp time);

}  // namespace metaxy::ops
