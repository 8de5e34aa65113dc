// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/table_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <metaxy/error.hpp>
#include <sstream>

#include "arrow/read.hpp"
#include "contract/rows.hpp"
#include "contract/sql.hpp"
#include "support/scratch.hpp"

namespace metaxy::stores::duckdb {
namespace {

using metaxy::testing::read_all;
using metaxy::testing::ScratchFolder;
using metaxy::testing::sql_stream;
using metaxy::testing::TextRows;
using store::Kind;
using testing::contains;

FileTypes known(const std::vector<std::pair<std::string, Kind>>& columns) {
  FileTypes out;
  for (const auto& [name, kind] : columns) out.known.push_back({name, {kind, "", {}, {}}});
  return out;
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

class TableFile : public ::testing::Test {
 protected:
  std::string write_text(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name), std::ios::binary) << text;
    return folder_.file(name);
  }
  std::string json_of(const std::string& path, FileFormat format, const FileTypes& types = {}) {
    Json rows = Json::array();
    for (auto& row : arrow::read_rows(read_table_file(path, format, types))) rows.push_back(std::move(row));
    return rows.dump();
  }
  ErrorCode error_of(const std::string& path, FileFormat format, const FileTypes& types = {}) {
    try {
      read_all(read_table_file(path, format, types));
    } catch (const Error& error) {
      message_ = error.what();
      return error.code();
    }
    return ErrorCode::Internal;
  }

  ScratchFolder folder_;
  std::string message_;
};

TEST_F(TableFile, CsvIsWrittenAsPeopleExpect) {
  const std::string path = folder_.file("o.csv");
  const auto rows = write_table_file(sql_stream("SELECT * FROM (VALUES ('a,b', 1, {'x': '1', 'y': NULL}), ('', NULL, "
                                                "NULL), ('say \"hi\"', 3, {'x': '', 'y': 'é'})) "
                                                "t(id, \"the n\", metaxy_provenance_by_field)"),
                                     path, FileFormat::Csv);
  EXPECT_EQ(rows, 3U);
  EXPECT_EQ(slurp(path),
            "id,the n,metaxy_provenance_by_field\n"
            "\"a,b\",1,\"{\"\"x\"\":\"\"1\"\",\"\"y\"\":null}\"\n"
            "\"\",,\n"
            "\"say \"\"hi\"\"\",3,\"{\"\"x\"\":\"\"\"\",\"\"y\"\":\"\"é\"\"}\"\n");
  EXPECT_EQ(json_of(path, FileFormat::Csv),
            R"([{"id":"a,b","the n":1,"metaxy_provenance_by_field":{"x":"1","y":null}},)"
            R"({"id":"","the n":null,"metaxy_provenance_by_field":null},)"
            R"({"id":"say \"hi\"","the n":3,"metaxy_provenance_by_field":{"x":"","y":"é"}}])");
}

TEST_F(TableFile, CsvKeepsLeadingZerosAndTimesAsText) {
  const std::string path =
      write_text("i.csv", "id,code,n,x,ok,at\n12,007,1,1.5,true,2024-01-01\n13,8,2,2,false,2024-01-02\n");
  EXPECT_EQ(json_of(path, FileFormat::Csv, known({{"id", Kind::Text}, {"absent", Kind::Text}})),
            R"([{"id":"12","code":"007","n":1,"x":1.5,"ok":true,"at":"2024-01-01"},)"
            R"({"id":"13","code":"8","n":2,"x":2.0,"ok":false,"at":"2024-01-02"}])");
}

