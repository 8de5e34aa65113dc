// SPDX-License-Identifier: Apache-2.0
#include "store/session.hpp"

#include <metaxy/error.hpp>

namespace metaxy::store {

arrow::Stream Session::run(const rel::Relation& relation, Inputs inputs, const Watch& watch) {
  watch.throw_if_stopped();
  return do_run(relation, std::move(inputs), watch);
}

Session::Done Session::commit(std::vector<Mutation> mutations, Inputs inputs, const Watch& watch) {
  return commit(Plan([&] { return std::move(mutations); }), std::move(inputs), watch);
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

}  // namespace metaxy::store
