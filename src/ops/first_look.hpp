// SPDX-License-Identifier: Apache-2.0
// A look at rows on their way into a store: it spares the database checks that would read all of them again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/spec.hpp>

#include "ops/version_look.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

/// 64-bit hashes that came by. Equal ones may belong to different values.
class HashSet {
 public:
  /// Whether it had come by before.
  bool insert(std::uint64_t hash);

 private:
  void grow();

  std::vector<std::uint64_t> slots_;  ///< 0 is a free slot
  std::size_t used_ = 0;
};

/// What a stream's rows were seen to be. False means unknown: the database must look for itself.
class FirstLook {
 public:
  /// Only ids that are text or integers can be told apart here.
  FirstLook(const spec::FeatureSpec& spec, const hash::Settings& settings, const store::TableSchema& given);
  /// The table that the rows go into: what a conversion makes of ids may be equal, or nothing.
  void stored_in(const store::TableSchema& table);

  /// Rows take over data versions of their records before.
  void carried_over() { carried_over_ = true; }

  /// The same stream, looked at as it is read.
  static arrow::Stream watch(const std::shared_ptr<FirstLook>& look, arrow::Stream rows);

  bool ids_are_sound() const { return ended_ && ids_sound_; }            ///< no null or empty id
  bool ids_differ() const { return ended_ && ids_differ_; }              ///< no id occurs twice
  bool versions_are_sound() const { return ended_ && versions_sound_; }  ///< no null or empty version was given
  /// Versions of samples that were given are made of those of their fields.
  bool provenance_agrees() const { return ended_ && versions_ && versions_->provenance_agrees(); }
  bool data_version_agrees() const { return ended_ && versions_ && !carried_over_ && versions_->data_version_agrees(); }

 private:
  struct Columns {
    std::vector<std::size_t> ids;
    std::vector<std::size_t> versions;
  };
  Columns find_columns(const ArrowSchema& schema) const;
  void look_at(const ArrowSchema& schema, const Columns& columns, const ArrowArray& batch);

  spec::FeatureSpec spec_;
  hash::Settings settings_;
  std::optional<VersionLook> versions_;
  std::vector<store::Kind> kinds_;  ///< of the ids as given
  bool ended_ = false;
  bool carried_over_ = false;
  bool ids_sound_ = true;
  bool ids_differ_ = true;
  bool versions_sound_ = true;
  HashSet seen_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace metaxy::ops