TEST_F(TableFile, KnownTypesComeBackFromText) {
  const std::string query =
      "SELECT * FROM (VALUES (1::BIGINT, true, DATE '2024-02-29', TIMESTAMP '2024-01-01 00:00:00.5', TIMESTAMPTZ "
      "'2024-01-01 02:00:00+02', TIME '01:02:03', 1.50::DECIMAL(10,2), 0.5::DOUBLE, '007'), (NULL, NULL, NULL, NULL, "
      "NULL, NULL, NULL, NULL, NULL)) t(i, b, d, t, z, c, n, f, s)";
  FileTypes types = known({{"i", Kind::Integer},
                           {"b", Kind::Boolean},
                           {"d", Kind::Date},
                           {"t", Kind::Timestamp},
                           {"z", Kind::TimestampTz},
                           {"c", Kind::Time},
                           {"f", Kind::Float},
                           {"s", Kind::Text}});
  types.known.push_back({"n", {Kind::Decimal, "", {}, {}, 10, 2}});
  for (const auto format : {FileFormat::Csv, FileFormat::Json, FileFormat::JsonLines}) {
    const std::string path = folder_.file("typed");
    write_table_file(sql_stream(query), path, format);
    auto stream = read_table_file(path, format, types);
    const auto schema = stream.schema();
    const auto expected = sql_stream(query).schema();
    for (std::int64_t i = 0; i < expected->n_children; ++i) {
      EXPECT_STREQ(schema->children[i]->format, expected->children[i]->format) << expected->children[i]->name;
    }
    EXPECT_EQ(read_all(std::move(stream)), read_all(sql_stream(query)));
  }
}

TEST_F(TableFile, ValuesThatAreNotOfTheKnownTypeAreRefused) {
  const std::pair<const char*, Kind> cases[] = {{"abc", Kind::Integer},
                                                {"2.5", Kind::Integer},
                                                {"2.5", Kind::Date},
                                                {"2024-01-01 12:00", Kind::Date},
                                                {"2", Kind::Timestamp},
                                                {"2024", Kind::Time},
                                                {"2024-01-01", Kind::Time},
                                                {"maybe", Kind::Boolean},
                                                {"x", Kind::Float},
                                                {"", Kind::Integer},
                                                {"tomorrow", Kind::TimestampTz}};
  for (const auto& [text, kind] : cases) {
    const auto types = known({{"x", kind}});
    const auto json = write_text("x.jsonl", std::string("{\"x\":\"") + text + "\"}\n{\"x\":null}\n");
    EXPECT_EQ(error_of(json, FileFormat::JsonLines, types), ErrorCode::InvalidArgument) << text;
    EXPECT_PRED2(contains, message_, std::string("column `x` has `") + text + "`, which is not of type");
    const auto csv = write_text("x.csv", std::string("x,y\n\"") + text + "\",1\n");
    EXPECT_EQ(error_of(csv, FileFormat::Csv, types), ErrorCode::InvalidArgument) << text;
  }
  const auto mixed = write_text("m.jsonl", "{\"x\":\"a\"}\n{\"x\":[1]}\n");
  EXPECT_EQ(error_of(mixed, FileFormat::JsonLines, known({{"x", Kind::Text}})), ErrorCode::InvalidArgument);
  EXPECT_PRED2(contains, message_, "column `x` has `[1]`, which is no single value");
}

TEST_F(TableFile, ALikelyTypeIsTakenWhereItFits) {
  FileTypes types;
  types.likely = known({{"x", Kind::Integer}}).known;
  const auto fits = write_text("x.jsonl", "{\"x\":\"1\"}\n{\"x\":2}\n");
  EXPECT_EQ(json_of(write_text("x.csv", "x\n1\n2\n"), FileFormat::Csv, types), R"([{"x":1},{"x":2}])");
  EXPECT_EQ(json_of(write_text("y.csv", "x\n1\nb\n"), FileFormat::Csv, types), R"([{"x":"1"},{"x":"b"}])");
  EXPECT_EQ(json_of(fits, FileFormat::JsonLines, {}), json_of(fits, FileFormat::JsonLines, types));
}

TEST_F(TableFile, ListsAreWidened) {
  FileTypes types;
  types.known.push_back({"l", {Kind::List, "", {}, {{Kind::Float, "", {}, {}}}}});
  for (const char* rows : {"{\"l\":[1,2]}\n", "{\"l\":[]}\n"}) {
    auto stream = read_table_file(write_text("l.jsonl", rows), FileFormat::JsonLines, types);
    EXPECT_STREQ(stream.schema()->children[0]->children[0]->format, "g") << rows;
  }
}

