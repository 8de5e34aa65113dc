// SPDX-License-Identifier: Apache-2.0
// Stores and what is done with an open one. Python's MetadataStore decides when to open, with which graph and rules.
#include <chrono>
#include <mutex>

#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <metaxy/ops.hpp>

#include "ops/compute_provenance.hpp"
#include "project/opening.hpp"
#include "python/stream.hpp"
#include "python/values.hpp"
#include "python/version_settings.hpp"
#include "python/work.hpp"
#include "rel/relation.hpp"
#include "stores/registry.hpp"

namespace metaxy::python {
namespace {

using ops::Filters;
using spec::FeatureKey;
using StorePtr = std::shared_ptr<const store::Store>;
using GraphPtr = std::shared_ptr<graph::FeatureGraph>;

/// An open store; calls of several threads follow one another. Streams keep it alive.
struct OpenStore {
  ops::MetadataStore store;
  std::recursive_mutex busy = {};
};
using OpenPtr = std::shared_ptr<OpenStore>;

template <class Work>
auto locked(OpenStore& open, Work work) {
  return run_off_gil([&](const Watch& watch) {
    const std::lock_guard lock(open.busy);
    return work(open.store, watch);
  });
}

PythonStream stream_of(const OpenPtr& open, arrow::Stream rows) { return {std::move(rows), open}; }

using StoreTuple =
    std::tuple<std::string, StorePtr, std::optional<int>, std::optional<std::string>, std::optional<std::size_t>>;

project::StoreToOpen to_open(const StoreTuple& given) {
  const auto& [name, store, format, algorithm, length] = given;
  ops::RequestedSettings settings;
  if (format) settings.format = format_of(*format);
  if (algorithm) settings.algorithm = hash::parse_algorithm(*algorithm);
  settings.length = length;
  return {name, store, settings};
}

OpenPtr open_stores(const StoreTuple& first, const std::vector<StoreTuple>& fallbacks, bool write, bool compat) {
  return run_off_gil([&](const Watch& watch) {
    std::vector<project::StoreToOpen> others;
    for (const auto& other : fallbacks) others.push_back(to_open(other));
    auto opened = project::open_stores(
        to_open(first), others,
        {write ? store::Mode::Write : store::Mode::Read, compat, project::Absent::ReadAsEmpty, watch});
    auto empty = std::make_shared<const graph::FeatureGraph>(
        graph::FeatureGraph::build({}, {opened.hash.format, opened.hash.length}));
    ops::Rules rules;
    rules.compat = compat;
    // Closing waits for threads that may be in Python code.
    return OpenPtr(new OpenStore{std::move(opened).with(std::move(empty), std::move(rules))}, [](OpenStore* open) {
      const WithoutGil unlocked;
      delete open;
    });
  });
}

void use(OpenStore& self, const GraphPtr& graph, std::string project, std::optional<std::string> materialization_id,
         bool create_tables) {
  // Whoever is busy may wait for the GIL, to read rows that Python makes.
  const nb::gil_scoped_release unlocked;
  const std::lock_guard lock(self.busy);
  ops::Rules rules = self.store.rules();
  rules.project = std::move(project);
  rules.materialization_id = std::move(materialization_id);
  rules.create_tables = create_tables;
  self.store.use(graph, std::move(rules));
}

nb::dict info_of(const store::Store& store) {
  const auto& info = store.info();
  nb::dict out;
  out["kind"] = info.kind;
  out["location"] = info.location;
  out["algorithms"] = info.algorithms;
  out["default_algorithm"] = info.default_algorithm;
  out["reference_algorithm"] = info.reference_algorithm;
  return out;
}

PythonStream read_rows(const OpenPtr& self, const FeatureKey& key, Filters filters, std::vector<std::string> columns,
                       bool sample_history, bool feature_history, std::optional<std::string> feature_version,
                       bool include_soft_deleted, std::optional<std::string> as_of, bool fallback,
                       std::optional<std::uint64_t> limit) {
  return stream_of(self, locked(*self, [&](ops::MetadataStore& store, const Watch& watch) {
                     ops::ReadOptions options{std::move(filters), std::move(columns),         sample_history,
                                              feature_history,    std::move(feature_version), include_soft_deleted};
                     if (as_of) options.as_of = ops::parse_time(*as_of);
                     options.fallback = fallback;
                     options.limit = limit;
                     options.watch = watch;
                     return store.read(key, options);
                   }));
}

PythonStream resolve(const OpenPtr& self, const FeatureKey& key, Filters target, Filters global,
                     std::map<FeatureKey, Filters> filters, std::vector<std::string> predicates, bool skip_comparison,
                     std::optional<std::string> as_of, std::optional<bool> row_per_member,
                     std::vector<std::string> only, nb::handle samples) {
  ops::ResolveOptions options;
  options.only = std::move(only);
  options.target_filters = std::move(target);
  options.global_filters = std::move(global);
  options.filters = std::move(filters);
  options.staleness_predicates = std::move(predicates);
  options.skip_comparison = skip_comparison;
  if (as_of) options.as_of = ops::parse_time(*as_of);
  options.row_per_member = row_per_member;
  if (!samples.is_none()) options.samples = take_stream(samples);
  return stream_of(self, locked(*self, [&](ops::MetadataStore& store, const Watch& watch) {
                     options.watch = watch;
                     return store.resolve_update(key, std::move(options)).rows;
                   }));
}

std::uint64_t write_rows(OpenStore& self, const FeatureKey& key, nb::handle rows,
                         std::optional<std::string> materialization_id, bool keep_versions,
                         std::optional<bool> retire_children, bool carry_over) {
  arrow::Stream stream = take_stream(rows);
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    ops::WriteOptions options;
    options.retire_children = retire_children;
    options.materialization_id = std::move(materialization_id);
    options.keep_versions = keep_versions;
    options.carry_over = carry_over;
    options.watch = watch;
    return store.write(key, std::move(stream), options).rows;
  });
}

