// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <metaxy/error.hpp>
#include <stop_token>
#include <thread>

#include "arrow/build.hpp"
#include "support/errors.hpp"

namespace metaxy::testing {

using namespace store;
using rel::RelPtr;
using test::error_of;

namespace {

Inputs one_input(const std::string& query) {
  Inputs inputs;
  inputs.emplace("in", sql_stream(query));
  return inputs;
}

/// Creates `table` with the rows of a query.
Session::Done create(Session& session, const std::string& table, const std::string& query) {
  Inputs inputs = one_input(query);
  const RelPtr rows = rel::input("in", column_names(inputs.at("in")));
  return session.commit({Create{table, rows, {}}, Append{table, rows}}, std::move(inputs));
}

Session::Done append(Session& session, const std::string& table, const std::string& query) {
  Inputs inputs = one_input(query);
  const RelPtr rows = rel::input("in", column_names(inputs.at("in")));
  return session.commit({Append{table, rows}}, std::move(inputs));
}

TextRows as_given(Session& session, const std::string& table) {
  const TableSchema schema = session.find(table).value();
  std::vector<std::string> columns;
  for (const auto& column : schema) columns.push_back(column.name);
  return read_all(session.run(*rel::scan(table, columns)));
}

/// Sorted: not every database gives rows in the order they came in.
TextRows sorted(TextRows rows) {
  std::ranges::sort(rows);
  return rows;
}

TextRows all(Session& session, const std::string& table) { return sorted(as_given(session, table)); }

/// A stream that gives `batches` batches of one row and then throws.
arrow::Stream failing_stream(int batches) {
  auto source = std::make_shared<arrow::Stream>(sql_stream("SELECT 'x' AS id FROM range(100000)"));
  arrow::Schema schema = source->schema();
  return arrow::make_stream(std::move(schema), [source, left = batches]() mutable -> std::optional<arrow::Array> {
    if (left-- == 0) throw Error(ErrorCode::Io, "the producer failed", "ask it why");
    return source->next();
  });
}

Inputs input_of(arrow::Stream stream) {
  Inputs inputs;
  inputs.emplace("in", std::move(stream));
  return inputs;
}

}  // namespace

TEST_P(StoreContract, NewStoreIsEmpty) {
  const auto session = write();
  EXPECT_TRUE(session->tables().empty());
  EXPECT_FALSE(session->find("t").has_value());
}

TEST_P(StoreContract, CreatedRowsAreReadBack) {
  const auto session = write();
  const auto done =
      create(*session, "t",
             "SELECT * FROM (VALUES ('a', 1, 2.5::DOUBLE, true), ('b', NULL, 0.0::DOUBLE, NULL)) v(id, n, x, ok)");
  EXPECT_EQ(done.appended, 2U);
  EXPECT_EQ(session->tables(), std::vector<std::string>{"t"});
  EXPECT_EQ(all(*session, "t"), (TextRows{{"a", "1", "2.5", "true"}, {"b", "NULL", "0.0", "NULL"}}));
  EXPECT_EQ(all(*read(), "t"), all(*session, "t"));
}

TEST_P(StoreContract, AppendMatchesColumnsByName) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, 'x' AS first, 'y' AS second");
  append(*session, "t", "SELECT 'Y' AS second, 'b' AS id");
  EXPECT_EQ(all(*session, "t"), (TextRows{{"a", "x", "y"}, {"b", "NULL", "Y"}}));
}

TEST_P(StoreContract, TypedColumnsAreCreatedAsSaid) {
  const auto session = write();
  session->commit({Create{"t", rel::input("in", {"id", "at"}), {{"at", rel::Type::TimestampTz}}}},
                  one_input("SELECT 'a' AS id, NULL AS at"));
  const TableSchema schema = session->find("t").value();
  ASSERT_EQ(schema.size(), 2U);
  EXPECT_EQ(schema[0].type.kind, Kind::Text);
  EXPECT_EQ(schema[1].type.kind, Kind::TimestampTz);
}

TEST_P(StoreContract, CreateRefusesWhatExists) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id");
  EXPECT_EQ(error_of([&] { create(*session, "t", "SELECT 'b' AS id"); }).code(), ErrorCode::AlreadyExists);
  EXPECT_EQ(all(*session, "t"), (TextRows{{"a"}}));
}

