// SPDX-License-Identifier: Apache-2.0
// A look at rows on their way into a store: it spares the database checks that would read all of them again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/spec.hpp>

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
  FirstLook(const spec::FeatureSpec& spec, const store::TableSchema& given);
  /// The table that the rows go into: a conversion of ids may make different ones equal.
  void stored_in(const store::TableSchema& table);

  /// The same stream, looked at as it is read.
  static arrow::Stream watch(const std::shared_ptr<FirstLook>& look, arrow::Stream rows);

  bool ids_are_sound() const { return ended_ && ids_sound_; }            ///< no null or empty id
  bool ids_differ() const { return ended_ && ids_differ_; }              ///< no id occurs twice
  bool versions_are_sound() const { return ended_ && versions_sound_; }  ///< no null or empty version was given

 private:
  struct Columns {
    std::vector<std::size_t> ids;
    std::vector<std::size_t> versions;
  };
  Columns find_columns(const ArrowSchema& schema) const;
  void look_at(const ArrowSchema& schema, const Columns& columns, const ArrowArray& batch);

  std::vector<std::string> ids_;
  std::vector<store::Kind> kinds_;  ///< of the ids as given
  bool ended_ = false;
  bool ids_sound_ = true;
  bool ids_differ_ = true;
  bool versions_sound_ = true;
  HashSet seen_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace metaxy::ops
