// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "stores/sqlite/database.hpp"

namespace metaxy::stores::sqlite {

/// The handles of one session. One stays open as long as the session does: whoever closes a file last tidies up behind
/// all others.
class Pool {
 public:
  /// `keeper` lives as long as the pool.
  Pool(Options options, store::Mode mode, std::shared_ptr<void> keeper)
      : options_(std::move(options)), mode_(mode), keeper_(std::move(keeper)) {}

  /// To read: of a file that does not exist yet there is an empty one. Throws: what opening throws.
  std::shared_ptr<Database> take(bool to_write, const Watch& watch);
  /// The same, never one that was given back.
  std::shared_ptr<Database> take_new(const Watch& watch);
  void give_back(std::shared_ptr<Database> database) noexcept;

 private:
  Options options_;
  store::Mode mode_;
  std::shared_ptr<void> keeper_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Database>> idle_;
};

}  // namespace metaxy::stores::sqlite
