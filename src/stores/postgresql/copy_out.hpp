// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <metaxy/arrow.hpp>
#include <metaxy/progress.hpp>
#include <string>

#include "stores/postgresql/link.hpp"

namespace metaxy::stores::postgresql {

/// The rows of a query, streamed; `link` is busy until they end or are dropped.
arrow::Stream copy_out(std::shared_ptr<Link> link, const std::string& sql, const Watch& watch);

}  // namespace metaxy::stores::postgresql
