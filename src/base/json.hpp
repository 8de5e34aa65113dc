// SPDX-License-Identifier: Apache-2.0
// JSON values that keep the order of their keys, and the two texts we write them as.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace metaxy {

using Json = nlohmann::ordered_json;

/// Whether a dump sorts the keys of objects (by code point, at every depth) or keeps their order.
enum class Keys { AsGiven, Sorted };

/// Reads JSON text. Integers beyond 64 bits survive (see `make_integer`). `source` names the text in errors.
/// Throws: InvalidArgument with line and column; also for duplicate keys and nesting deeper than 500.
Json parse_json(std::string_view text, const std::string& source = {});

/// An integer of any size from its decimal text: a number when it fits 64 bits, else a value that only the dumps
/// below and `is_integer` understand. Requires: `-?[0-9]+`.
Json make_integer(std::string_view decimal);
/// True for integers of any size.
bool is_integer(const Json& value);

/// Exactly what Python's `json.dumps(value, sort_keys=…)` writes: ASCII, separators `", "` and `": "`.
/// Throws: InvalidArgument for text that is not UTF-8.
std::string dump_python(const Json& value, Keys keys);
inline std::string dump_python(const Json& value, bool sort_keys) {
  return dump_python(value, sort_keys ? Keys::Sorted : Keys::AsGiven);
}
/// The shortest text: no spaces, raw UTF-8.
std::string dump_compact(const Json& value);

/// A number as Python's `repr(float)` writes it: `1.0`, `1e-07`, `1e+16`, `nan`, `inf`.
std::string python_repr(double value);

}  // namespace metaxy
