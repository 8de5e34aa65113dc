// SPDX-License-Identifier: Apache-2.0
// A pipeline in one program: definitions, a store, an increment, a write.
#include <iostream>

#include <metaxy/metaxy.hpp>

int main() {
  std::cout << metaxy::to_string(metaxy::ErrorCode::NotFound) << "\n";
}
