// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/store.hpp"

#include <fmt/format.h>

#include <metaxy/hash.hpp>

#include "base/text.hpp"
#include "sql/dialect_postgresql.hpp"
#include "store/sql_session.hpp"
#include "stores/postgresql/connection.hpp"

namespace metaxy::stores::postgresql {

namespace {

/// Where the tables are, without secrets.
std::string location_of(const Options& options) {
  std::string out = options.uri.find("://") == std::string::npos ? "postgresql" : redact_uri(options.uri);
  for (const auto* name : {"host", "port", "dbname", "service"}) {
    const auto at = options.params.find(name);
    if (at != options.params.end()) out += fmt::format(" {}={}", name, at->second);
  }
  return options.schema.empty() ? out : out + " schema=" + options.schema;
}

store::Info describe(const Options& options) {
  store::Info info;
  info.kind = "postgresql";
  info.location = location_of(options);
  for (const auto algorithm : hash::all_algorithms()) info.algorithms.emplace_back(hash::to_string(algorithm));
  info.default_algorithm = hash::to_string(hash::Algorithm::Sha256);
  info.reference_algorithm = hash::to_string(hash::Algorithm::Xxhash32);
  info.identifier_limit = sql::postgresql().traits().identifier_limit;
  info.atomic_commit = true;
  return info;
}

class PostgresStore final : public store::Store {
 public:
  PostgresStore(Options options, store::EngineMaker engine)
      : info_(describe(options)), pool_(std::make_shared<Pool>(std::move(options))), engine_(std::move(engine)) {}

  const store::Info& info() const override { return info_; }

  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    pool_->give_back(pool_->take(watch));
    auto session =
        std::make_unique<store::SqlSession>(mode, sql::postgresql(), std::make_shared<PostgresSource>(pool_), engine_);
    session->heed(watch);
    return session;
  }

 private:
  store::Info info_;
  std::shared_ptr<Pool> pool_;
  store::EngineMaker engine_;
};

}  // namespace

std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine) {
  return std::make_unique<PostgresStore>(std::move(options), std::move(engine));
}

}  // namespace metaxy::stores::postgresql
