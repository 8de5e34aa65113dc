// SPDX-License-Identifier: Apache-2.0
#include "ops/record_versions.hpp"

#include <algorithm>
#include <functional>

#include "lineage/columns.hpp"
#include "lineage/provenance.hpp"

namespace metaxy::ops {

namespace {

using lineage::kDataVersion;
using lineage::kDataVersionByField;
using lineage::kProvenance;
using lineage::kProvenanceByField;

rel::ExprPtr text_column(std::string_view name) { return rel::cast(rel::column(std::string(name)), rel::Type::Text); }

class Versions {
 public:
  Versions(const spec::FeatureSpec& spec, const store::TableSchema& given, const Rules& rules)
      : given_(given), rules_(rules) {
    for (const auto& field : spec.fields) keys_.push_back(field.key);
    const auto computed = sample_version([this](std::size_t i) { return member(kProvenanceByField, i); });
    provenance_ = has(kProvenance) ? rel::coalesce({text_column(kProvenance), computed}) : computed;
  }

  std::vector<rel::Named> columns() const {
    const bool plain = !has(kDataVersionByField) && (rules_.compat || !has(kDataVersion));
    std::vector<rel::Named> out;
    out.push_back({std::string(kProvenanceByField), rel::column(std::string(kProvenanceByField))});
    out.push_back({std::string(kProvenance), provenance_});
    out.push_back({std::string(kDataVersionByField),
                   plain ? rel::column(std::string(kProvenanceByField)) : data_version_by_field()});
    out.push_back({std::string(kDataVersion), plain ? provenance_ : data_version()});
    return out;
  }

 private:
  bool has(std::string_view name) const { return store::find_column(given_, name) != nullptr; }
  rel::ExprPtr member(std::string_view by_field, std::size_t i) const {
    return rel::member(rel::column(std::string(by_field)), keys_[i].struct_key());
  }
  rel::ExprPtr sample_version(const std::function<rel::ExprPtr(std::size_t)>& value) const {
    return lineage::sample_version(keys_, rules_.hash, value);
  }

  /// The field's own data version, else its provenance.
  rel::ExprPtr filled(std::size_t i) const {
    if (!has(kDataVersionByField)) return member(kProvenanceByField, i);
    return rel::coalesce({member(kDataVersionByField, i), member(kProvenanceByField, i)});
  }
  /// TRUE when no field has a data version of its own.
  rel::ExprPtr handed_out() const {
    std::vector<rel::ExprPtr> same;
    for (std::size_t i = 0; i < keys_.size() && has(kDataVersionByField); ++i) {
      same.push_back(rel::equal(filled(i), member(kProvenanceByField, i)));
    }
    return rel::all_of(same);
  }
  /// TRUE when the user gave a data version of the sample.
  rel::ExprPtr is_given() const {
    const auto version = text_column(kDataVersion);
    return rel::all_of({rel::negate(rel::is_null(version)), rel::negate(rel::equal(version, provenance_))});
  }

  rel::ExprPtr data_version_by_field() const {
    std::vector<std::pair<std::string, rel::ExprPtr>> members;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      auto value = filled(i);
      if (has(kDataVersion) && !rules_.compat) {
        value = rel::case_when({{rel::all_of({is_given(), handed_out()}), text_column(kDataVersion)}}, value);
      }
      members.emplace_back(keys_[i].struct_key(), value);
    }
    return rel::pack(members);
  }

  rel::ExprPtr data_version() const {
    if (rules_.compat && has(kDataVersion)) return rel::coalesce({text_column(kDataVersion), provenance_});
    auto computed =
        rel::case_when({{handed_out(), provenance_}}, sample_version([this](std::size_t i) { return filled(i); }));
    if (!has(kDataVersion)) return computed;
    return rel::case_when({{is_given(), text_column(kDataVersion)}}, computed);
  }

  const store::TableSchema& given_;
  const Rules& rules_;
  std::vector<spec::FieldKey> keys_;
  rel::ExprPtr provenance_;
};

}  // namespace

std::vector<rel::Named> version_columns(const spec::FeatureSpec& spec, const store::TableSchema& given,
                                        const Rules& rules) {
  return Versions(spec, given, rules).columns();
}

rel::ExprPtr contradicts_provenance(const spec::FeatureSpec& spec, const hash::Settings& settings) {
  std::vector<spec::FieldKey> keys;
  for (const auto& field : spec.fields) keys.push_back(field.key);
  const auto made = lineage::sample_version(keys, settings, [&](std::size_t i) {
    return rel::member(rel::column(std::string(kProvenanceByField)), keys[i].struct_key());
  });
  return rel::negate(rel::equal(text_column(kProvenance), made));
}

rel::ExprPtr contradicts_fields(const spec::FeatureSpec& spec, const hash::Settings& settings) {
  std::vector<spec::FieldKey> keys;
  std::vector<rel::ExprPtr> same;
  const auto version = rel::column(std::string(kDataVersion));
  const auto member = [&](std::size_t i) {
    return rel::member(rel::column(std::string(kDataVersionByField)), keys[i].struct_key());
  };
  for (const auto& field : spec.fields) {
    keys.push_back(field.key);
    same.push_back(rel::equal(member(keys.size() - 1), version));
  }
  return rel::all_of({rel::negate(rel::equal(version, rel::column(std::string(kProvenance)))),
                      rel::negate(rel::all_of(same)),
                      rel::negate(rel::equal(version, lineage::sample_version(keys, settings, member)))});
}

}  // namespace metaxy::ops
