// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

int main(int count, char** arguments) {
  return static_cast<int>(metaxy::cli::run({arguments + (count > 0 ? 1 : 0), arguments + count}));
}
