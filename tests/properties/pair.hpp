// SPDX-License-Identifier: Apache-2.0
// The store under test and the oracle, fed with the same things: both must put every sample into the same state with
// the same digests. What differs is thrown.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <metaxy/ops.hpp>

#include "arrow/build.hpp"
#include "oracle/oracle.hpp"
#include "properties/world.hpp"
#include "support/database.hpp"

namespace metaxy {

/// What a step does. Those that bring samples up to date stand more than once, so that there is something to lose.
enum class Does { WriteRoot, Rerun, RerunAll, Edit, Remove, Erase, CarryOver, Rebase, Push, Move };
inline constexpr std::array kKinds = {Does::WriteRoot, Does::WriteRoot, Does::WriteRoot, Does::Rerun,  Does::RerunAll,
                                      Does::RerunAll,  Does::RerunAll,  Does::Edit,      Does::Edit,   Does::Remove,
                                      Does::Erase,     Does::CarryOver, Does::CarryOver, Does::Rebase, Does::Rebase,
                                      Does::Push,      Does::Move};

struct Step {
  Does kind;
  int feature;
  int samples;  ///< bit set of samples
  int value;
};
constexpr int kSampleSets = 64;
constexpr int kValues = 12;

class Pair {
 public:
  /// `order` decides how rows are shuffled before they are written.
  Pair(const World& world, hash::Settings settings, int threads = 2, unsigned order = 0);
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;

  void play(const Step& step);
  /// A field's code version goes up, or what may be there or not changes sides.
  void edit(const std::string& thing);
  /// Writes samples whose number is in the set.
  void write_root(const std::string& feature, int samples, int value);
  /// Computes what an increment asks for, samples whose number is in the set.
  void rerun(const std::string& feature, int samples, int value);
  /// The same without the feature's column. Samples that have none yet are left out, but for some values.
  void carry_over(const std::string& feature, int samples, int value);
  /// Deletes samples by their first id.
  void remove(const std::string& feature, int value);
  void erase(const std::string& feature, int value);
  /// From one of the versions that are stored.
  void rebase(const std::string& feature, int value);
  /// The other project tells what its features are.
  void push();
  /// Copies everything to a new store and goes on there.
  void move();

  /// Increments, states and records of a feature.
  void compare(const std::string& feature);
  /// The same for what was there after an earlier step, whatever happened since.
  void compare_then(const std::string& feature, int chosen);
  void compare_all();
  /// Nothing is left to be done.
  void expect_all_current();

  /// What has been compared, and how often: states by feature, what steps did.
  const std::map<std::string, int>& seen() const { return seen_; }

 private:
  /// A project with its store.
  struct View {
    std::string project;
    std::shared_ptr<const graph::FeatureGraph> graph;
    std::unique_ptr<ops::MetadataStore> store;
  };
  /// Rows as they are written.
  struct Rows {
    std::vector<arrow::Field> columns;
    std::vector<Json> rows;
  };

  graph::VersionSettings version_settings() const;
  std::shared_ptr<const graph::FeatureGraph> graph_of(std::vector<spec::FeatureDefinition> definitions) const;
  std::unique_ptr<ops::MetadataStore> open_store(const store::Store& database, const View& view) const;
  void reopen();
  void reopen_ours();
  /// The view of the project that the feature belongs to; the oracle sees what it sees.
  View& view_of(const spec::FeatureKey& feature);

  bool exists(const spec::FeatureKey& key) const { return written_.count(key) > 0; }
  bool is_resolvable(const spec::FeatureKey& key);

  Rows computed_rows(const spec::FeatureKey& key, int samples, int value);
  void give_data_versions(const spec::FeatureKey& key, Rows& rows, int value) const;
  void write(const spec::FeatureKey& key, Rows rows);
  void remove(const std::string& feature, int value, bool hard);
  void see_carried_over(const spec::FeatureKey& key, const std::map<std::string, oracle::Record>& before);

  void compare_increment(const spec::FeatureKey& key, const oracle::Answer& wanted, const ops::ResolveOptions& options);
  void compare_status(const spec::FeatureKey& key, const oracle::Answer& wanted);
  void compare_read(const spec::FeatureKey& key, const oracle::Model& model, const ops::ReadOptions& options);

  const World& world_;
  hash::Settings settings_;
  int threads_;
  std::mt19937 order_;
  int time_ = 0;
  std::unique_ptr<store::Store> database_;
  Edits edits_;
  std::optional<Edits> pushed_;  ///< of the other project's features
  std::set<spec::FeatureKey> written_;
  oracle::Model model_;
  View ours_;
  View theirs_;
  std::map<std::string, int> seen_;
};

}  // namespace metaxy
