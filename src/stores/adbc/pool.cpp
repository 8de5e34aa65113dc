// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/pool.hpp"

#include <metaxy/error.hpp>

#include "stores/adbc/dialects.hpp"

namespace metaxy::stores::adbc {

namespace {

constexpr std::size_t kMostIdle = 4;

}  // namespace

Pool::Pool(Options options, store::EngineMaker make_engine)
    : options_(std::move(options)),
      make_engine_(std::move(make_engine)),
      driver_(std::make_shared<Driver>(options_)),
      dialect_(find_dialect()),
      types_(dialect_) {}

const sql::Dialect& Pool::find_dialect() const {
  if (!options_.dialect.empty()) return dialect_named(options_.dialect);
  return dialect_of_vendor(std::make_shared<Link>(driver_, options_)->vendor());
}

Seat Pool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto out = std::move(idle_.back());
      idle_.pop_back();
      return out;
    }
  }
  Seat out{std::make_shared<Link>(driver_, options_), make_engine_()};
  for (const auto& statement : setup_of(dialect_)) out.link->execute(statement, {});
  return out;
}

void Pool::give_back(Seat seat) noexcept {
  const std::lock_guard lock(mutex_);
  // Who still reads from the connection keeps it.
  if (seat.link.use_count() == 1 && idle_.size() < kMostIdle) idle_.push_back(std::move(seat));
}

}  // namespace metaxy::stores::adbc
