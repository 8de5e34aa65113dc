// SPDX-License-Identifier: Apache-2.0
#include "base/pointer.hpp"

namespace metaxy {

std::string pointer(const std::string& parent, std::string_view name) {
  std::string out = parent + "/";
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string pointer(const std::string& parent, std::size_t item) { return parent + "/" + std::to_string(item); }

}  // namespace metaxy
