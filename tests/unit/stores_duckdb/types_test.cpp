// SPDX-License-Identifier: Apache-2.0
// Every type there and back: out of DuckDB as Arrow, through an input into a table, and out again.
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "arrow/build.hpp"
#include "contract/rows.hpp"
#include "contract/sql.hpp"
#include "stores/duckdb/local_engine.hpp"
#include "stores/duckdb/store.hpp"

namespace metaxy::stores::duckdb {
namespace {

using metaxy::testing::read_all;
using metaxy::testing::TextRows;
using testing::contains;

/// Values of one type, as SQL; each list is read over and over, with a null at its end.
struct TypeCase {
  std::string type;
  std::vector<std::string> values;
  std::string stored = {};  ///< the type of the table's column, when another
};

const std::vector<TypeCase>& cases() {
  static const std::vector<TypeCase> kCases = {
      {"BOOLEAN", {"true", "false"}},
      {"TINYINT", {"-128", "127"}},
      {"SMALLINT", {"-32768", "32767"}},
      {"INTEGER", {"-2147483648", "2147483647"}},
      {"BIGINT", {"-9223372036854775808", "9223372036854775807"}},
      {"UTINYINT", {"0", "255"}},
      {"USMALLINT", {"0", "65535"}},
      {"UINTEGER", {"0", "4294967295"}},
      {"UBIGINT", {"0", "18446744073709551615"}},
      {"FLOAT", {"0.1", "'-inf'", "'nan'", "3.4e38"}},
      {"DOUBLE", {"0.1", "'inf'", "'nan'", "-1e308", "5e-324"}},
      {"DECIMAL(4,1)", {"-999.9", "0.1"}},
      {"DECIMAL(18,3)", {"123456789012345.678"}},
      {"DECIMAL(38,10)", {"1234567890123456789012345678.0123456789"}},
      {"VARCHAR", {"''", "'a'", "'exactly 12 b'", "'longer than twelve bytes, é and 😀'"}},
      {"BLOB", {"'\\xFF\\x00a'", "''"}},
      {"DATE", {"'0001-01-01'", "'2026-11-20'", "'9999-12-31'"}},
      {"TIME", {"'00:00:00'", "'23:59:59.999999'"}},
      {"TIMESTAMP", {"'1969-12-31 23:59:59.999999'", "'2026-11-20 12:00:00.123456'"}},
      {"TIMESTAMP_S", {"'2026-11-20 12:00:00'"}},
      {"TIMESTAMP_MS", {"'2026-11-20 12:00:00.123'"}},
      {"TIMESTAMP_NS", {"'2026-11-20 12:00:00.123456789'"}},
      {"TIMESTAMP WITH TIME ZONE", {"'2026-11-20 12:00:00.123456+00'", "'2026-11-20 12:00:00+05:30'"}},
      {"INTEGER[]", {"[]", "[1, NULL, 3]", "[4]"}},
      {"VARCHAR[][]", {"[['a', NULL], [], NULL, ['long enough to not be inlined']]"}},
      {"INTEGER[3]", {"[1, 2, 3]"}},
      {"STRUCT(a VARCHAR, \"b c\" INTEGER)",
       {"{'a': 'x', 'b c': 1}", "{'a': NULL, 'b c': NULL}"},
       "STRUCT(\"a\" VARCHAR, \"b c\" INTEGER)"},
      {"STRUCT(a STRUCT(b VARCHAR[]))",
       {"{'a': {'b': ['x', 'y']}}", "{'a': NULL}"},
       "STRUCT(\"a\" STRUCT(\"b\" VARCHAR[]))"},
      {"MAP(VARCHAR, VARCHAR)", {"MAP {}", "MAP {'k': 'v', 'n': NULL}"}},
      {"ENUM('red', 'green')", {"'green'", "'red'"}},
      {"UUID", {"'3f2c9a44-1111-2222-3333-444444444444'"}, "VARCHAR"},
      {"JSON", {"'{\"a\": [1, null]}'"}, "VARCHAR"},
      {"STRUCT(a VARCHAR[], m MAP(VARCHAR, INTEGER))",
       {"{'a': ['x', NULL], 'm': MAP {'k': 1}}"},
       "STRUCT(\"a\" VARCHAR[], \"m\" MAP(VARCHAR, INTEGER))"},
      {"STRUCT(a STRUCT(b VARCHAR))[]",
       {"[{'a': {'b': 'x'}}, NULL, {'a': NULL}]", "[]"},
       "STRUCT(\"a\" STRUCT(\"b\" VARCHAR))[]"},
      {"ENUM('red', 'green')[]", {"['red', NULL, 'green', 'red']"}, "VARCHAR[]"},
      {"STRUCT(c ENUM('red', 'green'))", {"{'c': 'green'}", "{'c': NULL}"}, "STRUCT(\"c\" VARCHAR)"},
  };
  return kCases;
}

/// Values in rows of `rows`, every third one NULL.
std::string query_of(const TypeCase& type, int rows) {
  std::string values;
  for (const auto& value : type.values)
    values += (values.empty() ? "" : ", ") + std::string("(") + value + ")::" + type.type;
  return "SELECT i, ([" + values + ", NULL])[1 + i % " + std::to_string(type.values.size() + 1) + "] AS v FROM range(" +
         std::to_string(rows) + ") t(i) ORDER BY i";
}

/// The rows after a way through a table of a new store.
TextRows through_table(arrow::Stream stream, std::string* type = nullptr) {
  const auto store = make_store({});
  const auto session = store->open(store::Mode::Write);
  store::Inputs inputs;
  inputs.emplace("in", std::move(stream));
  const auto rows = rel::input("in", metaxy::testing::column_names(inputs.at("in")));
  session->commit({store::Create{"t", rows, {}}, store::Append{"t", rows}}, std::move(inputs));
  const auto schema = session->find("t").value();
  std::vector<std::string> names;
  for (const auto& column : schema) names.push_back(column.name);
  if (type) *type = schema.back().type.text;
  return read_all(session->run(*rel::scan("t", names)));
}

/// So many rows of every type. Each way opens instances of DuckDB, which sanitizers make slow: a test for each number.
class TypesInRows : public ::testing::TestWithParam<int> {};

TEST_P(TypesInRows, EveryTypeComesBack) {
  testing::Sql judge;
  for (const auto& type : cases()) {
    SCOPED_TRACE(type.type);
    const std::string query = query_of(type, GetParam());
    const TextRows expected = judge.rows("SELECT COLUMNS(*)::VARCHAR FROM (" + query + ") ORDER BY i::BIGINT");
    std::string stored;
    EXPECT_EQ(through_table(metaxy::testing::sql_stream(query), &stored), expected);
    const std::string wanted = type.type.starts_with("ENUM") ? "VARCHAR" : type.type;
    EXPECT_EQ(stored, type.stored.empty() ? wanted : type.stored);
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, TypesInRows, ::testing::Values(0, 1, 7, 5000));

TEST(Types, OtherLayoutsOfArrowComeBack) {
  for (const std::string setting : {"arrow_large_buffer_size = true", "produce_arrow_string_view = true",
                                    "arrow_output_list_view = true", "arrow_lossless_conversion = true"}) {
    for (const auto& type : cases()) {
      if (type.type == "INTEGER[3]" || type.type == "UUID") continue;
      SCOPED_TRACE(setting + " " + type.type);
      const auto engine = local_engine();
      engine->execute("SET " + setting, {});
      const TextRows expected =
          testing::Sql().rows("SELECT COLUMNS(*)::VARCHAR FROM (" + query_of(type, 5000) + ") ORDER BY i::BIGINT");
      EXPECT_EQ(through_table(engine->query(query_of(type, 5000), {})), expected);
    }
  }
}

/// All batches without their first row: cut from the batch, or from each of its columns.
arrow::Stream sliced(arrow::Stream stream, bool columns) {
  auto source = std::make_shared<arrow::Stream>(std::move(stream));
  return arrow::make_stream(source->schema(), [source, columns]() -> std::optional<arrow::Array> {
    auto batch = source->next();
    if (!batch) return std::nullopt;
    ArrowArray& array = *batch->get();
    array.length -= 1;
    if (!columns) array.offset += 1;
    for (std::int64_t i = 0; i < array.n_children; ++i) {
      ArrowArray& child = *array.children[i];
      child.null_count = -1;
      if (columns) {
        child.offset += 1;
        child.length -= 1;
      }
    }
    return batch;
  });
}

TEST(Types, SlicedArraysGiveTheirRowsOnly) {
  for (const bool columns : {false, true}) {
    for (const auto& type : cases()) {
      SCOPED_TRACE(type.type + (columns ? ", columns" : ", batch"));
      constexpr int kRows = 1500;
      TextRows expected =
          testing::Sql().rows("SELECT COLUMNS(*)::VARCHAR FROM (" + query_of(type, kRows) + ") ORDER BY i::BIGINT");
      expected.erase(expected.begin());
      EXPECT_EQ(through_table(sliced(metaxy::testing::sql_stream(query_of(type, kRows)), columns)), expected);
    }
  }
}

TEST(Types, BigBatchesAreCutIntoDuckDbsSizes) {
  std::vector<Json> rows;
  for (int i = 0; i < 10000; ++i) {
    const std::string n = std::to_string(i);
    rows.push_back({{"id", "row " + n},
                    {"s", i % 7 == 0 ? Json() : Json{{"a", n}}},
                    {"deep", {{"in", {{"l", {n, "x"}}}}}},
                    {"m", {{"k", n}}}});
  }
  const TextRows read =
      through_table(arrow::make_stream({{"id"},
                                        arrow::struct_of_text("s", {"a"}),
                                        {"deep", arrow::kStruct, {{"in", arrow::kStruct, {arrow::list_of_text("l")}}}},
                                        arrow::map_of_text("m")},
                                       rows, rows.size()));
  ASSERT_EQ(read.size(), rows.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    const std::string n = std::to_string(i);
    ASSERT_EQ(read[i], (std::vector<std::string>{"row " + n, i % 7 == 0 ? "NULL" : "{'a': " + n + "}",
                                                 "{'in': {'l': [" + n + ", x]}}", "{k=" + n + "}"}));
  }
}

std::string error_of(arrow::Stream stream) {
  try {
    through_table(std::move(stream));
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "no error";
}

TEST(Types, TextThatIsNotUtf8IsRefusedWhereverItStands) {
  const std::string broken = "caf\xE9";
  const auto flat = [&](std::string_view format) {
    arrow::Builder builder({{"id"}, {"name", format}});
    for (int i = 0; i < 3; ++i) {
      builder.text(0, "ok");
      builder.text(1, i == 1 ? broken : "fine");
    }
    std::vector<arrow::Array> batches;
    arrow::Schema schema = builder.schema();
    batches.push_back(builder.finish());
    return arrow::make_stream(std::move(schema), std::move(batches));
  };
  for (const std::string format : {"u", "U"}) {
    const std::string error = error_of(flat(format));
    EXPECT_PRED2(contains, error, "invalid_argument: ");
    EXPECT_PRED2(contains, error, "column name, row 2");
    EXPECT_PRED2(contains, error, "byte 3");
  }
  EXPECT_EQ(error_of(flat("z")), "no error") << "bytes are any bytes";
  EXPECT_PRED2(contains,
               error_of(arrow::make_stream({arrow::struct_of_text("s", {"a"})}, {Json{{"s", {{"a", broken}}}}})),
               "column s.a");
  EXPECT_PRED2(contains, error_of(arrow::make_stream({arrow::list_of_text("l")}, {Json{{"l", {"a", broken}}}})),
               "column l");
}

TEST(Types, WhatDuckDbCannotReadIsNamed) {
  for (const std::string format : {"e", "d:50,2,256"}) {
    arrow::Schema schema = arrow::make_schema({{"id"}, {"odd", format}});
    const std::string error = error_of(arrow::make_stream(std::move(schema), std::vector<arrow::Array>()));
    EXPECT_PRED2(contains, error, "unsupported: ") << format;
    EXPECT_PRED2(contains, error, "column odd");
  }
  EXPECT_PRED2(contains, error_of(arrow::make_stream({{"s", arrow::kStruct, {}}}, {})), "structs without members");
  EXPECT_PRED2(contains, error_of(arrow::make_stream({{"Id"}, {"id"}}, {})), "the name occurs twice");
}

TEST(Types, ColumnsOfNullsAreMadeAsText) {
  std::string type;
  const TextRows rows = through_table(arrow::make_stream({{"id"}, {"none", arrow::kNull}}, {Json{{"id", "a"}}}), &type);
  EXPECT_EQ(rows, (TextRows{{"a", "NULL"}}));
  EXPECT_EQ(type, "VARCHAR");
}

TEST(Types, StructsGoIntoMapsAndBack) {
  const auto store = make_store({});
  const auto session = store->open(store::Mode::Write);
  const auto append = [&](const std::string& table, const std::string& query, bool create) {
    store::Inputs inputs;
    inputs.emplace("in", metaxy::testing::sql_stream(query));
    const auto rows = rel::input("in", {"id", "f"});
    std::vector<store::Mutation> mutations;
    if (create) mutations.emplace_back(store::Create{table, rows, {}});
    mutations.emplace_back(store::Append{table, rows});
    session->commit(std::move(mutations), std::move(inputs));
  };
  append("maps", "SELECT 'a' AS id, MAP {'x': '1'} AS f", true);
  append("maps", "SELECT 'b' AS id, {'x': '2', 'y': NULL::VARCHAR} AS f UNION ALL SELECT 'c', NULL", false);
  EXPECT_EQ(read_all(session->run(*rel::order(rel::scan("maps", {"id", "f"}), {"id"}))),
            (TextRows{{"a", "{x=1}"}, {"b", "{x=2, y=NULL}"}, {"c", "NULL"}}));
  append("structs", "SELECT 'a' AS id, {'x': '1', 'y': '2'} AS f", true);
  append("structs", "SELECT 'b' AS id, MAP {'y': '3'} AS f", false);
  EXPECT_EQ(read_all(session->run(*rel::order(rel::scan("structs", {"id", "f"}), {"id"}))),
            (TextRows{{"a", "{'x': 1, 'y': 2}"}, {"b", "{'x': NULL, 'y': 3}"}}));
  EXPECT_THROW(append("structs", "SELECT 'c' AS id, MAP {'z': '3'} AS f", false), Error);
}

}  // namespace
}  // namespace metaxy::stores::duckdb
