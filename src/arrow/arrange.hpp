// SPDX-License-Identifier: Apache-2.0
// Columns of a stream in another order, and streams that are read several times, without copying values.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>

namespace metaxy::arrow {

/// The given columns: the name of each and that of the column of `rows` it takes its values from.
Stream arrange(Stream rows, const std::vector<std::pair<std::string, std::string>>& columns);

/// The batches of a stream, to be read as often as is wanted.
class Kept {
 public:
  /// Reads `rows` to its end. Throws: Cancelled when `watch` says so, and what the producer reports.
  explicit Kept(Stream rows, const Watch& watch = {});
  /// All of them again; they outlive this object.
  Stream again();
  bool is_empty() const;

 private:
  Schema schema_;
  std::vector<std::shared_ptr<Array>> batches_;
};

}  // namespace metaxy::arrow
