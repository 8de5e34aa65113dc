// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/status_report.hpp"
#include "cli/store_options.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::vector<std::string> features;
  StoreOption store;
  FilterOptions filters;
  std::string format = "plain";
  bool exit_code = false;
  bool assert_in_sync = false;
};

// Status of features asked for by several sessions at once: one query each, and small ones leave a core idle.
class Survey {
 public:
  Survey(const project::Project& project, std::vector<spec::FeatureKey> keys, const Given& given, Watch watch)
      : project_(project), keys_(std::move(keys)), given_(given), watch_(std::move(watch)), results_(keys_.size()) {}

  std::vector<StatusResult> run() {
    constexpr std::size_t kMostSessions = 2;
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t sessions = std::min({kMostSessions, cores, keys_.size()});
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < sessions; ++i) threads.emplace_back([this] { work(); });
    work();
    threads.clear();
    if (failure_) std::rethrow_exception(failure_);
    std::vector<StatusResult> out;
    for (auto& result : results_) out.push_back(std::move(*result));
    return out;
  }

  /// What was noticed when the store was opened.
  const std::set<std::string>& warnings() const { return warnings_; }

 private:
  void work() noexcept {
    try {
      ops::MetadataStore store =
          project_.open(project::Project::Access::Read, given_.store.store, watch_, fallbacks_of(given_.store));
      add_warnings(store.warnings());
      for (std::size_t i = next_++; i < keys_.size() && !failed_; i = next_++) {
        watch_.throw_if_stopped();
        results_[i] = ask(store, keys_[i]);
        watch_.report({"asking for the status of features", ++done_, keys_.size()});
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      failed_ = true;
    }
  }

  void add_warnings(const std::vector<std::string>& warnings) {
    const std::lock_guard lock(mutex_);
    warnings_.insert(warnings.begin(), warnings.end());
  }

  // A feature whose status cannot be told does not hide that of the others.
  StatusResult ask(ops::MetadataStore& store, const spec::FeatureKey& key) const {
    ops::StatusOptions options;
    options.target_filters = given_.filters.target;
    options.global_filters = given_.filters.global;
    options.staleness_predicates = given_.filters.stale_if;
    options.watch = {watch_.stop, {}};
    StatusResult out{.key = key, .version = store.graph().versions(key).feature_version, .status = {}, .error = {}};
    try {
      out.status = store.status(key, options);
    } catch (const Error& error) {
      if (error.code() == ErrorCode::Cancelled) throw;
      out.error = error;
    }
    return out;
  }

  const project::Project& project_;
  const std::vector<spec::FeatureKey> keys_;
  const Given& given_;
  const Watch watch_;
  std::vector<std::optional<StatusResult>> results_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::set<std::string> warnings_;
  std::exception_ptr failure_;
};

// What holds when the store has not even been made: nothing is stored.
std::vector<StatusResult> all_missing(const graph::FeatureGraph& graph, const std::vector<spec::FeatureKey>& keys) {
  std::vector<StatusResult> out;
  for (const spec::FeatureKey& key : keys) {
    ops::FeatureStatus status{.key = key, .missing_upstreams = {}};
    const auto& deps = graph.get(key).spec.deps;
    status.is_root = deps.empty();
    for (const spec::FeatureDep& dep : deps)
      if (!dep.optional) status.missing_upstreams.push_back(dep.feature);
    out.push_back(
        {.key = key, .version = graph.versions(key).feature_version, .status = std::move(status), .error = {}});
  }
  return out;
}

bool has_fallbacks(const project::Project& project, const std::optional<std::string>& store) {
  const auto found = project.config().stores.find(store.value_or(project.config().store));
  return found != project.config().stores.end() && !found->second.fallbacks.empty();
}

std::vector<StatusResult> survey(Context& context, const project::Project& project, const graph::FeatureGraph& graph,
                                 const std::vector<spec::FeatureKey>& keys, const Given& given) {
  if (keys.empty()) return {};
  project.store(given.store.store);  // an unknown or malformed one is an error, one that is not there yet is not
  try {
    Survey asked(project, keys, given, context.watch());
    auto results = asked.run();
    for (const auto& warning : asked.warnings()) context.console().warn(warning);
    return results;
  } catch (const Error& error) {
    // With fallback stores the store itself need not be there, but they must.
    const bool falls_back = !given.store.no_fallback && has_fallbacks(project, given.store.store);
    if (error.code() != ErrorCode::NotFound || falls_back) throw;
    context.console().remark("nothing is stored yet: " + error.message());
    return all_missing(graph, keys);
  }
}

