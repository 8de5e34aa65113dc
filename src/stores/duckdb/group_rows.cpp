// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/group_rows.hpp"

#include <fmt/format.h>

#include <cstring>
#include <new>
#include <utility>

#include <metaxy/error.hpp>

namespace metaxy::stores::duckdb {

void RowMemory::take(std::size_t bytes) {
  if (used_.fetch_add(bytes) + bytes <= limit_) return;
  used_ -= bytes;
  throw Error(
      ErrorCode::Backend,
      fmt::format("Out of Memory: the members of groups need more than {} MiB, half of memory_limit", limit_ >> 20));
}

RowBatch::RowBatch(RowMemory& memory, GatherRule rule, std::size_t size)
    : memory_(memory), rule_(std::move(rule)), size_(size), end_(reinterpret_cast<char*>(this + 1)) {}

RowBatch* RowBatch::make(RowMemory& memory, GatherRule rule, std::size_t bytes) {
  const std::size_t size = sizeof(RowBatch) + bytes;
  memory.take(size);
  void* place = ::operator new(size, std::nothrow);
  if (!place) {
    memory.give_back(size);
    throw std::bad_alloc();
  }
  return new (place) RowBatch(memory, std::move(rule), size);
}

std::size_t RowBatch::bytes_of(const Texts& texts) {
  std::size_t bytes = sizeof(GroupRow) + texts.size() * sizeof(std::uint32_t);
  for (const auto& text : texts) bytes += text ? text->size() : 0;
  return (bytes + alignof(GroupRow) - 1) / alignof(GroupRow) * alignof(GroupRow);
}

GroupRow* RowBatch::add(const Texts& texts) {
  auto* row = new (end_) GroupRow{nullptr, this};
  auto* length = reinterpret_cast<std::uint32_t*>(row + 1);
  char* at = reinterpret_cast<char*>(length + texts.size());
  for (const auto& text : texts) {
    *length++ = text ? static_cast<std::uint32_t>(text->size()) : GroupRow::kNull;
    if (!text || text->empty()) continue;
    std::memcpy(at, text->data(), text->size());
    at += text->size();
  }
  end_ += bytes_of(texts);
  ++rows_;
  return row;
}

void RowBatch::release(std::size_t rows) noexcept {
  if (rows_.fetch_sub(rows) != rows) return;
  memory_.give_back(size_);
  this->~RowBatch();
  ::operator delete(this);
}

}  // namespace metaxy::stores::duckdb
