// SPDX-License-Identifier: Apache-2.0
// Definitions as users write them: keys, fields, dependencies, features. Plain data; parsing and validation are the
// free functions below. Names and JSON forms follow the reference (metaxy 0.1) so that its data stays usable.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <metaxy/error.hpp>

namespace metaxy::spec {

/// An immutable, ordered list of name parts such as `video/raw`. Features and fields have keys of distinct types.
/// Compared and ordered by parts.
template <class Tag>
class Key {
 public:
  /// Splits at `/` and validates. Throws: InvalidSpec naming the part and the rule.
  static Key parse(std::string_view text);
  /// Validates the parts. Throws: InvalidSpec.
  static Key from_parts(std::vector<std::string> parts);

  const std::vector<std::string>& parts() const { return parts_; }
  /// Parts joined by `/`.
  std::string to_string() const;
  /// Parts joined by `_`: the member name in by-field structs.
  std::string struct_key() const;
  /// `__` and the struct key: what upstream system columns are suffixed with.
  std::string column_suffix() const;
  /// Parts with `-` replaced by `_`, joined by `__`.
  std::string table_name() const;

  auto operator<=>(const Key&) const = default;

 private:
  explicit Key(std::vector<std::string> parts) : parts_(std::move(parts)) {}
  std::vector<std::string> parts_;
};

using FeatureKey = Key<struct FeatureTag>;
using FieldKey = Key<struct FieldTag>;
extern template class Key<FeatureTag>;
extern template class Key<FieldTag>;

inline constexpr std::string_view kInitialCodeVersion = "__metaxy_initial__";
inline constexpr std::string_view kAllDep = "__METAXY_ALL_DEP__";

/// Stands for every field (of one upstream, or of all).
struct All {
  bool operator==(const All&) const = default;
};

/// A field's dependency on fields of one upstream feature.
struct FieldDep {
  FeatureKey feature;
  std::variant<All, std::vector<FieldKey>> fields = All{};
  bool operator==(const FieldDep&) const = default;
};

/// One separately versioned part of a feature.
struct FieldSpec {
  FieldKey key = FieldKey::parse("default");
  std::string code_version{kInitialCodeVersion};
  /// All: every field of every upstream. Empty list: what the feature deps' mappings say.
  std::variant<All, std::vector<FieldDep>> deps = std::vector<FieldDep>{};
  bool operator==(const FieldSpec&) const = default;
};

struct DefaultMapping {
  bool match_suffix = false;
  std::vector<FieldKey> exclude_fields{};
  bool operator==(const DefaultMapping&) const = default;
};
struct SpecificMapping {
  std::map<FieldKey, std::vector<FieldKey>> mapping{};
  bool operator==(const SpecificMapping&) const = default;
};
struct AllMapping {
  bool operator==(const AllMapping&) const = default;
};
struct NoMapping {
  bool operator==(const NoMapping&) const = default;
};
/// Which upstream fields a field reads when its own deps are empty.
using FieldsMapping = std::variant<DefaultMapping, SpecificMapping, AllMapping, NoMapping>;

struct Identity {
  bool operator==(const Identity&) const = default;
};
/// N:1. `on` absent: the downstream feature's id columns.
struct Aggregation {
  std::optional<std::vector<std::string>> on{};
  bool operator==(const Aggregation&) const = default;
};
/// 1:N.
struct Expansion {
  std::vector<std::string> on{};
  std::optional<std::string> id_generation_pattern{};
  bool operator==(const Expansion&) const = default;
};
using Lineage = std::variant<Identity, Aggregation, Expansion>;

/// A feature's dependency on another feature.
struct FeatureDep {
  FeatureKey feature;
  std::optional<std::vector<std::string>> select{};            ///< column names after renaming; absent: all
  std::optional<std::map<std::string, std::string>> rename{};  ///< old → new, before filters and select
  FieldsMapping fields_mapping = DefaultMapping{};
  std::optional<std::vector<std::string>> sql_filters{};  ///< conditions on renamed columns, AND
  Lineage lineage = Identity{};
  bool optional = false;
  bool operator==(const FeatureDep&) const = default;
};

/// A feature as written.
struct FeatureSpec {
  FeatureKey key;
  std::vector<std::string> id_columns{};
  std::vector<FeatureDep> deps{};
  std::vector<FieldSpec> fields = {FieldSpec{}};
  std::string metadata = "{}";  ///< JSON object as text, members in the order written
  std::optional<std::string> description{};
  bool operator==(const FeatureSpec&) const = default;
};

enum class OnVersionMismatch { Warn, Error };

/// Where parts of a definition were written, by JSON pointers of its members: `/id_columns/1`, `/fields/0/deps/2`,
/// `/deps/1/rename/size`, `/deps/1/lineage/on/0`. A fields mapping's upstream fields are pointed to by their keys.
using PartPlaces = std::map<std::string, Place, std::less<>>;
/// Where the part that `pointer` points to was written; else the nearest around it that has a place.
std::optional<Place> place_of(const PartPlaces& places, std::string_view pointer);

/// A feature with what surrounds it: project, schema, where it came from.
struct FeatureDefinition {
  FeatureSpec spec;
  std::string feature_schema = "{}";  ///< JSON Schema object as text
  std::optional<std::string> feature_class_path{};
  std::string project{};
  bool is_external = false;
  /// Field versions to use as given instead of computing them; only for external features.
  std::optional<std::map<std::string, std::string>> provenance_by_field{};
  OnVersionMismatch on_version_mismatch = OnVersionMismatch::Warn;
  std::optional<Place> place{};                     ///< where the definition was written
  std::shared_ptr<const PartPlaces> part_places{};  ///< absent when only the whole has a place
};

/// The same of a definition, whose own place is around all of its parts.
std::optional<Place> place_of(const FeatureDefinition& definition, std::string_view pointer);

/// The reference's JSON form , keys in declaration order, as Python's `json.dumps` writes it.
std::string render_json(const FeatureSpec& spec);
/// The text that spec versions are made of: the same form with sorted keys, as Python's `json.dumps` writes it.
std::string render_canonical_json(const FeatureSpec& spec);
/// Reads that form and the reference's short forms (a feature or field as a text, `filters` for `sql_filters`, …).
/// Throws: InvalidSpec with all faults, each under its JSON pointer.
FeatureSpec parse_feature_spec(std::string_view json);

/// The reference's JSON form of a definition (spec, schema as text, class path, project), without spaces.
std::string render_json(const FeatureDefinition& definition);
/// Reads that form; the schema may be text or an object. Throws: InvalidSpec with all faults.
FeatureDefinition parse_feature_definition(std::string_view json);

/// The ten column names metaxy fills in itself; they cannot be ids or rename targets.
const std::vector<std::string>& system_columns();
bool is_system_column(std::string_view name);

/// Faults of one definition that need no other feature: empty or duplicate ids, duplicate fields and deps,
/// system-column names as ids, names that clash after mangling, renames and selects that contradict each other.
void check(const FeatureDefinition& definition, Faults& faults);

}  // namespace metaxy::spec
