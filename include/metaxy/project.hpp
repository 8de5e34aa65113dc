// SPDX-License-Identifier: Apache-2.0
// A project on disk: metaxy.toml, feature files, stores by name.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/ops.hpp>
#include <metaxy/progress.hpp>
#include <metaxy/spec.hpp>

namespace metaxy::store {
class Store;
}

namespace metaxy::project {

struct StoreToOpen;

/// Environment variables, given instead of read.
using Environment = std::map<std::string, std::string>;
/// All variables of the process.
Environment process_environment();

/// One `[stores.<name>]` table.
struct StoreConfig {
  std::string type;                            ///< `duckdb`, or the reference's import path of a store class
  std::map<std::string, std::string> options;  ///< scalars as text; lists and tables as JSON text
  std::optional<Place> place;
  std::vector<std::string> fallbacks = {};  ///< stores to read what this one lacks, nearest first (docs/overlay.md)
  std::optional<Place> fallbacks_place = {};
};

/// The configuration after file, environment and defaults were merged (highest first: arguments, METAXY_*, file).
struct Config {
  std::optional<std::filesystem::path> file;
  std::optional<std::string> project;
  std::string store = "dev";
  std::map<std::string, StoreConfig> stores;
  std::vector<std::string> features;        ///< globs of feature files, absolute
  std::vector<Place> feature_places;        ///< where each of them was written; a place without file: a default
  std::optional<hash::Format> hash_format;  ///< of new stores
  std::optional<std::size_t> hash_truncation_length;
  bool compat = false;
  std::optional<bool> auto_create_tables;
  bool sync = true;                              ///< external features give way to what the store knows of them
  bool locked = false;                           ///< external features of other versions than declared are errors
  std::vector<graph::Selection> extra_features;  ///< of other projects, loaded from the store
  std::vector<std::string> entrypoints;          ///< Python modules that declare features
  std::optional<std::string> lock_path;          ///< of metaxy.lock, when it lies elsewhere than beside `file`
  std::string json = "{}";                       ///< everything, for `config print`
};

/// Finds metaxy.toml (or pyproject.toml with [tool.metaxy]) from `start` upwards. Throws: InvalidSpec with file, line
/// and column of every fault; NotFound when `file` is given and absent.
Config load_config(const std::optional<std::filesystem::path>& file, const std::filesystem::path& start,
                   const Environment& environment);

/// The files that `config.features` names, each once, sorted. Throws: InvalidSpec naming globs that match nothing.
std::vector<std::filesystem::path> find_feature_files(const Config& config);

/// Reads feature files (TOML). Throws: InvalidSpec with file, line and column of every fault of every file, and with
/// what the graph of the features that could be read would be refused for.
std::vector<spec::FeatureDefinition> load_feature_files(const std::vector<std::filesystem::path>& files,
                                                        const std::string& project);

/// Faults of filters that do not parse, each with its place.
std::vector<Fault> check_filters(const std::vector<spec::FeatureDefinition>& definitions);

/// How a project's features are reached.
struct Loading {
  /// The running program, whose environment's Python is used unless METAXY_PYTHON names another.
  std::filesystem::path program = {};
  /// Asked when Python is started.
  std::function<Watch()> watch = {};
  /// Whether external features of metaxy.lock are read; whoever writes that file does not need them.
  enum class Lock { Read, Ignore } lock = Lock::Read;
};

class Project {
 public:
  /// Configuration and features as `mx` finds them. Python is started only for a project that declares features in
  /// Python. Throws: as load_config and load_feature_files; NotFound (no Python), Cancelled.
  static Project load(const std::optional<std::filesystem::path>& config_file = {},
                      const std::filesystem::path& start = std::filesystem::current_path(),
                      const Environment& environment = process_environment(), const Loading& loading = {});
  explicit Project(Config config, std::vector<spec::FeatureDefinition> definitions);

  const Config& config() const { return config_; }
  const std::vector<spec::FeatureDefinition>& definitions() const { return definitions_; }
  /// The graph in the format of new stores; for commands that need no store.
  graph::FeatureGraph graph() const;
  /// The description of a configured store; the default one without a name. Throws: NotFound naming the known ones.
  std::shared_ptr<const store::Store> store(const std::optional<std::string>& name = {}) const;
  /// The statements that set it up whenever it is opened; what they hold of secrets is shown as `***`.
  std::vector<std::string> setup_statements(const std::optional<std::string>& name = {}) const;
  enum class Access { Read, Write };
  enum class Fallbacks { Read, Ignore };
  /// Opens a store for this project's features, in the format that the store remembers (or the configured one when it
  /// is new), over its fallback stores, which are only read. A store with fallbacks that is only read need not exist.
  /// External features are synced unless `sync` is off. `watch` is heeded while waiting for others. Throws: NotFound,
  /// Conflict (other hash settings, or in use by another program), Backend, Io.
  ops::MetadataStore open(Access access, const std::optional<std::string>& name = {}, const Watch& watch = {},
                          Fallbacks fallbacks = Fallbacks::Read) const;

 private:
  StoreToOpen to_open(const std::string& name) const;
  ops::MetadataStore synced(ops::MetadataStore opened) const;

  Config config_;
  std::vector<spec::FeatureDefinition> definitions_;
};

/// Formats of tabular files. Json is written as one array of objects; what is read may be lines as well.
enum class TableFormat { Csv, Json, JsonLines, Parquet, Arrow };
/// By the file's ending (.csv, .json, .jsonl/.ndjson, .parquet, .arrow/.arrows/.ipc). Throws: InvalidArgument with the
/// known ones.
TableFormat table_format_of(const std::filesystem::path& file);
/// Opens a file (or `-`: standard input) as a stream. `text_columns` are read as text whatever they look like. A stop
/// request ends the waiting for input too. Throws: NotFound, Io, InvalidArgument (not of this format), Cancelled.
arrow::Stream read_table(const std::string& file, TableFormat format, const std::vector<std::string>& text_columns = {},
                         const Watch& watch = {});
/// The same for rows of a feature: columns of CSV and JSON become what the feature's table has, else what the feature
/// declares, else what the upstreams have. Throws: also InvalidArgument, naming column and value, for other values.
arrow::Stream read_rows(const std::string& file, TableFormat format, ops::MetadataStore& store,
                        const spec::FeatureKey& feature, const Watch& watch = {});
/// Writes all rows to a file that appears whole or not at all, or to standard output (`-`). Returns the rows.
std::uint64_t write_table(arrow::Stream rows, const std::string& file, TableFormat format, const Watch& watch = {});

}  // namespace metaxy::project