TEST_P(StoreContract, MissingTablesAreNamed) {
  const auto session = write();
  for (const auto& error :
       {error_of([&] { append(*session, "nowhere", "SELECT 1 AS id"); }),
        error_of([&] { session->commit({Drop{"nowhere"}}); }), error_of([&] {
          session->commit({Extend{"nowhere", rel::input("in", {"id"})}}, one_input("SELECT 1 AS id"));
        })}) {
    EXPECT_EQ(error.code(), ErrorCode::NotFound);
    EXPECT_NE(error.message().find("nowhere"), std::string::npos);
  }
}

TEST_P(StoreContract, RowsThatDoNotFitAreRefusedWithEveryReason) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, 1 AS n, {'x': 'p'} AS s");
  const Error error =
      error_of([&] { append(*session, "t", "SELECT 7 AS id, 'many' AS n, 1 AS extra, {'x': 'p', 'y': 'q'} AS s"); });
  EXPECT_EQ(error.code(), ErrorCode::SchemaMismatch);
  ASSERT_EQ(error.faults().size(), 4U);
  EXPECT_EQ(error.faults()[0].subject, "column id");
  EXPECT_EQ(error.faults()[1].subject, "column n");
  EXPECT_EQ(error.faults()[2].subject, "column extra");
  EXPECT_EQ(error.faults()[3].subject, "column s.y");
  EXPECT_EQ(all(*session, "t").size(), 1U);
}

TEST_P(StoreContract, NumbersAreNotRounded) {
  const auto session = write();
  create(*session, "t", "SELECT 1::INTEGER AS n, 1.5::FLOAT AS f, 1.25::DECIMAL(6,2) AS d");
  EXPECT_EQ(error_of([&] { append(*session, "t", "SELECT 1.5::DOUBLE AS n"); }).code(), ErrorCode::SchemaMismatch);
  EXPECT_EQ(error_of([&] { append(*session, "t", "SELECT 0.1::DOUBLE AS f"); }).code(), ErrorCode::SchemaMismatch);
  EXPECT_EQ(error_of([&] { append(*session, "t", "SELECT 1.255::DECIMAL(7,3) AS d"); }).code(),
            ErrorCode::SchemaMismatch);
  EXPECT_NE(error_of([&] { append(*session, "t", "SELECT 5000000000 AS n"); }).code(), ErrorCode::Internal);
  append(*session, "t", "SELECT 2::TINYINT AS n, 3 AS f, 4 AS d");
  EXPECT_EQ(all(*session, "t"), (TextRows{{"1", "1.5", "1.25"}, {"2", "3.0", "4.00"}}));
}

TEST_P(StoreContract, ExtendAddsColumnsAndMembers) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, {'x': '1', 'deep': {'p': 'q'}} AS s");
  const std::string wider = "SELECT 'b' AS id, {'y \"q': '2', 'x': '3', 'deep': {'r': 't'}} AS s, 5 AS n";
  Inputs inputs = one_input(wider);
  const RelPtr rows = rel::input("in", {"id", "s", "n"});
  session->commit({Extend{"t", rows}, Append{"t", rows}}, std::move(inputs));
  EXPECT_EQ(sorted(read_all(session->run(*rel::project(rel::scan("t", {"id", "s", "n"}),
                                                       {{"id", rel::column("id")},
                                                        {"x", rel::member(rel::column("s"), "x")},
                                                        {"y", rel::member(rel::column("s"), "y \"q")},
                                                        {"p", rel::member(rel::member(rel::column("s"), "deep"), "p")},
                                                        {"r", rel::member(rel::member(rel::column("s"), "deep"), "r")},
                                                        {"n", rel::column("n")}})))),
            (TextRows{{"a", "1", "NULL", "q", "NULL", "NULL"}, {"b", "3", "2", "NULL", "t", "5"}}));
}

