// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/store.hpp"

#include <metaxy/hash.hpp>

#include "base/text.hpp"
#include "sql/dialect_clickhouse.hpp"
#include "stores/clickhouse/session.hpp"

namespace metaxy::stores::clickhouse {

namespace {

store::Info describe(const Options& options) {
  store::Info info;
  info.kind = "clickhouse";
  info.location = redact_uri(options.hosts.front()) + "/" + options.database;
  for (const auto algorithm : hash::all_algorithms()) info.algorithms.emplace_back(hash::to_string(algorithm));
  info.default_algorithm = hash::to_string(hash::Algorithm::Sha256);
  info.reference_algorithm = hash::to_string(hash::Algorithm::Xxhash32);
  info.identifier_limit = 200;  // tables are files, with scratch names around theirs
  info.atomic_commit = false;
  return info;
}

/// What was written through one replica is read through any.
Options with_settings(Options options) {
  if (options.cluster.empty() || !options.engine.starts_with("Replicated")) return options;
  const std::pair<const char*, const char*> wanted[] = {
      {"insert_quorum", "auto"}, {"insert_quorum_parallel", "0"}, {"select_sequential_consistency", "1"}};
  for (const auto& [name, value] : wanted) options.settings.emplace(name, value);
  return options;
}

class ClickHouseStore final : public store::Store {
 public:
  explicit ClickHouseStore(Options options)
      : info_(describe(options)), server_(std::make_shared<Server>(with_settings(std::move(options)))) {}

  const store::Info& info() const override { return info_; }

  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    auto session = std::make_unique<ClickHouseSession>(mode, server_);
    session->heed(watch);
    return session;
  }

 private:
  store::Info info_;
  std::shared_ptr<Server> server_;
};

}  // namespace

std::unique_ptr<store::Store> make_store(Options options) {
  return std::make_unique<ClickHouseStore>(std::move(options));
}

}  // namespace metaxy::stores::clickhouse
