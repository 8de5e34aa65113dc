// SPDX-License-Identifier: Apache-2.0
// Constants through DuckDB and back.
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "base/text.hpp"
#include "rel/filter.hpp"
#include "sql/dialect_duckdb.hpp"
#include "sql/render.hpp"
#include "support/duck.hpp"

namespace metaxy {
namespace {

using namespace rel;
using testing_support::Duck;

std::string select(const ExprPtr& expr) { return "SELECT " + sql::render(*expr, sql::duckdb()); }

rc::Gen<std::string> any_text() {
  using Code = std::uint32_t;
  auto special =
      rc::gen::elementOf(std::vector<Code>{'\'', '"', '\\', '\n', '\r', ';', '-', '%', '$', '`', 0x2028, 0xFEFF});
  auto code_point = rc::gen::weightedOneOf<Code>({{4, rc::gen::inRange<Code>(1, 0x80)},
                                                  {3, special},
                                                  {2, rc::gen::inRange<Code>(0x80, 0xD800)},
                                                  {1, rc::gen::inRange<Code>(0xE000, 0x110000)}});
  return rc::gen::map(rc::gen::container<std::vector<Code>>(code_point), [](const std::vector<Code>& code_points) {
    std::string text;
    for (Code each : code_points) append_code_point(text, each);
    return text;
  });
}

TEST(Literals, TextsComeBack) {
  Duck duck;
  EXPECT_TRUE(rc::check("text, as constant and as filter", [&duck] {
    std::string text = *any_text();
    RC_ASSERT(duck.query(select(literal(text))).at(0).at(0) == text);
    ExprPtr reread = parse_filter(render(*literal(text)));
    RC_ASSERT(std::get<std::string>(std::get<Literal>(reread->node).value) == text);
  }));
}

TEST(Literals, NamesComeBack) {
  Duck duck;
  EXPECT_TRUE(rc::check("names of columns", [&duck] {
    std::string name = *any_text();
    RC_PRE(!name.empty());
    RelPtr rows = filter(values({name}, {{literal("1")}}), equal(column(name), literal("1")));
    RC_ASSERT(duck.query(sql::render(*rows, sql::duckdb())).at(0).at(0) == "1");
    ExprPtr reread = parse_filter(render(*member(column(name), name)));
    const auto& path = std::get<Member>(reread->node);
    RC_ASSERT(path.name == name);
    RC_ASSERT(std::get<Column>(path.of->node).name == name);
  }));
}

TEST(Literals, NumbersComeBack) {
  Duck duck;
  EXPECT_TRUE(rc::check("64-bit integers", [&duck] {
    auto shift = *rc::gen::inRange(0, 64);
    std::int64_t value = *rc::gen::arbitrary<std::int64_t>() >> shift;
    RC_ASSERT(duck.query(select(literal(value))).at(0).at(0) == std::to_string(value));
    RC_ASSERT(std::get<std::int64_t>(std::get<Literal>(parse_filter(render(*literal(value)))->node).value) == value);
  }));
  EXPECT_TRUE(rc::check("doubles, bit by bit", [&duck] {
    double value = std::bit_cast<double>(*rc::gen::map(
        rc::gen::container<std::vector<std::uint8_t>>(8, rc::gen::arbitrary<std::uint8_t>()), [](const auto& bytes) {
          std::uint64_t bits = 0;
          for (std::uint8_t byte : bytes) bits = bits << 8 | byte;
          return bits;
        }));
    RC_PRE(!std::isnan(value));
    auto back = duck.query("SELECT CAST(x AS VARCHAR), typeof(x) FROM (" + select(literal(value)) + " AS x)").at(0);
    RC_ASSERT(back.at(1) == "DOUBLE");
    RC_ASSERT(std::bit_cast<std::uint64_t>(std::strtod(back.at(0)->c_str(), nullptr)) ==
              std::bit_cast<std::uint64_t>(value));
  }));
}

TEST(Literals, EdgesOfNumbersComeBack) {
  Duck duck;
  using Limits = std::numeric_limits<std::int64_t>;
  for (std::int64_t value : {Limits::min(), Limits::min() + 1, std::int64_t{-1}, std::int64_t{0}, Limits::max()}) {
    EXPECT_EQ(duck.query(select(literal(value))).at(0).at(0), std::to_string(value));
  }
  for (double value :
       {0.0, -0.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 1e22, 123456789012345680.0}) {
    auto back = duck.query("SELECT CAST(x AS VARCHAR) FROM (" + select(literal(value)) + " AS x)").at(0).at(0);
    EXPECT_EQ(std::bit_cast<std::uint64_t>(std::strtod(back->c_str(), nullptr)), std::bit_cast<std::uint64_t>(value))
        << *back;
  }
  double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(duck.query(select(literal(infinity)) + " = 'inf'::DOUBLE").at(0).at(0), "true");
  EXPECT_EQ(duck.query(select(literal(-infinity)) + " = '-inf'::DOUBLE").at(0).at(0), "true");
  EXPECT_EQ(duck.query("SELECT isnan(x) FROM (" + select(literal(std::nan(""))) + " AS x)").at(0).at(0), "true");
  EXPECT_EQ(duck.query("SELECT typeof(x) FROM (" +
                       select(literal(TypedText{Type::Decimal, "0.1234567890123456789012345678901234567"})) + " AS x)")
                .at(0)
                .at(0),
            "DECIMAL(38,37)");
}

}  // namespace
}  // namespace metaxy
