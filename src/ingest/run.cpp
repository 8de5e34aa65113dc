// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "ingest/crew.hpp"
#include "ingest/ingest.hpp"

namespace metaxy::ingest {
namespace {

using Steady = std::chrono::steady_clock;
/// A batch is written when it has this many samples or this age: that much work a killed process can lose.
constexpr std::size_t kBatchSize = 5000;
constexpr auto kBatchAge = std::chrono::seconds(5);
constexpr auto kPatience = std::chrono::milliseconds(50);

/// One run over the files that must be read.
class Run {
 public:
  Run(SampleStore& store, const KnownSamples& known, const ToDo& todo, std::string versioned_by, const Watch& watch,
      Report& report)
      : store_(store),
        known_(known),
        todo_(todo),
        versioned_by_(std::move(versioned_by)),
        watch_(watch),
        report_(report) {}

  void read_all(unsigned jobs) {
    if (todo_.to_read.empty()) return;
    Crew crew(todo_.to_read, report_.fields, jobs);
    tell();
    while (!crew.done()) {
      for (auto& reading : crew.take(kPatience)) take(std::move(reading));
      tell();
      if (watch_.stop.stop_requested()) crew.stop();
      if (batch_.size() >= kBatchSize || Steady::now() - batch_begun_ > kBatchAge) flush();
    }
    flush();
    if (watch_.stop.stop_requested() && done_ < todo_.to_read.size())
      throw Error(ErrorCode::Cancelled,
                  fmt::format("ingest was interrupted after {} of {} files", done_, todo_.to_read.size()),
                  "what was read is recorded; run it again to continue");
  }

 private:
  void take(Reading reading) {
    ++done_;
    const auto& file = todo_.to_read[reading.file];
    if (!reading.facts) {
      report_.unreadable.push_back({file.path, std::move(reading.reason)});
      return;
    }
    auto& facts = *reading.facts;
    Sample sample{
        file.path, std::move(facts.media_type), {file.location, facts.stamp, versioned_by_, std::move(facts.versions)}};
    const auto before = known_.find(file.path);
    const auto outcome = compare(before == known_.end() ? nullptr : &before->second, sample.known);
    ++count_of(outcome);
    if (outcome == Outcome::Unchanged) return;
    if (batch_.empty()) batch_begun_ = Steady::now();
    batch_.push_back(std::move(sample));
  }

  std::uint64_t& count_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::Added: return report_.added;
      case Outcome::Changed: return report_.changed;
      case Outcome::Touched: return report_.touched;
      default: return report_.unchanged;
    }
  }

  void flush() {
    if (batch_.empty()) return;
    store_.write(batch_);
    batch_.clear();
  }

  void tell() const { watch_.report({"reading files", done_, todo_.to_read.size()}); }

  SampleStore& store_;
  const KnownSamples& known_;
  const ToDo& todo_;
  std::string versioned_by_;
  const Watch& watch_;
  Report& report_;
  std::size_t done_ = 0;
  std::vector<Sample> batch_;
  Steady::time_point batch_begun_;
};

unsigned jobs_of(const Options& options) {
  return options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
}

void prune(SampleStore& store, const Scan& found, Report& report) {
  if (report.vanished.empty()) return;
  // An unmounted disk leaves an empty folder behind.
  if (found.files.empty())
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("folder {} holds no files: pruning would delete all {} samples", quote(found.root),
                            report.vanished.size()),
                "look whether the folder is the right one; `mx delete` deletes the samples of a feature");
  report.pruned = store.remove(report.vanished);
}

}  // namespace

Report ingest(SampleStore& store, const std::vector<FieldSource>& fields, const std::filesystem::path& folder,
              const Options& options) {
  Report report;
  report.fields = fields;
  const std::string versioned_by = uses_streams(fields) ? "streams" : "file";
  auto found = scan(folder, options.selection, options.watch);
  const auto known = store.known();
  auto todo = decide(known, found, options.selection, versioned_by, options.rehash);
  report.unchanged = todo.unchanged;
  report.vanished = std::move(todo.vanished);
  report.unreadable = found.unreadable;
  Run(store, known, todo, versioned_by, options.watch, report).read_all(jobs_of(options));
  std::ranges::sort(report.unreadable, {}, &Unreadable::path);
  if (options.prune) prune(store, found, report);
  return report;
}

}  // namespace metaxy::ingest
