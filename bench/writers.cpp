// SPDX-License-Identifier: Apache-2.0
// Several processes write small commits into one store at the same time.
//
//     writers PATH PROCESSES SECONDS [READERS]
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <metaxy/metaxy.hpp>
#include <string>
#include <vector>

#include "arrow/build.hpp"
#include "stores/registry.hpp"

namespace metaxy {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kRows = 10;

spec::FeatureKey feature() { return spec::FeatureKey::parse("bench/root"); }

ops::MetadataStore open(const std::string& path, store::Mode mode) {
  spec::FeatureDefinition root{.spec = {.key = feature(), .id_columns = {"id"}}};
  root.spec.fields = {{.key = spec::FieldKey::parse("x"), .code_version = "1"}};
  root.project = "bench";
  std::vector<spec::FeatureDefinition> definitions = {root};
  auto graph = std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(definitions)));
  ops::Rules rules;
  rules.project = "bench";
  return {stores::open_store("duckdb", {{"path", path}})->open(mode), graph, rules};
}

arrow::Stream rows(const std::string& prefix) {
  std::vector<Json> out;
  for (int i = 0; i < kRows; ++i) {
    out.push_back({{"id", fmt::format("{}-{}", prefix, i)},
                   {"path", "/data/raw/" + prefix},
                   {"metaxy_provenance_by_field", {{"x", prefix}}}});
  }
  return arrow::make_stream({{"id"}, {"path"}, arrow::struct_of_text("metaxy_provenance_by_field", {"x"})}, out);
}

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Works until the time is over and sends how long each operation took.
template <class Work>
void work(int out, double seconds, Work operation) {
  std::vector<double> took;
  const auto start = Clock::now();
  for (int n = 0; seconds_since(start) < seconds; ++n) {
    const auto begin = Clock::now();
    operation(n);
    took.push_back(seconds_since(begin));
  }
  for (const double value : took) {
    if (::write(out, &value, sizeof(value)) != sizeof(value)) throw std::runtime_error("the pipe is closed");
  }
}

int start(int out, const std::string& path, int number, double seconds, bool reads) {
  if (const pid_t child = ::fork()) return child;
  try {
    auto store = open(path, reads ? store::Mode::Read : store::Mode::Write);
    if (reads) {
      work(out, seconds, [&](int) { store.status(feature()); });
    } else {
      if (out < 0) store.write(feature(), rows("first"));
      work(out, seconds, [&](int n) { store.write(feature(), rows(fmt::format("{}-{}", number, n))); });
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    ::_exit(1);
  }
  ::_exit(0);
}

bool run(const std::string& what, const std::string& path, int writers, int readers, double seconds) {
  int ends[2];
  if (::pipe(ends) != 0) return false;
  std::vector<pid_t> children;
  // In a process of its own, because none may be forked that has a database open.
  if (const pid_t maker = start(-1, path, writers, 0, false); ::waitpid(maker, nullptr, 0) != maker) return false;
  int quiet[2];
  if (::pipe(quiet) != 0) return false;
  for (int i = 0; i < writers; ++i) children.push_back(start(ends[1], path, i, seconds, false));
  for (int i = 0; i < readers; ++i) children.push_back(start(quiet[1], path, i, seconds, true));
  ::close(ends[1]);
  ::close(quiet[1]);
  std::vector<double> took;
  for (double value = 0; ::read(ends[0], &value, sizeof(value)) == sizeof(value);) took.push_back(value);
  std::size_t reads = 0;
  for (double value = 0; ::read(quiet[0], &value, sizeof(value)) == sizeof(value);) ++reads;
  bool good = !took.empty();
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    good = good && status == 0;
  }
  if (took.empty()) return false;
  std::sort(took.begin(), took.end());
  constexpr double kMillis = 1000;
  std::puts(fmt::format("{:<28} {:7.1f} commits/s   p50 {:7.1f} ms   p99 {:7.1f} ms   longest {:7.1f} ms   {} reads",
                        what, static_cast<double>(took.size()) / seconds, kMillis * took[took.size() / 2],
                        kMillis * took[took.size() * 99 / 100], kMillis * took.back(), reads)
                .c_str());
  return good;
}

}  // namespace
}  // namespace metaxy

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: writers PATH PROCESSES SECONDS [READERS]\n", stderr);
    return 2;
  }
  const int processes = std::stoi(argv[2]);
  const int readers = argc > 4 ? std::stoi(argv[4]) : 0;
  const std::string what = fmt::format("{} writers, {} readers", processes, readers);
  return metaxy::run(what, argv[1], processes, readers, std::stod(argv[3])) ? 0 : 1;
}
