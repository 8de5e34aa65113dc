// SPDX-License-Identifier: Apache-2.0
// Which kinds of stores there are. Adding a database adds a row to the array in registry.cpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/session.hpp"

namespace metaxy::stores {

/// Options of a store as its configuration gives them: scalars as text, lists and tables as JSON text.
using Options = std::map<std::string, std::string>;

/// Makes the description of a store; opens nothing. `kind` is a name such as `duckdb`, or the import path of the
/// reference's store class. Throws: NotFound naming the known kinds, Unsupported for kinds of the reference that are
/// not there, InvalidArgument for unknown or malformed options (all of them), naming the known ones.
std::unique_ptr<store::Store> open_store(std::string_view kind, const Options& options);

/// The statements that set a store's database up whenever it is opened, secrets included; none for most stores.
/// `as_reference`: as the reference writes them. Throws: as open_store.
std::vector<std::string> setup_statements(std::string_view kind, const Options& options, bool as_reference);

/// A store told by its URI: its kind and options.
struct StoreUri {
  std::string kind;
  Options options;
};
/// Absent when the text is no URI. Options of metaxy stand behind `?`, as in `postgresql://host/db?schema=mx`; the
/// others there are the database's. Throws: NotFound for a scheme that no store has, naming the known ones.
std::optional<StoreUri> parse_uri(std::string_view text);

/// A store that has nothing, for relations that need no other. What it is given it holds in memory up to
/// `memory_limit`, as DuckDB takes it (`2GB`), or else 3 GiB, and beyond that in files of the temporary folder.
std::unique_ptr<store::Store> open_empty(const std::string& memory_limit = {});

/// Names of the kinds.
std::vector<std::string> store_kinds();

}  // namespace metaxy::stores