TEST_F(TableFile, JsonLinesKeepTextAndStructs) {
  const std::string path = write_text("i.jsonl",
                                      "{\"id\":\"007\",\"n\":1,\"at\":\"2024-01-01\",\"u\":\"3f2c9a44-0000-0000-0000-"
                                      "000000000000\",\"s\":{\"a\":\"1\"},\"m\":null}\n"
                                      "{\"id\":\"8\",\"n\":2,\"late\":\"x\",\"s\":{\"b\":\"0\"}}\n");
  EXPECT_EQ(
      json_of(path, FileFormat::JsonLines),
      R"([{"id":"007","n":1,"at":"2024-01-01","u":"3f2c9a44-0000-0000-0000-000000000000","s":{"a":"1","b":null},"m":null,"late":null},)"
      R"({"id":"8","n":2,"at":null,"u":null,"s":{"a":null,"b":"0"},"m":null,"late":"x"}])");
  arrow::Stream stream = read_table_file(path, FileFormat::JsonLines);
  EXPECT_STREQ(stream.schema()->children[5]->format, "n") << "a column of nulls has no type";
}

TEST_F(TableFile, JsonLinesAreValidJson) {
  const std::string path = folder_.file("o.jsonl");
  write_table_file(
      sql_stream("SELECT 'a\"b' AS \"i\"\"d\", 'nan'::DOUBLE AS x, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS t, "
                 "{'a': NULL} AS s, MAP {'k': 'v'} AS m, [1, NULL] AS l"),
      path, FileFormat::JsonLines);
  EXPECT_EQ(slurp(path),
            "{\"i\\\"d\":\"a\\\"b\",\"x\":null,\"t\":\"2024-01-01 "
            "00:00:00+00\",\"s\":{\"a\":null},\"m\":{\"k\":\"v\"},\"l\":[1,null]}\n");
}

TEST_F(TableFile, JsonIsAnArrayOrLines) {
  const std::string path = folder_.file("o.json");
  write_table_file(sql_stream("SELECT unnest(['a', 'b']) AS id"), path, FileFormat::Json);
  EXPECT_EQ(slurp(path), "[\n{\"id\":\"a\"},\n{\"id\":\"b\"}\n]\n");
  EXPECT_EQ(json_of(path, FileFormat::Json), R"([{"id":"a"},{"id":"b"}])");
  write_table_file(sql_stream("SELECT 'a' AS id WHERE false"), path, FileFormat::Json);
  EXPECT_EQ(slurp(path), "[]\n");
  EXPECT_EQ(read_table_file(path, FileFormat::Json).schema()->n_children, 0);
  for (const char* text : {"{\"id\":\"a\"}\n{\"id\":\"b\"}\n", "[{\"id\": \"a\"}, {\"id\": \"b\"}]",
                           "{\n \"id\": \"a\"\n}\n{\n \"id\": \"b\"\n}"}) {
    EXPECT_EQ(json_of(write_text("i.json", text), FileFormat::Json), R"([{"id":"a"},{"id":"b"}])") << text;
  }
  for (const char* text : {"[{\"id\": 1}", "[{\"id\":", "{\"a\":1}\n{\"a\":\n", "[1, 2]", "nothing"}) {
    EXPECT_EQ(error_of(write_text("bad.json", text), FileFormat::Json), ErrorCode::InvalidArgument) << text;
    EXPECT_PRED2(contains, message_, "an array of JSON objects") << text;
  }
}

TEST_F(TableFile, EveryFormatGivesBackIdsAndByFieldStructs) {
  const std::string query =
      "SELECT 'id-' || i AS id, i AS n, {'audio': 'h' || i, 'video': CASE WHEN i % 3 > 0 THEN 'v' || i END} AS "
      "metaxy_provenance_by_field FROM range(5000) t(i)";
  const TextRows expected = read_all(sql_stream(query));
  for (const auto format :
       {FileFormat::Csv, FileFormat::Json, FileFormat::JsonLines, FileFormat::Parquet, FileFormat::Arrow}) {
    const std::string path = folder_.file("file" + std::to_string(static_cast<int>(format)));
    EXPECT_EQ(write_table_file(sql_stream(query), path, format), 5000U);
    EXPECT_EQ(read_all(read_table_file(path, format)), expected) << path;
  }
}

