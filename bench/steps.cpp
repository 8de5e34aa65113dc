// SPDX-License-Identifier: Apache-2.0
// One step of a pipeline through the C++ API, in a process of its own: the same data, shapes and scenarios as
// bench/reference.py runs on the reference. `bench/compare.py` drives both.
//
//     steps seed    PATH SHAPE ROWS SCENARIO ALGORITHM FORMAT
//     steps measure PATH SHAPE ROWS SCENARIO ALGORITHM FORMAT [MEMORY_LIMIT]
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include <metaxy/metaxy.hpp>

#include "arrow/build.hpp"
#include "stores/registry.hpp"

namespace metaxy {
namespace {

constexpr const char* kGroup = "group_id";

struct Case {
  std::string path;
  std::string shape;
  std::int64_t rows;
  std::string scenario;
  hash::Settings hash;
  std::string memory_limit;

  std::size_t roots() const { return shape == "simple" ? 1 : 2; }
  /// Members of each group of N:1 lineage, "groups_10"; 0: lineage is 1:1.
  std::int64_t group_size() const {
    const std::string prefix = "groups_";
    return shape.rfind(prefix, 0) == 0 ? std::stoll(shape.substr(prefix.size())) : 0;
  }
  std::vector<std::string> fields() const {
    if (shape == "wide") return {"audio", "frames", "optical_flow", "embedding"};
    return {"audio", "frames"};
  }
  std::vector<std::string> leaf_fields() const {
    if (shape == "wide") return {"prediction_a", "prediction_b"};
    return {"prediction"};
  }
};

spec::FeatureDefinition definition(const std::string& key, const std::vector<std::string>& fields) {
  spec::FeatureDefinition out{.spec = {.key = spec::FeatureKey::parse(key), .id_columns = {"sample_uid"}}};
  out.spec.fields.clear();
  for (const auto& field : fields)
    out.spec.fields.push_back({.key = spec::FieldKey::parse(field), .code_version = "1"});
  out.project = "bench";
  return out;
}

std::shared_ptr<const graph::FeatureGraph> make_graph(const Case& given) {
  std::vector<spec::FeatureDefinition> out;
  auto leaf = definition("bench/leaf", given.leaf_fields());
  if (given.group_size() > 0) leaf.spec.id_columns = {kGroup};
  for (std::size_t i = 0; i < given.roots(); ++i) {
    out.push_back(definition(fmt::format("bench/root_{}", i), given.fields()));
    leaf.spec.deps.push_back({.feature = out.back().spec.key});
    if (given.group_size() == 0) continue;
    leaf.spec.deps.back().lineage = spec::Aggregation{.on = std::vector<std::string>{kGroup}};
    leaf.spec.deps.back().rename = {{"sample_uid", fmt::format("sample_{}", i)}};
  }
  out.push_back(leaf);
  const auto length = given.hash.format == hash::Format::V0 ? hash::kDefaultLengthV0 : hash::kLengthV1;
  return std::make_shared<graph::FeatureGraph>(graph::FeatureGraph::build(std::move(out), {given.hash.format, length}));
}

/// The parent's records; `step`: only every so-many-th record; `generation` 1 has other versions than 0.
arrow::Stream parent_rows(const Case& given, std::size_t root, int generation, std::int64_t step) {
  const auto fields = given.fields();
  std::vector<arrow::Field> columns = {
      {"sample_uid"}, {fmt::format("path_{}", root)}, arrow::struct_of_text("metaxy_provenance_by_field", fields)};
  const auto group_size = given.group_size();
  const auto groups = group_size > 0 ? std::max<std::int64_t>(given.rows / group_size, 1) : 0;
  if (groups > 0) columns.push_back({kGroup});
  auto at = std::make_shared<std::int64_t>(0);
  return arrow::make_stream(arrow::make_schema(columns), [=]() -> std::optional<arrow::Array> {
    if (*at >= given.rows) return std::nullopt;
    arrow::Builder builder(columns);
    std::int64_t count = 0;
    for (; *at < given.rows && count < 65536; *at += step, ++count) {
      const auto id = fmt::format("sample_{:09}", *at);
      builder.text(0, id);
      builder.text(1, "/data/raw/" + id + ".mp4");
      Json versions = Json::object();
      for (std::size_t k = 0; k < fields.size(); ++k) {
        const auto mixed = ((*at + 1) * (2654435761LL + 2 * static_cast<std::int64_t>(k)) / 8191 +
                            977 * static_cast<std::int64_t>(root)) %
                           (1 << 20);
        versions[fields[k]] = fmt::format("{}{}{}", fields[k][0], mixed, generation ? "_g1" : "");
      }
      builder.value(2, versions);
      // Members of a group lie apart, as they do when groups grow over time.
      if (groups > 0) builder.text(3, fmt::format("group_{:07}", *at % groups));
    }
    return builder.finish();
  });
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

long peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

template <class Work>
void phase(std::string& out, const char* name, Work work) {
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const std::int64_t rows = work();
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  out += fmt::format("\"{0}_s\": {1:.4f}, \"{0}_cpu_s\": {2:.4f}, \"{0}_rows\": {3}, \"{0}_rss_mib\": {4}, ", name,
                     wall.count(), cpu_seconds() - cpu, rows, peak_mib());
}

std::unique_ptr<store::Session> open_file(const Case& given, const std::string& path, store::Mode mode) {
  stores::Options options = {{"path", path}};
  if (!given.memory_limit.empty()) options["memory_limit"] = given.memory_limit;
  return stores::open_store("duckdb", options)->open(mode);
}

/// The store that has what an overlay lacks.
std::string fallback_of(const Case& given) { return given.path + ".fallback"; }

ops::MetadataStore open(const Case& given) {
  ops::Rules rules;
  rules.hash = given.hash;
  rules.project = "bench";
  auto first = open_file(given, given.path, store::Mode::Write);
  if (given.scenario != "overlay") return {std::move(first), make_graph(given), rules};
  std::vector<ops::NamedStore> fallbacks;
  fallbacks.push_back({"fallback", open_file(given, fallback_of(given), store::Mode::Read)});
  return {ops::NamedStore{"first", std::move(first)}, std::move(fallbacks), make_graph(given), rules};
}

spec::FeatureKey root(std::size_t i) { return spec::FeatureKey::parse(fmt::format("bench/root_{}", i)); }

std::int64_t drain(arrow::Stream stream, std::vector<arrow::Array>* kept = nullptr) {
  std::int64_t rows = 0;
  while (auto batch = stream.next()) {
    rows += (*batch)->length;
    if (kept) kept->push_back(std::move(*batch));
  }
  return rows;
}

/// `overlay` is what `pct1` is, with the changed records in a store over the one that has all others.
void seed(const Case& given) {
  if (given.scenario == "overlay") {
    Case all = given;
    all.path = fallback_of(given);
    all.scenario = "noop";
    seed(all);
    open(given).write(root(0), parent_rows(given, 0, 1, 100));
    return;
  }
  auto store = open(given);
  const auto leaf = spec::FeatureKey::parse("bench/leaf");
  for (std::size_t i = 0; i < given.roots(); ++i) store.write(root(i), parent_rows(given, i, 0, 1));
  if (given.scenario == "new") return;
  store.write(leaf, store.resolve_update(leaf).rows);
  if (given.scenario == "noop") return;
  const bool all = given.scenario == "stale";
  for (std::size_t i = 0; i < (all ? given.roots() : 1); ++i)
    store.write(root(i), parent_rows(given, i, 1, all ? 1 : 100));
}

void show_statement(const Case& given) {
  auto store = open(given);
  std::puts(store.explain_resolve(spec::FeatureKey::parse("bench/leaf")).c_str());
}

void measure(const Case& given) {
  std::string out = "RESULT {";
  {
    auto store = open(given);
    const auto leaf = spec::FeatureKey::parse("bench/leaf");
    std::vector<arrow::Array> kept;
    arrow::Schema schema;
    const bool keep = given.rows <= 1000000 && (given.scenario == "new" || given.scenario == "stale");
    phase(out, "resolve", [&] {
      auto rows = store.resolve_update(leaf).rows;
      schema = rows.schema();
      return drain(std::move(rows), keep ? &kept : nullptr);
    });
    if (keep) {
      phase(out, "write", [&] {
        return static_cast<std::int64_t>(
            store.write(leaf, arrow::make_stream(std::move(schema), std::move(kept))).rows);
      });
    }
    phase(out, "read", [&] {
      try {
        return drain(store.read(leaf));
      } catch (const Error&) {
        return std::int64_t{0};
      }
    });
  }
  out += fmt::format("\"total_cpu_s\": {:.4f}, \"peak_mib\": {}}}", cpu_seconds(), peak_mib());
  std::puts(out.c_str());
}

}  // namespace
}  // namespace metaxy

int main(int argc, char** argv) {
  if (argc < 8) {
    std::fputs("usage: steps seed|measure|sql PATH SHAPE ROWS SCENARIO ALGORITHM FORMAT [MEMORY_LIMIT]\n", stderr);
    return 2;
  }
  try {
    metaxy::Case given{argv[2], argv[3], std::stoll(argv[4]), argv[5], {}, argc > 8 ? argv[8] : ""};
    given.hash.algorithm = metaxy::hash::parse_algorithm(argv[6]);
    given.hash.format = argv[7][0] == '0' ? metaxy::hash::Format::V0 : metaxy::hash::Format::V1;
    given.hash.length = argv[7][0] == '0' ? metaxy::hash::kDefaultLengthV0 : metaxy::hash::kLengthV1;
    const std::string role = argv[1];
    if (role == "seed") metaxy::seed(given);
    if (role == "measure") metaxy::measure(given);
    if (role == "sql") metaxy::show_statement(given);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
