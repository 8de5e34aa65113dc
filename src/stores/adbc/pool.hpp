// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "sql/dialect.hpp"
#include "store/local_parts.hpp"
#include "stores/adbc/link.hpp"
#include "stores/adbc/types.hpp"

namespace metaxy::stores::adbc {

/// A connection and the engine that casts its rows.
struct Seat {
  std::shared_ptr<Link> link;
  std::shared_ptr<store::Session> engine;
};

/// The connections of one session on a store.
class Pool {
 public:
  /// Connects, and finds out which dialect the database speaks. Throws: as Driver; Unsupported.
  Pool(Options options, store::EngineMaker make_engine);

  Seat take();
  void give_back(Seat seat) noexcept;
  const sql::Dialect& dialect() const { return dialect_; }
  const Types& types() const { return types_; }

 private:
  const sql::Dialect& find_dialect() const;

  Options options_;
  store::EngineMaker make_engine_;
  std::shared_ptr<Driver> driver_;
  std::mutex mutex_;
  std::vector<Seat> idle_;
  const sql::Dialect& dialect_;
  Types types_;
};

}  // namespace metaxy::stores::adbc