/// What can be asked for. A store that is not there yet adds nothing to the project's files.
class KnownFeatures {
 public:
  KnownFeatures(Context& context, const project::Project& project, const Given& given) : files_(project.graph()) {
    if (!loads_features(project)) return;
    try {
      store_.emplace(
          project.open(project::Project::Access::Read, given.store.store, context.watch(), fallbacks_of(given.store)));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::NotFound) throw;
    }
  }

  const graph::FeatureGraph& graph() const { return store_ ? store_->graph() : files_; }

 private:
  graph::FeatureGraph files_;
  std::optional<ops::MetadataStore> store_;
};

std::vector<spec::FeatureKey> select(Context& context, const project::Project& project,
                                     const graph::FeatureGraph& graph, const Given& given) {
  if (!given.features.empty()) return find_features(graph, given.features);
  std::vector<spec::FeatureKey> keys = context.features_in_view(project.config(), graph);
  std::erase_if(keys, [&](const spec::FeatureKey& key) { return graph.get(key).is_external; });
  return keys;
}

Exit exit_of(const std::vector<StatusResult>& results, const Given& given) {
  const bool failed = std::any_of(results.begin(), results.end(), [](const auto& r) { return r.error.has_value(); });
  // What waits is done elsewhere, but as long as it waits the feature is not in sync.
  const bool pending =
      std::any_of(results.begin(), results.end(), [](const auto& r) { return r.needs_update() || r.waits(); });
  if (failed || (pending && given.assert_in_sync)) return Exit::Failed;
  return pending && given.exit_code ? Exit::Pending : Exit::Done;
}

Exit show_status(Context& context, const Given& given) {
  const project::Project project = context.project();
  const KnownFeatures known(context, project, given);
  const graph::FeatureGraph& graph = known.graph();
  const std::vector<spec::FeatureKey> keys = select(context, project, graph, given);
  std::optional<std::string> version;
  if (const auto name = context.project_in_view(project.config())) version = graph.project_version(*name);
  const std::vector<StatusResult> results = survey(context, project, graph, keys, given);
  context.finish_progress();
  Console& console = context.console();
  if (given.format == "json") {
    console.data(dump_compact(status_json(results, version)) + "\n");
  } else if (results.empty()) {
    console.warn("there are no features to check");
  } else {
    console.data(render_table(status_table(results), console.data_width(), console.data_has_colour()).text);
    for (const StatusResult& result : results)
      if (result.error)
        console.complain(console.on_remark("error:", Style::Red) + " " + result.key.to_string() + ": " +
                         result.error->what());
  }
  return exit_of(results, given);
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.arguments("FEATURE", given->features, Need::Optional, "Features to check (default: all of the project)");
  declare_store(options, given->store);
  declare_fallback(options, given->store);
  declare_filters(options, given->filters);
  options.choice("-f,--format", given->format, {"plain", "json"}, "How to print (default: plain)");
  options.flag("--exit-code", given->exit_code, "Exit with 3 when work is pending, or samples wait for an upstream");
  options.flag("--assert-in-sync", given->assert_in_sync,
               "Exit with 1 when work is pending, or samples wait for an upstream");
  return [given](Context& context) { return show_status(context, *given); };
}

}  // namespace

const Command kStatusCommand = {
    .name = "status",
    .summary = "Count what must be computed, again, or dropped, by feature",
    .details =
        "new: never computed. stale: computed from other inputs or by other code. orphaned: the input is gone.\n"
        "waiting: an upstream must be computed first; of a root feature, records of another version that its users "
        "must\n"
        "write again. Of children (1:N), orphaned counts the parents that are gone.",
    .examples = "mx status\nmx status video/loudness --format json\nmx status --exit-code || echo work is pending",
    .declare = declare,
    .alias = "metadata status",
};

}  // namespace metaxy::cli
