// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <metaxy/error.hpp>

namespace metaxy::stores::clickhouse {

/// An answer of ClickHouse that is no result, with the statement it was given for, shortened.
Error translate(std::string_view answer, std::string_view sql);

/// ClickHouse's number of the fault in an answer; 0 when there is none.
int fault_number(std::string_view answer);

constexpr int kUnknownSetting = 115;
constexpr int kQueryIdInUse = 216;
constexpr int kTableExists = 57;

/// What stands at the end of a result that broke off; empty when nothing does.
std::string_view find_fault(std::string_view end_of_result);

}  // namespace metaxy::stores::clickhouse
