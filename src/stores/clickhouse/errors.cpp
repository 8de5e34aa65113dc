// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/errors.hpp"

#include <charconv>

#include "store/statement_note.hpp"

namespace metaxy::stores::clickhouse {

namespace {

constexpr std::size_t kShownSql = 300;
constexpr std::size_t kShownAnswer = 1000;
constexpr std::string_view kBegin = "Code: ";
constexpr std::string_view kClass = "DB::Exception: ";

constexpr const char* kNoKeeper =
    "ON CLUSTER needs ClickHouse Keeper; without one set cluster_ddl = \"each_host\" and name all hosts";

struct Meaning {
  int number;
  ErrorCode code;
  const char* hint;
};

constexpr Meaning kMeanings[] = {
    {kTableExists, ErrorCode::AlreadyExists, ""},
    {60, ErrorCode::NotFound, "somebody may have dropped the table; try again"},
    {81, ErrorCode::NotFound, "create the database, or name another in the store's configuration"},
    {kUnknownSetting, ErrorCode::InvalidArgument, "leave the setting out of the store's configuration"},
    {139, ErrorCode::Backend, kNoKeeper},
    {159, ErrorCode::Backend, "raise max_execution_time in the store's settings"},
    {164, ErrorCode::Backend, "let the user change settings: readonly = 2 of its profile, not 1"},
    {202, ErrorCode::Conflict, "try again when the server has less to do"},
    {241, ErrorCode::Backend, "raise max_memory_usage in the store's settings, or let the server spill to disk"},
    {243, ErrorCode::Io, "free space on the server's disk; nothing of this write was kept"},
    {392, ErrorCode::Backend, kNoKeeper},
    {394, ErrorCode::Backend, "somebody killed the statement"},
    {497, ErrorCode::Backend, "grant the user what the message names"},
    {516, ErrorCode::Backend, "check user and password of the store"},
};

std::string clean(std::string_view text) {
  if (const auto at = text.find(kClass); at != std::string_view::npos) text.remove_prefix(at + kClass.size());
  // The statement is told apart from the message.
  for (const std::string_view end : {": In scope ", ": while executing", ": While executing", " (version ", "\n"}) {
    text = text.substr(0, text.find(end));
  }
  if (text.size() > kShownAnswer) text = text.substr(0, kShownAnswer);
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace

int fault_number(std::string_view answer) {
  const auto at = answer.find(kBegin);
  if (at == std::string_view::npos) return 0;
  int number = 0;
  std::from_chars(answer.data() + at + kBegin.size(), answer.data() + answer.size(), number);
  return number;
}

Error translate(std::string_view answer, std::string_view sql) {
  const int number = fault_number(answer);
  ErrorCode code = ErrorCode::Backend;
  std::string hint;
  for (const auto& meaning : kMeanings) {
    if (meaning.number != number) continue;
    code = meaning.code;
    hint = meaning.hint;
  }
  Error error(code, "ClickHouse: " + clean(answer), hint);
  if (code != ErrorCode::Io) store::note_statement(error, sql, kShownSql);
  return error;
}

std::string_view find_fault(std::string_view end_of_result) {
  const auto at = end_of_result.rfind(kClass);
  if (at == std::string_view::npos) return {};
  const auto begin = end_of_result.rfind(kBegin, at);
  return begin == std::string_view::npos ? end_of_result.substr(at) : end_of_result.substr(begin);
}

}  // namespace metaxy::stores::clickhouse
