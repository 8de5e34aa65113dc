// SPDX-License-Identifier: Apache-2.0
// Small parts measured alone: digests, pre-images, graphs, filters, Arrow in and out of the local database.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>

#include "arrow/build.hpp"
#include "rel/filter.hpp"
#include "store/session.hpp"
#include "stores/registry.hpp"

namespace metaxy {
namespace {

void digest(benchmark::State& state, hash::Algorithm algorithm) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  const hash::Settings settings{.algorithm = algorithm};
  std::string out;
  for (auto _ : state) {
    out.clear();
    hash::append_digest(settings, bytes, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// A pre-image of as many items as a field has parents.
void preimage(benchmark::State& state) {
  const std::string value = "9a0364b9e99bb480dd25e1f0284c8555";
  std::string out;
  for (auto _ : state) {
    out.assign(hash::kTagFieldProvenance);
    for (std::int64_t i = 0; i < state.range(0); ++i) hash::append_item(out, value);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// A tree: feature i depends on feature (i - 1) / 3; two fields each.
std::vector<spec::FeatureDefinition> tree(std::int64_t size) {
  std::vector<spec::FeatureDefinition> out;
  const auto key = [](std::int64_t i) { return spec::FeatureKey::parse(fmt::format("tree/f{}", i)); };
  for (std::int64_t i = 0; i < size; ++i) {
    spec::FeatureDefinition one{.spec = {.key = key(i), .id_columns = {"sample_uid"}}};
    one.spec.fields.clear();
    for (const auto* field : {"audio", "frames"})
      one.spec.fields.push_back({.key = spec::FieldKey::parse(field), .code_version = "1"});
    if (i > 0) one.spec.deps.push_back({.feature = key((i - 1) / 3)});
    one.project = "bench";
    out.push_back(std::move(one));
  }
  return out;
}

/// Validation and all versions.
void build_graph(benchmark::State& state) {
  const auto definitions = tree(state.range(0));
  for (auto _ : state) {
    const auto graph = graph::FeatureGraph::build(definitions);
    benchmark::DoNotOptimize(graph.project_version("bench"));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void parse_filter(benchmark::State& state) {
  constexpr std::string_view kFilter = "height > 720 AND (path LIKE '%.mp4' OR lower(kind) IN ('a', 'b')) AND NOT gone";
  for (auto _ : state) benchmark::DoNotOptimize(rel::parse_filter(kFilter));
}

constexpr std::int64_t kBatch = 65536;

arrow::Stream records(std::int64_t rows) {
  const std::vector<arrow::Field> columns = {{"id"}, arrow::struct_of_text("versions", {"audio", "frames"})};
  auto at = std::make_shared<std::int64_t>(0);
  return arrow::make_stream(arrow::make_schema(columns), [=]() -> std::optional<arrow::Array> {
    if (*at >= rows) return std::nullopt;
    arrow::Builder builder(columns);
    for (const std::int64_t end = std::min(*at + kBatch, rows); *at < end; ++*at) {
      builder.text(0, fmt::format("sample_{:09}", *at));
      builder.value(1, {{"audio", fmt::format("a{}", *at)}, {"frames", fmt::format("f{}", *at)}});
    }
    return builder.finish();
  });
}

std::int64_t drain(arrow::Stream stream) {
  std::int64_t rows = 0;
  while (auto batch = stream.next()) rows += (*batch)->length;
  return rows;
}

/// Rows into a table in memory (`out` false) or out of it; making the rows is not measured.
void arrow_rows(benchmark::State& state, bool out) {
  const auto rows = state.range(0);
  const auto table = rel::scan("records", {"id", "versions"});
  for (auto _ : state) {
    state.PauseTiming();
    auto session = stores::open_store("duckdb", {{"path", ":memory:"}})->open(store::Mode::Write);
    const auto input = rel::input("rows", {"id", "versions"});
    std::vector<arrow::Array> batches;
    auto made = records(rows);
    auto schema = made.schema();
    while (auto batch = made.next()) batches.push_back(*std::move(batch));
    store::Inputs inputs;
    inputs.emplace("rows", arrow::make_stream(std::move(schema), std::move(batches)));
    if (!out) state.ResumeTiming();
    session->commit({store::Create{"records", input, {}}, store::Append{"records", input}}, std::move(inputs), {});
    if (out) {
      state.ResumeTiming();
      benchmark::DoNotOptimize(drain(session->run(*table)));
    }
    state.PauseTiming();
    session.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * rows);
}

void add_benchmarks() {
  for (const auto algorithm : hash::all_algorithms()) {
    const std::string name = "digest/" + std::string(hash::to_string(algorithm));
    benchmark::RegisterBenchmark(name.c_str(), [algorithm](benchmark::State& state) { digest(state, algorithm); })
        ->Arg(64)
        ->Arg(512);
  }
  benchmark::RegisterBenchmark("preimage", preimage)->Arg(2)->Arg(16);
  benchmark::RegisterBenchmark("graph", build_graph)->Arg(1000)->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("filter", parse_filter);
  for (const bool out : {false, true}) {
    benchmark::RegisterBenchmark(out ? "arrow_out" : "arrow_in",
                                 [out](benchmark::State& state) { arrow_rows(state, out); })
        ->Arg(200'000)
        ->Unit(benchmark::kMillisecond)
        ->MeasureProcessCPUTime();
  }
}

}  // namespace
}  // namespace metaxy

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  metaxy::add_benchmarks();
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