TEST_F(TableFile, NoRowsKeepTheColumns) {
  for (const auto format : {FileFormat::Csv, FileFormat::Parquet, FileFormat::Arrow}) {
    const std::string path = folder_.file("none");
    EXPECT_EQ(write_table_file(sql_stream("SELECT 'a' AS id, 1 AS n WHERE false"), path, format), 0U);
    arrow::Stream stream = read_table_file(path, format);
    EXPECT_EQ(metaxy::testing::column_names(stream), (std::vector<std::string>{"id", "n"}));
    EXPECT_FALSE(stream.next().has_value());
  }
  arrow::Stream stream = read_table_file(write_text("none.jsonl", ""), FileFormat::JsonLines);
  EXPECT_FALSE(stream.next().has_value());
}

TEST_F(TableFile, BigValuesPass) {
  const std::string query = "SELECT 'a' AS id, repeat('x', 20000000) AS big";
  for (const auto format :
       {FileFormat::Csv, FileFormat::Json, FileFormat::JsonLines, FileFormat::Parquet, FileFormat::Arrow}) {
    const std::string path = folder_.file("big");
    write_table_file(sql_stream(query), path, format);
    const TextRows rows = read_all(read_table_file(path, format));
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0][1].size(), 20000000U);
  }
}

TEST_F(TableFile, NamesWithPatternCharactersAreNames) {
  const std::string path = write_text("a*[b]?year=1.csv", "id\nx\n");
  write_text("aZ[b]?year=1.csv", "id\nwrong\n");
  EXPECT_EQ(json_of(path, FileFormat::Csv), R"([{"id":"x"}])");
}

TEST_F(TableFile, RaggedCsvIsRefused) {
  EXPECT_EQ(error_of(write_text("ragged.csv", "id,n\n1,2\n3\n"), FileFormat::Csv), ErrorCode::InvalidArgument)
      << message_;
  EXPECT_PRED2(contains, message_, "as many values as the first line");
}

TEST_F(TableFile, FaultsAreNamed) {
  EXPECT_EQ(error_of(folder_.file("absent.csv"), FileFormat::Csv), ErrorCode::NotFound);
  EXPECT_EQ(error_of(folder_.path().string(), FileFormat::Csv), ErrorCode::Io);
  EXPECT_EQ(error_of(write_text("x.jsonl", "{\"a\":1}\n{\"a\":\n"), FileFormat::JsonLines), ErrorCode::InvalidArgument);
  EXPECT_PRED2(contains, message_, "x.jsonl");
  EXPECT_EQ(error_of(write_text("x.parquet", "no parquet at all"), FileFormat::Parquet), ErrorCode::InvalidArgument)
      << message_;
  EXPECT_FALSE(contains(message_, "SELECT")) << message_;
  EXPECT_EQ(error_of(write_text("bad.csv", "id,metaxy_provenance_by_field\na,{broken\n"), FileFormat::Csv),
            ErrorCode::InvalidArgument)
      << message_;
}

TEST_F(TableFile, FailedWriteLeavesTheOldFile) {
  const std::string path = write_text("old.csv", "old");
  for (const auto format :
       {FileFormat::Csv, FileFormat::Json, FileFormat::JsonLines, FileFormat::Parquet, FileFormat::Arrow}) {
    EXPECT_THROW(write_table_file(
                     sql_stream("SELECT CASE WHEN i < 5000 THEN i ELSE error('stop') END AS i FROM range(9000) t(i)"),
                     path, format),
                 Error);
    EXPECT_EQ(slurp(path), "old");
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1) << "a scratch file was left";
}

}  // namespace
}  // namespace metaxy::stores::duckdb
