// SPDX-License-Identifier: Apache-2.0
#include "rel/filter.hpp"

#include <metaxy/error.hpp>

namespace metaxy::rel {

ExprPtr parse_filter(std::string_view) {
  throw Error(ErrorCode::Unsupported, "filters are not parsed yet");
}

}  // namespace metaxy::rel