std::uint64_t remove_samples(OpenStore& self, const std::vector<FeatureKey>& keys, Filters filters, bool all, bool hard,
                             bool feature_history, bool cascade, bool dry_run) {
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    return store
        .remove(keys, {.filters = std::move(filters),
                       .all = all,
                       .hard = hard,
                       .feature_history = feature_history,
                       .cascade = cascade,
                       .dry_run = dry_run,
                       .watch = watch})
        .samples;
  });
}

std::uint64_t drop(OpenStore& self, const std::vector<FeatureKey>& keys) {
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    std::uint64_t records = 0;
    for (const auto& dropped : store.drop(keys, {false, watch}).features) records += dropped.records;
    return records;
  });
}

std::vector<std::pair<FeatureKey, std::uint64_t>> copy_from(OpenStore& self, OpenStore& source,
                                                            std::vector<FeatureKey> keys,
                                                            std::map<FeatureKey, Filters> filters, Filters global,
                                                            bool feature_history, bool sample_history,
                                                            std::uint64_t records_per_commit) {
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    const std::lock_guard lock(source.busy);
    const auto copied = store.copy_from(source.store, {std::move(keys), std::move(filters), std::move(global),
                                                       feature_history, sample_history, records_per_commit, watch});
    std::vector<std::pair<FeatureKey, std::uint64_t>> out;
    for (const auto& feature : copied.features) out.emplace_back(feature.feature, feature.records);
    return out;
  });
}

std::tuple<std::string, bool, std::vector<FeatureKey>> push(OpenStore& self, std::optional<std::string> project,
                                                            std::map<std::string, std::string> tags) {
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    auto pushed = store.push({std::move(project), std::move(tags), watch});
    return std::tuple(pushed.project_version, pushed.already_pushed, pushed.updated);
  });
}

PythonStream compute_provenance(const OpenPtr& self, const FeatureKey& key, nb::handle rows) {
  arrow::Stream stream = take_stream(rows);
  return stream_of(self, locked(*self, [&](ops::MetadataStore& store, const Watch& watch) {
                     return ops::compute_provenance(store, key, std::move(stream), watch);
                   }));
}

PythonStream add_sample_version(const OpenPtr& self, const FeatureKey& key, nb::handle rows,
                                const std::string& by_field, const std::string& version) {
  arrow::Stream stream = take_stream(rows);
  return stream_of(self, locked(*self, [&](ops::MetadataStore& store, const Watch& watch) {
                     return ops::add_sample_version(store, key, std::move(stream), by_field, version, watch);
                   }));
}

/// A table as it is; absent when there is none.
std::optional<PythonStream> scan(const OpenPtr& self, const std::string& table) {
  auto rows = locked(*self, [&](ops::MetadataStore& store, const Watch& watch) -> std::optional<arrow::Stream> {
    const auto schema = store.session().find(table);
    if (!schema) return std::nullopt;
    return store.session().run(*rel::scan(table, store::column_names(*schema)), {}, watch);
  });
  if (!rows) return std::nullopt;
  return stream_of(self, std::move(*rows));
}

