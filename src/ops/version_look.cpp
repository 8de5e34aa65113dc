// SPDX-License-Identifier: Apache-2.0
#include "ops/version_look.hpp"

#include <algorithm>

#include "lineage/columns.hpp"

namespace metaxy::ops {

namespace {

bool is_text(std::string_view format) { return format == "u" || format == "U" || format == "vu"; }

/// Absent: NULL.
std::optional<std::string_view> text_at(const ArrowArrayView& column, std::int64_t row) {
  if (ArrowArrayViewIsNull(&column, row) != 0) return std::nullopt;
  const auto text = ArrowArrayViewGetStringUnsafe(&column, row);
  return std::string_view(text.data, static_cast<std::size_t>(text.size_bytes));
}

std::optional<std::size_t> find_text(const ArrowSchema& parent, std::string_view name) {
  for (std::int64_t i = 0; i < parent.n_children; ++i) {
    const auto& child = *parent.children[i];
    if (child.name && name == child.name && is_text(child.format) && !child.dictionary) {
      return static_cast<std::size_t>(i);
    }
  }
  return std::nullopt;
}

std::vector<spec::FieldKey> keys_of(const spec::FeatureSpec& spec) {
  std::vector<spec::FieldKey> out;
  for (const auto& field : spec.fields) out.push_back(field.key);
  return out;
}

}  // namespace

VersionLook::VersionLook(const spec::FeatureSpec& spec, const hash::Settings& settings, const ArrowSchema& schema)
    : settings_(settings), parts_(lineage::sample_preimage(keys_of(spec), settings.format)), schema_(schema) {
  for (const auto& field : spec.fields) names_.push_back(field.key.struct_key());
  provenance_ = find(lineage::kProvenance, lineage::kProvenanceByField);
  data_version_ = find(lineage::kDataVersion, lineage::kDataVersionByField);
  provenance_agrees_ = provenance_.has_value();
  data_version_agrees_ = provenance_ && data_version_;
}

std::optional<VersionLook::Columns> VersionLook::find(std::string_view whole, std::string_view by_field) const {
  const auto text = find_text(schema_, whole);
  if (!text) return std::nullopt;
  for (std::int64_t i = 0; i < schema_.n_children; ++i) {
    const auto& child = *schema_.children[i];
    if (!child.name || by_field != child.name || std::string_view(child.format) != "+s") continue;
    Columns out{*text, static_cast<std::size_t>(i), {}};
    for (const auto& name : names_) {
      const auto member = find_text(child, name);
      if (!member) return std::nullopt;
      out.members.push_back(*member);
    }
    return out;
  }
  return std::nullopt;
}

VersionLook::Views VersionLook::look_into(const ArrowArray& batch, const Columns& columns) const {
  return {arrow::ArrayView(*schema_.children[columns.whole], *batch.children[columns.whole]),
          arrow::ArrayView(*schema_.children[columns.by_field], *batch.children[columns.by_field]), columns.members};
}

/// False also where a version is missing.
bool VersionLook::is_made_of_fields(const Views& versions, std::int64_t row) {
  const auto whole = text_at(*versions.whole.get(), row);
  const auto& by_field = *versions.by_field.get();
  if (!whole || ArrowArrayViewIsNull(&by_field, row) != 0) return false;
  const auto value = [&](std::size_t i) {
    return text_at(*by_field.children[versions.members[i]], row + by_field.offset);
  };
  if (settings_.format == hash::Format::V1 && names_.size() == 1) return whole == value(0);
  preimage_.clear();
  for (const auto& part : parts_) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      preimage_ += *text;
      continue;
    }
    const auto filled = value(std::get<std::size_t>(part));
    if (!filled) return false;
    settings_.format == hash::Format::V1 ? hash::append_item(preimage_, filled) : void(preimage_ += *filled);
  }
  made_.clear();
  hash::append_digest(settings_, preimage_, made_);
  return whole == std::string_view(made_);
}

void VersionLook::look_at(const ArrowArray& batch) {
  const auto end = batch.offset + batch.length;
  if (!provenance_agrees_ && !data_version_agrees_) return;
  const auto provenance = look_into(batch, *provenance_);
  for (auto row = batch.offset; row < end && provenance_agrees_; ++row) {
    provenance_agrees_ = is_made_of_fields(provenance, row);
  }
  if (!data_version_agrees_) return;
  const auto data_version = look_into(batch, *data_version_);
  for (auto row = batch.offset; row < end && data_version_agrees_; ++row) {
    // One that is the provenance is no version of its own.
    const auto whole = text_at(*data_version.whole.get(), row);
    const bool is_own = !whole || whole != text_at(*provenance.whole.get(), row);
    data_version_agrees_ = !is_own || is_made_of_fields(data_version, row);
  }
}

}  // namespace metaxy::ops
