// SPDX-License-Identifier: Apache-2.0
// What the options of all kinds of stores have in common. Included where a store reads its own.
#pragma once

#include <chrono>
#include <map>
#include <metaxy/error.hpp>
#include <string>
#include <vector>

namespace metaxy::store {

bool has_name(const std::vector<std::string>& names, const std::string& name);
/// Options of every kind of store; `project` and `ops` read them.
bool is_common_option(const std::string& name);
/// An option that is there and says nothing: empty, null, or a list or table without members.
bool is_unset(const std::string& value);
/// Empty when it is absent or says nothing.
std::string option_of(const std::map<std::string, std::string>& options, const std::string& name);
/// Reads `lock_timeout`, seconds; what is no such number is a fault and changes nothing.
void read_lock_timeout(const std::string& text, std::chrono::milliseconds& timeout, Faults& faults);

}  // namespace metaxy::store