TEST_P(StoreContract, StructMembersAreMatchedByName) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, {'x': '1', 'y': '2'} AS s");
  append(*session, "t", "SELECT 'b' AS id, {'y': 'Y', 'x': 'X'} AS s");
  append(*session, "t", "SELECT 'c' AS id, {'y': 'Y'} AS s");
  append(*session, "t", "SELECT 'd' AS id, CAST(NULL AS STRUCT(x VARCHAR)) AS s");
  EXPECT_EQ(sorted(read_all(
                session->run(*rel::project(rel::scan("t", {"id", "s"}), {{"x", rel::member(rel::column("s"), "x")},
                                                                         {"y", rel::member(rel::column("s"), "y")}})))),
            (TextRows{{"1", "2"}, {"NULL", "NULL"}, {"NULL", "Y"}, {"X", "Y"}}));
}

TEST_P(StoreContract, NullColumnsFitAnywhere) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, 1 AS n, {'x': 1} AS s, [1] AS l");
  auto nulls = arrow::make_stream(
      {{"id"}, {"n", arrow::kNull}, {"s", arrow::kStruct, {{"x", arrow::kNull}}}, {"l", arrow::kNull}},
      {Json{{"id", "b"}, {"s", {{"x", nullptr}}}}});
  session->commit({Append{"t", rel::input("in", {"id", "n", "s", "l"})}}, input_of(std::move(nulls)));
  EXPECT_EQ(all(*session, "t").back(), (std::vector<std::string>{"b", "NULL", "{'x': NULL}", GetParam().null_list}));
}

TEST_P(StoreContract, CommitIsAllOrNothing) {
  const auto session = write();
  create(*session, "first", "SELECT 'a' AS id");
  const RelPtr rows = rel::values({"id"}, {{rel::literal("b")}});
  EXPECT_THROW(session->commit({Append{"first", rows}, Create{"second", rows, {}}, Append{"absent", rows}}), Error);
  EXPECT_EQ(all(*session, "first"), (TextRows{{"a"}}));
  EXPECT_EQ(session->tables(), std::vector<std::string>{"first"});
  session->commit({Append{"first", rows}});
  EXPECT_EQ(all(*read(), "first").size(), 2U);
}

TEST_P(StoreContract, RequirementsSeeEarlierMutationsAndCanRefuse) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id");
  const RelPtr more = rel::values({"id"}, {{rel::literal("a")}, {rel::literal("b")}});
  const RelPtr twice =
      rel::filter(rel::aggregate(rel::scan("t", {"id"}), {"id"}, {{"n", rel::AggregateFunction::Count, nullptr}}),
                  rel::binary(rel::BinaryOp::Gt, rel::column("n"), rel::literal(std::int64_t{1})));
  int calls = 0;
  const auto fault = [&](arrow::Stream& rows) {
    ++calls;
    const TextRows read = read_all(std::move(rows));
    throw Error(ErrorCode::InvalidArgument, "twice: " + read.at(0).at(0));
  };
  const Error error = error_of([&] { session->commit({Append{"t", more}, Require{twice, fault}}); });
  EXPECT_EQ(error.message(), "twice: a");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(all(*session, "t").size(), 1U) << "a refused commit left rows";
  session->commit({Require{twice, fault}});
  EXPECT_EQ(calls, 1) << "the fault was asked for although no row violates";
}

TEST_P(StoreContract, EraseDeletesByKeys) {
  const auto session = write();
  create(*session, "t",
         "SELECT * FROM (VALUES ('a', 1, 'p'), ('a', 2, 'q'), ('b', 1, 'r'), (NULL, 1, 's')) v(id, n, x)");
  const auto done =
      session->commit({Erase{"t",
                             rel::values({"id", "n"}, {{rel::literal("a"), rel::literal(std::int64_t{2})},
                                                       {rel::literal("b"), rel::literal(std::int64_t{2})}}),
                             {"id", "n"}}});
  EXPECT_EQ(done.erased, 1U);
  EXPECT_EQ(all(*session, "t").size(), 3U);
  const auto own = rel::filter(rel::scan("t", {"id", "n", "x"}), rel::equal(rel::column("x"), rel::literal("p")));
  EXPECT_EQ(session->commit({Erase{"t", own, {"id"}}}).erased, 1U);
  EXPECT_EQ(all(*session, "t"), (TextRows{{"NULL", "1", "s"}, {"b", "1", "r"}}));
}

