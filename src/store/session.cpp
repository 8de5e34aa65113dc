// SPDX-License-Identifier: Apache-2.0
#include "store/session.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

namespace metaxy::store {

const TableColumn* find_column(const TableSchema& schema, std::string_view name) {
  const auto at = std::ranges::find_if(schema, [&](const auto& column) { return column.name == name; });
  return at == schema.end() ? nullptr : &*at;
}

std::vector<std::string> column_names(const TableSchema& schema) {
  std::vector<std::string> out;
  for (const auto& column : schema) out.push_back(column.name);
  return out;
}

std::uint64_t Session::Done::rows_of(const std::string& table) const {
  const auto at = appended_to.find(table);
  return at == appended_to.end() ? 0 : at->second;
}

arrow::Stream Session::run(const rel::Relation& relation, Inputs inputs, const Watch& watch) {
  watch.throw_if_stopped();
  return do_run(relation, std::move(inputs), watch);
}

Session::Done Session::commit(std::vector<Mutation> mutations, Inputs inputs, const Watch& watch) {
  return commit(Plan([&] { return mutations; }), std::move(inputs), watch);
}

Session::Done Session::commit(const Plan& plan, Inputs inputs, const Watch& watch) {
  return commit(OpeningPlan([&](Inputs&) { return plan(); }), std::move(inputs), watch);
}

Session::Done Session::commit(const OpeningPlan& plan, Inputs inputs, const Watch& watch) {
  if (mode_ == Mode::Read) {
    throw Error(ErrorCode::InvalidArgument, "the store was opened for reading and cannot be written",
                "open it in write mode");
  }
  watch.throw_if_stopped();
  return do_commit(plan, std::move(inputs), watch);
}

std::vector<std::string> Session::maintain(const Maintenance& given, const Watch& watch) {
  if (mode_ == Mode::Read && !given.dry_run) {
    throw Error(ErrorCode::InvalidArgument, "the store was opened for reading and cannot be maintained",
                "open it in write mode");
  }
  watch.throw_if_stopped();
  return do_maintain(given, watch);
}

}  // namespace metaxy::store
