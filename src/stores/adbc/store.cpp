// SPDX-License-Identifier: Apache-2.0
#include "stores/adbc/store.hpp"

#include <metaxy/hash.hpp>
#include <mutex>

#include "base/text.hpp"
#include "store/sql_session.hpp"
#include "stores/adbc/connection.hpp"
#include "stores/adbc/dialects.hpp"

namespace metaxy::stores::adbc {

namespace {

/// Where the tables are, without secrets.
std::string location_of(const Options& options) {
  const auto uri = options.database.find("uri");
  std::string out = options.driver;
  if (uri != options.database.end()) out += " " + redact_uri(uri->second);
  if (!options.catalog.empty()) out += " catalog=" + options.catalog;
  return options.schema.empty() ? out : out + " schema=" + options.schema;
}

store::Info describe(const Options& options) {
  store::Info info;
  info.kind = "adbc";
  info.location = location_of(options);
  for (const auto algorithm : hash::all_algorithms()) info.algorithms.emplace_back(hash::to_string(algorithm));
  info.default_algorithm = hash::to_string(hash::Algorithm::Sha256);
  info.reference_algorithm = hash::to_string(hash::Algorithm::Md5);
  info.identifier_limit = options.dialect.empty() ? 0 : dialect_named(options.dialect).traits().identifier_limit;
  info.atomic_commit = true;
  return info;
}

class AdbcStore final : public store::Store {
 public:
  AdbcStore(Options options, store::EngineMaker engine)
      : info_(describe(options)), options_(std::move(options)), engine_(std::move(engine)) {}

  const store::Info& info() const override { return info_; }

  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    auto pool = std::make_shared<Pool>(options_, engine_);
    auto session = std::make_unique<store::SqlSession>(mode, pool->dialect(),
                                                       std::make_shared<AdbcSource>(pool, writers_), engine_);
    session->heed(watch);
    return session;
  }

 private:
  store::Info info_;
  Options options_;
  store::EngineMaker engine_;
  std::shared_ptr<std::timed_mutex> writers_ = std::make_shared<std::timed_mutex>();
};

}  // namespace

std::unique_ptr<store::Store> make_store(Options options, store::EngineMaker engine) {
  return std::make_unique<AdbcStore>(std::move(options), std::move(engine));
}

}  // namespace metaxy::stores::adbc