std::optional<std::vector<std::pair<std::string, std::string>>> columns(OpenStore& self, const std::string& table) {
  using Columns = std::vector<std::pair<std::string, std::string>>;
  return locked(self, [&](ops::MetadataStore& store, const Watch&) -> std::optional<Columns> {
    const auto schema = store.session().find(table);
    if (!schema) return std::nullopt;
    Columns out;
    for (const auto& column : *schema) out.emplace_back(column.name, column.type.text);
    return out;
  });
}

std::vector<std::string> maintain(OpenStore& self, std::int64_t keep_seconds, bool dry_run) {
  return locked(self, [&](ops::MetadataStore& store, const Watch& watch) {
    return store.session().maintain({.keep = std::chrono::seconds(keep_seconds), .dry_run = dry_run}, watch);
  });
}

std::tuple<int, std::string, std::size_t> hash_settings(const OpenStore& self) {
  const auto& hash = self.store.rules().hash;
  return {hash.format == hash::Format::V0 ? 0 : 1, std::string(to_string(hash.algorithm)), hash.length};
}

}  // namespace

void bind_stores(nb::module_& module) {
  nb::class_<store::Store>(module, "Store", "Where metadata is kept; opens nothing yet.")
      .def(nb::new_([](const std::string& kind, const stores::Options& options) {
             return std::shared_ptr<store::Store>(stores::open_store(kind, options));
           }),
           nb::arg("kind"), nb::arg("options"))
      .def("info", &info_of);
  module.def(
      "setup_statements",
      [](const std::string& kind, const stores::Options& options, bool as_reference) {
        return stores::setup_statements(kind, options, as_reference);
      },
      nb::arg("kind"), nb::arg("options"), nb::arg("as_reference"),
      "The statements that set a store's database up whenever it is opened, secrets included.");
  nb::class_<OpenStore> out(module, "OpenStore", "A store in use, with the graph and the rules that apply.");
  out.def(nb::new_(&open_stores), nb::arg("first"), nb::arg("fallbacks"), nb::arg("write"), nb::arg("compat"));
  out.def("use", &use, nb::arg("graph"), nb::arg("project"), nb::arg("materialization_id").none(),
          nb::arg("create_tables"));
  out.def("hash_settings", &hash_settings);
  out.def("columns", &columns);
  out.def("scan", &scan);
  out.def("read", &read_rows, nb::arg("key"), nb::arg("filters"), nb::arg("columns"), nb::arg("sample_history"),
          nb::arg("feature_history"), nb::arg("feature_version").none(), nb::arg("include_soft_deleted"),
          nb::arg("as_of").none(), nb::arg("fallback"), nb::arg("limit").none());
  out.def("resolve", &resolve, nb::arg("key"), nb::arg("target_filters"), nb::arg("global_filters"), nb::arg("filters"),
          nb::arg("staleness_predicates"), nb::arg("skip_comparison"), nb::arg("as_of").none(),
          nb::arg("row_per_member").none(), nb::arg("only"), nb::arg("samples").none());
  out.def("write", &write_rows, nb::arg("key"), nb::arg("rows"), nb::arg("materialization_id").none(),
          nb::arg("keep_versions"), nb::arg("retire_children").none(), nb::arg("carry_over"));
  out.def("compute_provenance", &compute_provenance, nb::arg("key"), nb::arg("rows"));
  out.def("add_sample_version", &add_sample_version, nb::arg("key"), nb::arg("rows"), nb::arg("by_field"),
          nb::arg("version"));
  out.def("remove", &remove_samples, nb::arg("keys"), nb::arg("filters"), nb::arg("all"), nb::arg("hard"),
          nb::arg("feature_history"), nb::arg("cascade"), nb::arg("dry_run"));
  out.def("drop", &drop);
  out.def("copy_from", &copy_from, nb::arg("source"), nb::arg("keys"), nb::arg("filters"), nb::arg("global_filters"),
          nb::arg("feature_history"), nb::arg("sample_history"), nb::arg("records_per_commit"));
  out.def("maintain", &maintain, nb::arg("keep_seconds"), nb::arg("dry_run"));
  out.def("push", &push, nb::arg("project").none(), nb::arg("tags"));
}

}  // namespace metaxy::python
