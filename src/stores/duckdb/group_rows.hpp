// SPDX-License-Identifier: Apache-2.0
// Rows of groups while an aggregate gathers them.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy::stores::duckdb {

/// How much memory rows may take: it lies beside what DuckDB counts.
class RowMemory {
 public:
  explicit RowMemory(std::uint64_t limit) : limit_(limit) {}
  /// Throws: Backend when that is more than the limit.
  void take(std::size_t bytes);
  void give_back(std::size_t bytes) noexcept { used_ -= bytes; }
  std::uint64_t used() const { return used_; }

 private:
  std::uint64_t limit_;
  std::atomic<std::uint64_t> used_ = 0;
};

/// What becomes of the texts of a group's rows.
struct GatherRule {
  std::size_t joined;     ///< so many of a row's texts are joined with those of other rows; the others become lists
  bool keyed;             ///< what is joined begins with its row's key, and the text is written as an item
  std::string separator;  ///< of what is joined
};

class RowBatch;

/// A row of a group. Its texts lie behind it, the key first.
struct GroupRow {
  static constexpr std::uint32_t kNull = 0xffffffff;

  GroupRow* next;
  RowBatch* batch;

  const std::uint32_t* lengths() const { return reinterpret_cast<const std::uint32_t*>(this + 1); }
};

/// Reads the texts of a row, one after the other.
class TextsOfRow {
 public:
  TextsOfRow(const GroupRow& row, std::size_t count)
      : length_(row.lengths()), at_(reinterpret_cast<const char*>(length_ + count)) {}
  std::optional<std::string_view> next() {
    const std::uint32_t length = *length_++;
    if (length == GroupRow::kNull) return std::nullopt;
    const std::string_view text(at_, length);
    at_ += length;
    return text;
  }

 private:
  const std::uint32_t* length_;
  const char* at_;
};

/// Rows that came together, of any groups, in one piece of memory. It goes with the last of them.
class RowBatch {
 public:
  using Texts = std::vector<std::optional<std::string_view>>;

  /// Room for rows that together need `bytes`.
  static RowBatch* make(RowMemory& memory, GatherRule rule, std::size_t bytes);
  static std::size_t bytes_of(const Texts& texts);
  GroupRow* add(const Texts& texts);
  /// The batch is gone when all its rows have been released.
  void release(std::size_t rows) noexcept;
  const GatherRule& rule() const { return rule_; }

 private:
  RowBatch(RowMemory& memory, GatherRule rule, std::size_t size);
  RowMemory& memory_;
  GatherRule rule_;
  std::size_t size_;
  char* end_;
  std::atomic<std::size_t> rows_ = 0;
};

}  // namespace metaxy::stores::duckdb
