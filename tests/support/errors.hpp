// SPDX-License-Identifier: Apache-2.0
// What tests expect to be refused.
#pragma once

#include <metaxy/error.hpp>

namespace metaxy::test {

/// The error that `act` throws; an Internal one saying so when it throws none.
template <class Act>
Error error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error;
  }
  return {ErrorCode::Internal, "nothing was thrown"};
}

}  // namespace metaxy::test
