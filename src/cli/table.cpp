// SPDX-License-Identifier: Apache-2.0
#include "cli/table.hpp"

#include <algorithm>
#include <numeric>

namespace metaxy::cli {

namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;

std::size_t total(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
         kGap * (widths.empty() ? 0 : widths.size() - 1);
}

// Takes from the widest columns first; columns that fit no longer are left out from the right.
void shrink(std::vector<std::size_t>& widths, std::size_t limit) {
  const auto floor_of = [](std::size_t width) { return std::min(width, kNarrowest); };
  while (widths.size() > 1) {
    std::vector<std::size_t> least(widths.size());
    std::transform(widths.begin(), widths.end(), least.begin(), floor_of);
    if (total(least) <= limit) break;
    widths.pop_back();
  }
  if (widths.size() == 1) widths[0] = std::min(widths[0], std::max<std::size_t>(limit, 1));
  while (total(widths) > std::max<std::size_t>(limit, 1)) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    std::size_t second = 0;
    for (auto it = widths.begin(); it != widths.end(); ++it)
      if (it != widest && *it < *widest) second = std::max(second, *it);
    const std::size_t excess = total(widths) - limit;
    const std::size_t lowest = std::max(second, floor_of(*widest));
    const std::size_t cut = std::min(excess, std::max<std::size_t>(*widest - lowest, 1));
    *widest -= std::min(cut, *widest - 1);
  }
}

void append_cell(std::string& line, const Cell& cell, const Heading& heading, std::size_t width, bool last,
                 bool colour) {
  const std::string text = fit(cell.text, width);
  const std::size_t used = display_width(text);
  const std::string space(width > used ? width - used : 0, ' ');
  if (heading.right) line += space;
  line += styled(text, cell.style, colour);
  if (!heading.right && !last) line += space;
  if (!last) line += std::string(kGap, ' ');
}

}  // namespace

Rendered render_table(const Table& table, std::optional<std::size_t> width, bool colour) {
  std::vector<std::vector<Cell>> rows;
  std::vector<Cell> head;
  for (const Heading& heading : table.headings) head.push_back({printable(heading.title), Style::Bold});
  rows.push_back(std::move(head));
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const Cell& cell : row) rows.back().push_back({printable(cell.text), cell.style});
  }
  std::vector<std::size_t> widths(table.headings.size(), 0);
  for (const auto& row : rows)
    for (std::size_t i = 0; i < widths.size() && i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i].text));
  if (width) shrink(widths, *width);
  Rendered out;
  out.columns_left_out = table.headings.size() - widths.size();
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < widths.size(); ++i)
      append_cell(line, i < row.size() ? row[i] : Cell{}, table.headings[i], widths[i], i + 1 == widths.size(), colour);
    line.erase(line.find_last_not_of(' ') + 1);
    out.text += line + "\n";
  }
  return out;
}

}  // namespace metaxy::cli
