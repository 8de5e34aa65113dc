// SPDX-License-Identifier: Apache-2.0
#include "stores/storage_store.hpp"

#include <utility>

#include "store/storage_session.hpp"
#include "stores/registry.hpp"

namespace metaxy::stores {

namespace {

class StorageStore final : public store::Store {
 public:
  StorageStore(store::Info info, store::OpenStorage open, std::string memory_limit)
      : info_(std::move(info)), open_(std::move(open)), memory_limit_(std::move(memory_limit)) {}

  const store::Info& info() const override { return info_; }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    auto engine = open_empty(memory_limit_)->open(store::Mode::Write);
    auto session = std::make_unique<store::StorageSession>(mode, open_(mode), std::move(engine));
    session->heed(watch);
    return session;
  }

 private:
  store::Info info_;
  store::OpenStorage open_;
  std::string memory_limit_;
};

}  // namespace

std::unique_ptr<store::Store> make_storage_store(std::string kind, std::string location, store::OpenStorage open,
                                                 std::string memory_limit) {
  store::Info info = open_empty()->info();  // what is computed, the local engine computes
  info.kind = std::move(kind);
  info.location = std::move(location);
  info.atomic_commit = false;
  return std::make_unique<StorageStore>(std::move(info), std::move(open), std::move(memory_limit));
}

}  // namespace metaxy::stores
