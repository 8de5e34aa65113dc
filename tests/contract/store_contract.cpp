// SPDX-License-Identifier: Apache-2.0
#include "contract/store_contract.hpp"

#include <metaxy/error.hpp>

namespace metaxy::testing {

using namespace store;
using rel::RelPtr;

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

TextRows all(Session& session, const std::string& table) {
  const TableSchema schema = session.find(table).value();
  std::vector<std::string> columns;
  for (const auto& column : schema) columns.push_back(column.name);
  return read_all(session.run(*rel::scan(table, columns)));
}

}  // namespace

TEST_P(StoreContract, NewStoreIsEmpty) {
  const auto session = write();
  EXPECT_TRUE(session->tables().empty());
  EXPECT_FALSE(session->find("t").has_value());
}

TEST_P(StoreContract, CreatedRowsAreReadBack) {
  const auto session = write();
  const auto done = create(*session, "t", "SELECT * FROM (VALUES ('a', 1, 2.5::DOUBLE, true), ('b', NULL, 0.0::DOUBLE, NULL)) v(id, n, x, ok)");
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

}  // namespace metaxy::testing
