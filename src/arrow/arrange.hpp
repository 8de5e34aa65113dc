// SPDX-License-Identifier: Apache-2.0
// Columns of a stream in another order, some of them several times, without copying values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <metaxy/arrow.hpp>

namespace metaxy::arrow {

/// The given columns: the name of each and that of the column of `rows` it takes its values from.
Stream arrange(Stream rows, const std::vector<std::pair<std::string, std::string>>& columns);

}  // namespace metaxy::arrow
