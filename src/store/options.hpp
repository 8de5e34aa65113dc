// SPDX-License-Identifier: Apache-2.0
// What the options of all kinds of stores have in common. Included where a store reads its own.
#pragma once

#include <chrono>
#include <map>
#include <metaxy/error.hpp>
#include <optional>
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
/// Reads an option in seconds; what is no such number is a fault and changes nothing.
void read_seconds(const std::string& name, const std::string& text, std::chrono::milliseconds& time, Faults& faults);
/// The password of the variable `password_env` or of the first line of the file `password_file`, when one is named;
/// what cannot be read is a fault.
std::optional<std::string> read_password(const std::map<std::string, std::string>& options, Faults& faults);

}  // namespace metaxy::store
