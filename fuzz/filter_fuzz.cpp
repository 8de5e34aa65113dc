// SPDX-License-Identifier: Apache-2.0
// Any bytes are a filter or get an Error; a filter's canonical text is a filter of the same text, columns and SQL.
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include <metaxy/error.hpp>

#include "rel/filter.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::logic_error("broken: " + what);
}

metaxy::rel::ExprPtr parse(std::string_view text) {
  try {
    return metaxy::rel::parse_filter(text);
  } catch (const metaxy::Error& error) {
    require(error.code() == metaxy::ErrorCode::InvalidArgument, error.what());
    return nullptr;
  }
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto expr = parse({reinterpret_cast<const char*>(data), size});
  if (!expr) return 0;
  std::string text = metaxy::rel::render(*expr);
  auto reread = parse(text);
  require(reread != nullptr, "refused its own text: " + text);
  require(metaxy::rel::render(*reread) == text, text + " became " + metaxy::rel::render(*reread));
  require(metaxy::rel::columns_of(*reread) == metaxy::rel::columns_of(*expr), "columns of " + text);
  const auto& dialect = metaxy::sql::duckdb();
  require(metaxy::sql::render(*reread, dialect) == metaxy::sql::render(*expr, dialect), "SQL of " + text);
  return 0;
}