TEST_P(StoreContract, DroppedTablesAreGone) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id");
  session->commit({Drop{"t"}});
  EXPECT_FALSE(session->find("t").has_value());
}

TEST_P(StoreContract, MaintenanceLosesNoRecord) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, {'x': 1} AS s");
  for (const char* id : {"b", "c", "d"}) append(*session, "t", fmt::format("SELECT '{}' AS id, {{'x': 2}} AS s", id));
  session->commit({Erase{"t", rel::input("in", {"id"}), {"id"}}}, one_input("SELECT 'b' AS id"));
  const auto before = all(*session, "t");
  const auto planned = session->maintain({.dry_run = true});
  EXPECT_EQ(session->maintain({}), planned);
  EXPECT_EQ(all(*session, "t"), before);
  EXPECT_EQ(all(*read(), "t"), before);
  append(*session, "t", "SELECT 'e' AS id, {'x': 3} AS s");
  EXPECT_EQ(all(*read(), "t").size(), before.size() + 1);
  EXPECT_EQ(error_of([&] { read()->maintain({}); }).code(), ErrorCode::InvalidArgument);
}

TEST_P(StoreContract, HostileNamesAndValuesAreOnlyText) {
  const auto session = write();
  const std::string table = "a\"b'; DROP TABLE x; --";
  const std::string column = "ü \"quoted\" (column)";
  const std::string text = "it's; \"x\" \\ \n\t \xC3\xA9";
  const RelPtr rows = rel::values({column}, {{rel::literal(text)}});
  session->commit({Create{table, rows, {}}, Append{table, rows}});
  EXPECT_EQ(session->tables(), std::vector<std::string>{table});
  EXPECT_EQ(all(*session, table), (TextRows{{text}}));
  EXPECT_EQ(session->commit({Erase{table, rows, {column}}}).erased, 1U);
}

TEST_P(StoreContract, SeveralStreamsAreReadSideBySide) {
  const auto session = write();
  create(*session, "t", "SELECT i AS n FROM range(50000) t(i)");
  arrow::Stream first = session->run(*rel::scan("t", {"n"}));
  arrow::Stream second = session->run(*rel::scan("t", {"n"}));
  std::int64_t rows[2] = {0, 0};
  bool more = true;
  while (more) {
    more = false;
    for (int i : {0, 1}) {
      if (auto batch = (i == 0 ? first : second).next()) {
        rows[i] += batch->get()->length;
        more = true;
      }
    }
    EXPECT_TRUE(session->find("t").has_value());
  }
  EXPECT_EQ(rows[0], 50000);
  EXPECT_EQ(rows[1], 50000);
}

TEST_P(StoreContract, RowsKeepTheOrderOfWriting) {
  const auto session = write();
  create(*session, "t", "SELECT i AS n FROM range(300000) t(i)");
  append(*session, "t", "SELECT 300000 + i AS n FROM range(1000) t(i)");
  const TextRows rows = as_given(*session, "t");
  ASSERT_EQ(rows.size(), 301000U);
  if (GetParam().order == RowOrder::Any) return;
  for (std::size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i][0], std::to_string(i));
}

TEST_P(StoreContract, DescribingReadsNoRows) {
  const auto session = write();
  Inputs inputs = one_input("SELECT 'a' AS id, 1.5::DOUBLE AS x");
  const RelPtr rows = rel::input("in", {"x", "id"});
  const TableSchema schema = session->describe(*rows, inputs);
  ASSERT_EQ(schema.size(), 2U);
  EXPECT_EQ(schema[0].name, "x");
  EXPECT_EQ(schema[0].type.kind, Kind::Float);
  EXPECT_EQ(read_all(session->run(*rows, std::move(inputs))), (TextRows{{"1.5", "a"}}));
}

TEST_P(StoreContract, InputsAreReadOnceAndKnownByName) {
  const auto session = write();
  const RelPtr rows = rel::input("in", {"id"});
  EXPECT_THROW(read_all(session->run(*rel::input("other", {"id"}), one_input("SELECT 'a' AS id"))), Error);
  try {
    const TextRows twice = read_all(session->run(*rel::unite({rows, rows}), one_input("SELECT 'a' AS id")));
    EXPECT_EQ(twice, (TextRows{{"a"}, {"a"}})) << "rows are missing where a stream was read twice";
  } catch (const Error&) {  // most stores refuse it
  }
  EXPECT_THROW(read_all(session->run(*rows)), Error) << "an input of an earlier call is still bound";
}

