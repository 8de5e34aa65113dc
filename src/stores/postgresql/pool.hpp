// SPDX-License-Identifier: Apache-2.0
// The links of one store, shared by its sessions.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "stores/postgresql/link.hpp"

namespace metaxy::stores::postgresql {

class Pool {
 public:
  explicit Pool(Options options) : options_(std::move(options)) {}

  /// A link that answers. A server that restarts is given some seconds. Throws: what connecting throws.
  std::shared_ptr<Link> take(const Watch& watch);
  void give_back(std::shared_ptr<Link> link) noexcept;

  /// The schema of the tables; known once a link was taken.
  const std::string& schema() const { return schema_; }

  /// Keeps other writers of the schema out until `let_in`, and makes the schema if it is missing. Throws: Conflict.
  void keep_others_out(Link& link, const Watch& watch);
  void let_in(Link& link) noexcept;

 private:
  struct Idle {
    std::shared_ptr<Link> link;
    std::chrono::steady_clock::time_point since;
  };

  std::shared_ptr<Link> connect(const Watch& watch);
  void set_schema(Link& link, const Watch& watch);
  std::string lock_key() const;
  std::string who_holds(Link& link);

  Options options_;
  std::mutex mutex_;
  std::vector<Idle> idle_;
  std::string schema_;
  bool was_reached_ = false;
};

/// As identifiers and constants of SQL.
std::string quote_name(std::string_view name);
std::string quote_text(std::string_view text);

}  // namespace metaxy::stores::postgresql
