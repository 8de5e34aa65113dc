// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"
#include "stores/registry.hpp"
#include "support/scratch.hpp"

namespace metaxy::testing {
namespace {

/// A store in a folder that goes with it.
class FolderStore final : public store::Store {
 public:
  explicit FolderStore(stores::Options options = {}) {
    options.emplace("path", folder_.file("store.sqlite"));
    store_ = stores::open_store("sqlite", options);
  }
  const store::Info& info() const override { return store_->info(); }
  std::unique_ptr<store::Session> open(store::Mode mode, const Watch& watch) const override {
    // Readers of the suite open stores that nobody has written.
    if (mode == store::Mode::Read && !std::filesystem::exists(folder_.file("store.sqlite"))) {
      store_->open(store::Mode::Write)
          ->commit({store::Create{"made", rel::values({"id"}, {{rel::null()}}), {}}, store::Drop{"made"}});
    }
    return store_->open(mode, watch);
  }

 private:
  ScratchFolder folder_;
  std::unique_ptr<store::Store> store_;
};

std::shared_ptr<const store::Store> in_file() { return std::make_shared<FolderStore>(); }
std::shared_ptr<const store::Store> in_memory() { return stores::open_store("sqlite", {{"path", ":memory:"}}); }

/// Beside tables that are not its own.
std::shared_ptr<const store::Store> prefixed() {
  auto out = std::make_shared<FolderStore>(stores::Options{{"table_prefix", "my \"own\"_"}});
  const auto other = rel::values({"id"}, {{rel::literal("of somebody else")}});
  const auto plain = stores::open_store("sqlite", {{"path", out->info().location}});
  plain->open(store::Mode::Write)->commit({store::Create{"t", other, {}}, store::Append{"t", other}});
  return out;
}

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         ::testing::Values(StoreCase{"file", in_file}, StoreCase{"memory", in_memory},
                                           StoreCase{"prefixed", prefixed}),
                         [](const auto& chosen) { return chosen.param.name; });

}  // namespace
}  // namespace metaxy::testing