TEST_P(StoreContract, FailuresOfProducersArriveWhole) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id");
  const RelPtr rows = rel::input("in", {"id"});
  for (const int batches : {0, 3}) {
    const Error read = error_of([&] {
      arrow::Stream stream = session->run(*rows, input_of(failing_stream(batches)));
      while (stream.next()) {
      }
    });
    const Error written = error_of([&] { session->commit({Append{"t", rows}}, input_of(failing_stream(batches))); });
    for (const Error& error : {read, written}) {
      EXPECT_EQ(error.code(), ErrorCode::Io);
      EXPECT_EQ(error.message(), "the producer failed");
      EXPECT_EQ(error.hint(), "ask it why");
    }
  }
  EXPECT_EQ(all(*session, "t").size(), 1U);
}

TEST_P(StoreContract, ReadersCannotWrite) {
  create(*write(), "t", "SELECT 'a' AS id");
  EXPECT_EQ(error_of([&] { append(*read(), "t", "SELECT 'b' AS id"); }).code(), ErrorCode::InvalidArgument);
}

TEST_P(StoreContract, StoppedWorkEndsSoonAndLeavesTheSessionUsable) {
  const auto session = write();
  create(*session, "t", "SELECT i AS n, 'x' AS k FROM range(30000) t(i)");
  const RelPtr left = rel::scan("t", {"n", "k"});
  const RelPtr right = rel::project(left, {{"m", rel::column("n")}, {"j", rel::column("k")}});
  const RelPtr endless = rel::aggregate(
      rel::filter(rel::join(rel::JoinKind::Inner, left, right, {{"k", "j"}}),
                  rel::equal(rel::binary(rel::BinaryOp::Modulo,
                                         rel::binary(rel::BinaryOp::Multiply, rel::column("n"), rel::column("m")),
                                         rel::literal(std::int64_t{7})),
                             rel::literal(std::int64_t{3}))),
      {}, {{"c", rel::AggregateFunction::Count, nullptr}});
  std::stop_source source;
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    source.request_stop();
  });
  const auto start = std::chrono::steady_clock::now();
  const Error error = error_of([&] { read_all(session->run(*endless, {}, {source.get_token(), {}})); });
  EXPECT_EQ(error.code(), ErrorCode::Cancelled) << error.what();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  EXPECT_EQ(error_of([&] { session->commit({Drop{"t"}}, {}, {source.get_token(), {}}); }).code(), ErrorCode::Cancelled);
  EXPECT_EQ(all(*session, "t").size(), 30000U);
}

TEST_P(StoreContract, ThreadsWriteAndReadThroughSessionsOfTheirOwn) {
  constexpr int kThreads = 4;
  std::vector<std::string> failures(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        try {
          const auto session = write();
          const std::string table = "t" + std::to_string(t);
          create(*session, table, "SELECT i AS n, " + std::to_string(t) + " AS t FROM range(5000) t(i)");
          for (int i = 0; i < 3; ++i)
            append(*session, table, "SELECT i AS n, " + std::to_string(t) + " AS t FROM range(5000) t(i)");
          const TextRows rows = all(*session, table);
          for (const auto& row : rows) {
            if (row[1] != std::to_string(t)) failures[static_cast<std::size_t>(t)] = "rows of another thread";
          }
          if (rows.size() != 20000) failures[static_cast<std::size_t>(t)] = "rows are missing";
        } catch (const std::exception& error) {
          failures[static_cast<std::size_t>(t)] = error.what();
        }
      });
    }
  }
  for (const auto& failure : failures) EXPECT_EQ(failure, "");
}

TEST_P(StoreContract, BigValuesPass) {
  const auto session = write();
  create(*session, "t", "SELECT 'a' AS id, repeat('é', 25000000) AS big");
  const TextRows rows = all(*session, "t");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0][1].size(), 50000000U);
}

}  // namespace metaxy::testing
