// SPDX-License-Identifier: Apache-2.0
// Aligned text tables.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.hpp"

namespace metaxy::cli {

struct Cell {
  std::string text;  ///< any text; control characters are shown as escapes
  Style style = Style::Plain;
};

struct Heading {
  std::string title;
  bool right = false;  ///< numbers
};

struct Table {
  std::vector<Heading> headings;
  std::vector<std::vector<Cell>> rows;
};

struct Rendered {
  std::string text;
  std::size_t columns_left_out = 0;  ///< for want of width, from the right
};

/// Cells are cut, and in the end columns left out, to fit `width`; without one everything is shown.
Rendered render_table(const Table& table, std::optional<std::size_t> width, bool colour);

}  // namespace metaxy::cli
