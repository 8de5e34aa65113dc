// SPDX-License-Identifier: Apache-2.0
#include "stores/sqlite/pool.hpp"

#include <filesystem>

namespace metaxy::stores::sqlite {

namespace {

constexpr std::size_t kMostIdle = 4;

}  // namespace

std::shared_ptr<Database> Pool::take(bool to_write, const Watch& watch) {
  {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      auto out = std::move(idle_.back());
      idle_.pop_back();
      if (out->is_own()) return out;
    }
  }
  if (!to_write && mode_ == store::Mode::Write) {
    std::error_code failure;
    const bool filled = std::filesystem::file_size(options_.path, failure) > 0 && !failure;
    if (!filled) return std::make_shared<Database>(Options{std::string(kMemory)}, store::Mode::Write, watch);
  }
  return take_new(watch);
}

std::shared_ptr<Database> Pool::take_new(const Watch& watch) {
  check_file(options_.path, mode_);
  return std::make_shared<Database>(options_, mode_, watch);
}

void Pool::give_back(std::shared_ptr<Database> database) noexcept {
  const bool in_file = sqlite3_db_filename(database->get(), "main") && *sqlite3_db_filename(database->get(), "main");
  if (!in_file || !database->is_own() || database->has_moved()) return;
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kMostIdle) idle_.push_back(std::move(database));
}

}  // namespace metaxy::stores::sqlite
