// SPDX-License-Identifier: Apache-2.0
// Bytes as a text constant, a name and numbers, through DuckDB and back.
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"

namespace {

using metaxy::rel::literal;
using metaxy::testing_support::Duck;

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("broken: " + what);
}

std::string written(const metaxy::rel::ExprPtr& expr) { return metaxy::sql::render(*expr, metaxy::sql::duckdb()); }

void refuses(const std::string& text) {
  try {
    written(literal(text));
  } catch (const metaxy::Error&) {
    return;
  }
  throw std::logic_error("broken: wrote a text that no SQL text can carry");
}

void numbers(Duck& duck, const std::uint8_t* data) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, data, sizeof bits);
  auto integer = std::bit_cast<std::int64_t>(bits);
  auto real = std::bit_cast<double>(bits);
  auto row =
      duck.query("SELECT " + written(literal(integer)) + ", CAST(" + written(literal(real)) + " AS VARCHAR)").at(0);
  require(row[0] == std::to_string(integer), "integer " + std::to_string(integer));
  double back = std::strtod(row[1]->c_str(), nullptr);
  bool same = std::isnan(real) ? std::isnan(back) : std::bit_cast<std::uint64_t>(back) == bits;
  require(same, "double " + *row[1]);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Duck duck;
  std::string text(reinterpret_cast<const char*>(data), size);
  if (!metaxy::is_valid_utf8(text) || text.find('\0') != std::string::npos) {
    refuses(text);
  } else {
    std::string name = text.empty() ? "x" : text;
    std::string column = written(metaxy::rel::column(name));
    auto row =
        duck.query("SELECT " + written(literal(text)) + ", " + column + " FROM (SELECT 'v' AS " + column + ")").at(0);
    require(row[0] == text, "text");
    require(row[1] == "v", "name");
  }
  if (size >= 8) numbers(duck, data);
  return 0;
}
