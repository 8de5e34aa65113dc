// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/error.hpp>

#include "arrow/read.hpp"
#include "contract/rows.hpp"
#include "support/adbc.hpp"
#include "support/errors.hpp"

namespace metaxy::testing {
namespace {

using namespace store;
using test::error_of;

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

rel::RelPtr one(const std::string& text) { return rel::values({"id"}, {{rel::literal(text)}}); }

TEST(AdbcFaults, ADriverThatIsNotThereIsNamed) {
  const auto store = stores::open_store("adbc", {{"driver", "/nowhere/libadbc_driver_x.so"}});
  const Error error = error_of([&] { store->open(Mode::Read); });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_TRUE(contains(error.message(), "/nowhere/libadbc_driver_x.so"));
  EXPECT_FALSE(error.hint().empty());
}

TEST(AdbcFaults, OptionsAreCheckedTogether) {
  const Error error = error_of([] {
    stores::open_store("adbc", {{"drvier", "x"}, {"dialect", "oracle"}, {"options", "7"}});
  });
  EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
  EXPECT_EQ(error.faults().size(), 4U);
}

TEST(AdbcFaults, AnOptionThatTheDriverDoesNotKnowIsRefused) {
  const auto store =
      stores::open_store("adbc", {{"driver", test::adbc_driver("sqlite")}, {"options", R"({"colour": "blue"})"}});
  EXPECT_TRUE(contains(error_of([&] { store->open(Mode::Read); }).message(), "colour"));
}

TEST(AdbcFaults, PasswordsAreNotShown) {
  const auto store = stores::open_store(
      "adbc", {{"driver", test::adbc_driver("postgresql")}, {"uri", "postgresql://me:geheim@127.0.0.1:1/x"}});
  EXPECT_FALSE(contains(store->info().location, "geheim"));
  const Error error = error_of([&] { store->open(Mode::Read); });
  EXPECT_EQ(error.code(), ErrorCode::Io);
  EXPECT_FALSE(contains(error.what(), "geheim")) << error.what();
}

TEST(AdbcFaults, ALostConnectionLeavesNothingHalfWritten) {
  const auto schema = test::new_schema();
  const auto uri = test::postgresql_uri();
  const auto named = uri + (contains(uri, "?") ? "&" : "?") + "application_name=" + schema;
  const auto store = test::adbc_postgresql({{"schema", schema}, {"uri", named}});
  const auto session = store->open(Mode::Write);
  session->commit({Create{"t", one(""), {}}, Append{"t", one("a")}});
  int calls = 0;
  const Error error = error_of([&] {
    session->commit(Session::Plan([&] {
      ++calls;
      test::psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '" + schema + "'");
      return std::vector<Mutation>{Append{"t", one("b")}};
    }));
  });
  EXPECT_EQ(calls, 1);
  EXPECT_NE(error.code(), ErrorCode::Internal) << error.what();
  const auto rows =
      read_all(test::adbc_postgresql({{"schema", schema}})->open(Mode::Read)->run(*rel::scan("t", {"id"})));
  EXPECT_EQ(rows, (TextRows{{"a"}}));
}

/// What others wrote, under the names and types that they gave it.
TEST(AdbcFaults, TablesOfOthersAreRead) {
  const auto schema = test::new_schema();
  const auto store = test::adbc_postgresql({{"schema", schema}});
  test::psql("CREATE TABLE " + schema +
             ".t AS SELECT 7 AS n, 1.50::numeric(6,2) AS d, 'x'::varchar AS v, DATE '2024-02-29' AS day");
  const auto session = store->open(Mode::Read);
  EXPECT_EQ(read_all(session->run(*rel::scan("t", {"n", "v", "day"}))), (TextRows{{"7", "x", "2024-02-29"}}));
}

}  // namespace
}  // namespace metaxy::testing
