// SPDX-License-Identifier: Apache-2.0
#include "ops/first_look.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include "lineage/columns.hpp"

namespace metaxy::ops {

namespace {

/// A column's rows [first, first + count) of its buffers.
struct Rows {
  const ArrowSchema& schema;
  const ArrowArray& array;
  std::int64_t first;
  std::int64_t count;

  std::string_view format() const { return schema.format; }
  bool may_be_null() const { return array.null_count != 0 && array.n_buffers > 0 && array.buffers[0] && has_null(); }

 private:
  bool has_null() const {
    const auto* bits = static_cast<const std::uint8_t*>(array.buffers[0]);
    for (std::int64_t row = first; row < first + count; ++row) {
      if ((bits[row / 8] >> (row % 8) & 1) == 0) return true;
    }
    return false;
  }
};

Rows rows_of(const ArrowSchema& schema, const ArrowArray& array, std::int64_t first, std::int64_t count) {
  return {schema, array, array.offset + first, count};
}

/// Calls `take` with each text until it returns false; false also for columns that are no plain text.
template <class Offset, class Take>
bool each_of(const Rows& rows, const Take& take) {
  const auto* offsets = static_cast<const Offset*>(rows.array.buffers[1]);
  const auto* data = static_cast<const char*>(rows.array.buffers[2]);
  if (!offsets || !data) return rows.count == 0;
  for (std::int64_t row = rows.first; row < rows.first + rows.count; ++row) {
    const auto size = static_cast<std::size_t>(offsets[row + 1] - offsets[row]);
    if (!take(std::string_view(data + offsets[row], size))) return false;
  }
  return true;
}

template <class Take>
bool each_view(const Rows& rows, const Take& take) {
  constexpr std::int64_t kViewSize = 16;
  constexpr std::int32_t kInline = 12;
  const auto* views = static_cast<const char*>(rows.array.buffers[1]);
  for (std::int64_t row = rows.first; row < rows.first + rows.count; ++row) {
    const char* view = views + row * kViewSize;
    std::array<std::int32_t, 4> words;  // size, prefix, buffer, offset
    std::memcpy(words.data(), view, sizeof words);
    const char* text = view + sizeof words[0];
    if (words[0] > kInline) text = static_cast<const char*>(rows.array.buffers[2 + words[2]]) + words[3];
    if (!take(std::string_view(text, static_cast<std::size_t>(words[0])))) return false;
  }
  return true;
}

template <class Take>
bool each_text(const Rows& rows, const Take& take) {
  if (rows.schema.dictionary || rows.may_be_null()) return false;
  if (rows.format() == "u") return each_of<std::int32_t>(rows, take);
  if (rows.format() == "U") return each_of<std::int64_t>(rows, take);
  if (rows.format() == "vu") return each_view(rows, take);
  return false;
}

bool is_filled(std::string_view text) { return !text.empty(); }

/// Texts, or structs of texts, without nulls and empty ones.
bool all_filled(const Rows& rows) {
  if (rows.format() != "+s") return each_text(rows, is_filled);
  if (rows.may_be_null()) return false;
  for (std::int64_t i = 0; i < rows.schema.n_children; ++i) {
    const auto& child = *rows.array.children[i];
    if (!all_filled(rows_of(*rows.schema.children[i], child, rows.first, rows.count))) return false;
  }
  return true;
}

void mix(std::uint64_t& into, std::uint64_t value) {
  constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;
  into = (into ^ value) * kGolden;
  into ^= into >> 32U;
}

template <class Integer>
bool mix_integers(const Rows& rows, std::vector<std::uint64_t>& hashes) {
  const auto* values = static_cast<const Integer*>(rows.array.buffers[1]);
  if (!values || rows.may_be_null()) return rows.count == 0;
  for (std::int64_t i = 0; i < rows.count; ++i) {
    mix(hashes[static_cast<std::size_t>(i)], static_cast<std::uint64_t>(values[rows.first + i]));
  }
  return true;
}

/// Adds a column to the hashes of its rows; false when it has nulls, empty texts or another type.
bool mix_ids(const Rows& rows, std::vector<std::uint64_t>& hashes) {
  if (rows.schema.dictionary) return false;
  if (rows.format() == "l") return mix_integers<std::int64_t>(rows, hashes);
  if (rows.format() == "i") return mix_integers<std::int32_t>(rows, hashes);
  std::size_t i = 0;
  return each_text(rows, [&](std::string_view text) {
    mix(hashes[i++], std::hash<std::string_view>{}(text));
    return !text.empty();
  });
}

store::Kind kind_of(const store::TableSchema& schema, const std::string& name) {
  for (const auto& column : schema) {
    if (column.name == name) return column.type.kind;
  }
  return store::Kind::Null;
}

}  // namespace

bool HashSet::insert(std::uint64_t hash) {
  hash = std::max<std::uint64_t>(hash, 1);
  if (2 * (used_ + 1) > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    if (slots_[at] == hash) return true;
    if (slots_[at] != 0) continue;
    slots_[at] = hash;
    ++used_;
    return false;
  }
}

void HashSet::grow() {
  constexpr std::size_t kFirst = 1024;
  std::vector<std::uint64_t> old(std::max(kFirst, 4 * slots_.size()));
  old.swap(slots_);
  used_ = 0;
  for (const auto hash : old) {
    if (hash != 0) insert(hash);
  }
}

FirstLook::FirstLook(const spec::FeatureSpec& spec, const hash::Settings& settings, const store::TableSchema& given)
    : spec_(spec), settings_(settings) {
  for (const auto& id : spec.id_columns) {
    kinds_.push_back(kind_of(given, id));
    if (kinds_.back() != store::Kind::Text && kinds_.back() != store::Kind::Integer) ids_differ_ = false;
  }
}

void FirstLook::stored_in(const store::TableSchema& table) {
  for (std::size_t i = 0; i < spec_.id_columns.size(); ++i) {
    if (kind_of(table, spec_.id_columns[i]) != kinds_[i]) ids_sound_ = ids_differ_ = false;
  }
}

FirstLook::Columns FirstLook::find_columns(const ArrowSchema& schema) const {
  Columns out;
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    const std::string_view name = schema.children[i]->name ? schema.children[i]->name : "";
    if (lineage::contains(spec_.id_columns, name)) out.ids.push_back(static_cast<std::size_t>(i));
    for (auto versions :
         {lineage::kProvenanceByField, lineage::kProvenance, lineage::kDataVersionByField, lineage::kDataVersion}) {
      if (name == versions) out.versions.push_back(static_cast<std::size_t>(i));
    }
  }
  return out;
}

