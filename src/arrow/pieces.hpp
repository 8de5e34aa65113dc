// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <metaxy/arrow.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace metaxy::arrow {

/// A stream as several, one after the other, of so many rows each; the last may have less.
class Pieces {
 public:
  /// Requires: rows > 0.
  Pieces(Stream whole, std::uint64_t rows);
  ~Pieces();

  /// The next piece, to be read to its end before the one after it is asked for; absent when no rows are left. The
  /// first is always there, for its schema, which has no dictionaries and views. Throws: as the stream does.
  std::optional<Stream> next();

 private:
  struct Rest;
  std::shared_ptr<Rest> rest_;  ///< pieces read from it
  std::uint64_t rows_;
  bool has_begun_ = false;
};

}  // namespace metaxy::arrow