arrow::Stream FirstLook::watch(const std::shared_ptr<FirstLook>& look, arrow::Stream rows) {
  auto stream = std::make_shared<arrow::Stream>(std::move(rows));
  auto schema = std::make_shared<arrow::Schema>(stream->schema());
  const Columns columns = look->find_columns(*schema->get());
  if (columns.ids.size() != look->spec_.id_columns.size()) look->ids_sound_ = look->ids_differ_ = false;
  look->versions_.emplace(look->spec_, look->settings_, *schema->get());
  return arrow::make_stream(stream->schema(), [look, stream, schema, columns]() -> std::optional<arrow::Array> {
    auto batch = stream->next();
    if (batch) {
      look->look_at(*schema->get(), columns, *batch->get());
    } else {
      look->ended_ = true;
    }
    return batch;
  });
}

void FirstLook::look_at(const ArrowSchema& schema, const Columns& columns, const ArrowArray& batch) {
  const auto at = [&](std::size_t i) {
    return rows_of(*schema.children[i], *batch.children[i], batch.offset, batch.length);
  };
  versions_->look_at(batch);
  for (const std::size_t i : columns.versions) versions_sound_ = versions_sound_ && all_filled(at(i));
  if (!ids_sound_) return;
  hashes_.assign(static_cast<std::size_t>(batch.length), 0);
  for (const std::size_t i : columns.ids) ids_sound_ = ids_sound_ && mix_ids(at(i), hashes_);
  if (!ids_sound_) ids_differ_ = false;
  for (std::size_t row = 0; ids_differ_ && row < hashes_.size(); ++row) ids_differ_ = !seen_.insert(hashes_[row]);
}

}  // namespace metaxy::ops
