// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/gather.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <metaxy/error.hpp>

#include "stores/duckdb/handles.hpp"
#include "stores/duckdb/string_view.hpp"

namespace metaxy::stores::duckdb {

namespace {

/// What a row brings: views into the bytes of its group.
struct Row {
  std::string_view key;
  std::string_view items;
  std::int64_t number;
};

/// How the texts of a group are made of the items of its rows.
struct Rule {
  std::int64_t shared;
  std::string separator;
};

/// The rows of a group as they came, one behind the other in blocks that never move.
class Group {
 public:
  explicit Group(Rule rule) : rule_(std::move(rule)) {}

  void add(std::string_view key, std::string_view items) {
    const Lengths lengths{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(items.size())};
    char* at = room(sizeof(lengths) + key.size() + items.size());
    at = put(at, {reinterpret_cast<const char*>(&lengths), sizeof(lengths)});
    put(put(at, key), items);
    ++count_;
  }
  /// Takes the rows of another group, which has none afterwards.
  void take(Group& other) {
    blocks_.insert(blocks_.end(), std::make_move_iterator(other.blocks_.begin()),
                   std::make_move_iterator(other.blocks_.end()));
    count_ += std::exchange(other.count_, 0);
    other.blocks_.clear();
  }

  const Rule& rule() const { return rule_; }
  void rows(std::vector<Row>& out) const {
    out.clear();
    for (const Block& block : blocks_) {
      const char* end = block.bytes.get() + block.used;
      for (const char* at = block.bytes.get(); at != end;) {
        Lengths lengths;
        std::memcpy(&lengths, at, sizeof(lengths));
        at += sizeof(lengths);
        out.push_back(
            {{at, lengths.key}, {at + lengths.key, lengths.items}, static_cast<std::int64_t>(out.size() + 1)});
        at += lengths.key + lengths.items;
      }
    }
  }
  bool empty() const { return count_ == 0; }

 private:
  struct Lengths {
    std::uint32_t key;
    std::uint32_t items;
  };
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t used;
    std::size_t size;
  };
  static constexpr std::size_t kSmallest = 192;
  static constexpr std::size_t kLargest = 1 << 15;

  static char* put(char* out, std::string_view bytes) {
    std::memcpy(out, bytes.data(), bytes.size());
    return out + bytes.size();
  }
  char* room(std::size_t size) {
    if (blocks_.empty() || blocks_.back().size - blocks_.back().used < size) {
      const std::size_t wanted = blocks_.empty() ? kSmallest : std::min(2 * blocks_.back().size, kLargest);
      const std::size_t got = std::max(wanted, size);
      blocks_.push_back({std::make_unique_for_overwrite<char[]>(got), 0, got});
    }
    Block& last = blocks_.back();
    char* at = last.bytes.get() + last.used;
    last.used += size;
    return at;
  }

  Rule rule_;
  std::vector<Block> blocks_;
  idx_t count_ = 0;
};

/// What DuckDB keeps for a group; absent until a row comes.
struct State {
  Group* group;
};

State& state_of(duckdb_aggregate_state state) { return *reinterpret_cast<State*>(state); }

idx_t state_size(duckdb_function_info) noexcept { return sizeof(State); }
void begin(duckdb_function_info, duckdb_aggregate_state state) noexcept { state_of(state).group = nullptr; }
void destroy(duckdb_aggregate_state* states, idx_t count) noexcept {
  for (idx_t i = 0; i < count; ++i) {
    delete state_of(states[i]).group;
    state_of(states[i]).group = nullptr;
  }
}

/// A column whose values must not be NULL.
template <class Stored>
class Values {
 public:
  Values(duckdb_data_chunk input, idx_t column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(input, column);
    data_ = static_cast<const Stored*>(duckdb_vector_get_data(vector));
    validity_ = duckdb_vector_get_validity(vector);
  }
  const Stored& at(idx_t row) const {
    if (validity_ && !duckdb_validity_row_is_valid(validity_, row)) {
      throw Error(ErrorCode::InvalidArgument, "arguments of metaxy_gather must not be NULL");
    }
    return data_[row];
  }

 private:
  const Stored* data_;
  std::uint64_t* validity_;
};

void update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) noexcept {
  try {
    const Values<duckdb_string_t> keys(input, 0);
    const Values<duckdb_string_t> items(input, 1);
    const Values<std::int64_t> shared(input, 2);
    const Values<duckdb_string_t> separators(input, 3);
    const idx_t rows = duckdb_data_chunk_get_size(input);
    for (idx_t row = 0; row < rows; ++row) {
      Group*& group = state_of(states[row]).group;
      if (!group) group = new Group({shared.at(row), std::string(view_of(separators.at(row)))});
      group->add(view_of(keys.at(row)), view_of(items.at(row)));
    }
  } catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
  }
}

void combine(duckdb_function_info info, duckdb_aggregate_state* sources, duckdb_aggregate_state* targets,
             idx_t count) noexcept {
  try {
    for (idx_t i = 0; i < count; ++i) {
      Group*& source = state_of(sources[i]).group;
      Group*& target = state_of(targets[i]).group;
      if (!source) continue;
      // Only window functions combine a source twice, and none of ours gathers.
      target ? target->take(*source) : std::swap(source, target);
    }
  } catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
  }
}

/// The items of a row, one after the other.
class ItemReader {
 public:
  explicit ItemReader(std::string_view items) : rest_(items) {}
  bool done() const { return rest_.empty(); }
  /// What is not read yet.
  const char* at() const { return rest_.data(); }
  std::optional<std::string_view> next() {
    if (rest_.substr(0, 2) == "~,") {
      rest_.remove_prefix(2);
      return std::nullopt;
    }
    std::size_t size = 0;
    const char* end = rest_.data() + rest_.size();
    const auto [colon, fault] = std::from_chars(rest_.data(), end, size);
    const auto left = static_cast<std::size_t>(end - colon);
    if (fault != std::errc() || left < 2 || size > left - 2 || *colon != ':' || colon[1 + size] != ',') {
      throw Error(ErrorCode::InvalidArgument, "metaxy_gather wants what metaxy_items wrote");
    }
    rest_ = std::string_view(colon + size + 2, left - size - 2);
    return std::string_view(colon + 1, size);
  }
  /// The next item as it is written.
  std::string_view written() {
    const char* begin = at();
    next();
    return {begin, static_cast<std::size_t>(at() - begin)};
  }

 private:
  std::string_view rest_;
};

/// One of the texts of a group: those of its rows so far.
struct Joined {
  std::string text;
  bool any = false;

  void clear() {
    text.clear();
    any = false;
  }
  void add(std::string_view separator, std::string_view more) {
    if (std::exchange(any, true)) text += separator;
    text += more;
  }
};

/// Appends to a LIST vector.
class Lists {
 public:
  explicit Lists(duckdb_vector vector) : vector_(vector), child_(duckdb_list_vector_get_child(vector)) {}
  /// Makes room for the list of `row`; returns where its elements begin in `child`.
  idx_t begin(idx_t row, idx_t length) {
    const idx_t start = duckdb_list_vector_get_size(vector_);
    check(duckdb_list_vector_reserve(vector_, start + length));
    check(duckdb_list_vector_set_size(vector_, start + length));
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector_))[row] = {start, length};
    return start;
  }
  duckdb_vector child() const { return child_; }

 private:
  static void check(duckdb_state done) {
    if (done != DuckDBSuccess) throw Error(ErrorCode::Internal, "a list of DuckDB could not grow");
  }
  duckdb_vector vector_;
  duckdb_vector child_;
};

void set_null(duckdb_vector vector, idx_t row) {
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

/// Writes the results of groups, one after the other with the same memory.
class Results {
 public:
  explicit Results(duckdb_vector result)
      : result_(result),
        texts_(duckdb_struct_vector_get_child(result, 0)),
        permutations_(duckdb_struct_vector_get_child(result, 1)) {}

  void write(idx_t row, const Group* group) {
    if (!group || group->empty()) {
      set_null(result_, row);
      set_null(duckdb_struct_vector_get_child(result_, 0), row);
      set_null(duckdb_struct_vector_get_child(result_, 1), row);
      return;
    }
    sort(*group);
    join(group->rule());
    const idx_t numbers = permutations_.begin(row, rows_.size());
    auto* number = static_cast<std::int64_t*>(duckdb_vector_get_data(permutations_.child())) + numbers;
    for (const Row& each : rows_) *number++ = each.number;
    idx_t at = texts_.begin(row, width_);
    for (std::size_t i = 0; i < width_; ++i, ++at) {
      const Joined& joined = joined_[i];
      if (!joined.any) {
        set_null(texts_.child(), at);
      } else {
        duckdb_vector_assign_string_element_len(texts_.child(), at, joined.text.data(), joined.text.size());
      }
    }
  }

 private:
  /// Rows of a thread often come in order already, so that few ascending runs are merged.
  void sort(const Group& group) {
    group.rows(rows_);
    const auto less = [](const Row& a, const Row& b) { return a.key < b.key; };
    const auto end = std::is_sorted_until(rows_.begin(), rows_.end(), less);
    if (end == rows_.end()) return;
    if (std::is_sorted(end, rows_.end(), less)) {
      std::inplace_merge(rows_.begin(), end, rows_.end(), less);
    } else {
      std::stable_sort(rows_.begin(), rows_.end(), less);
    }
  }

  void join(const Rule& rule) {
    const auto begin = [&](ItemReader& items) {
      for (std::int64_t i = 0; i < rule.shared; ++i) items.next();
    };
    ItemReader first(rows_.front().items);
    begin(first);
    for (width_ = 0; !first.done(); ++width_) first.next();
    if (joined_.size() < width_) joined_.resize(width_);
    for (std::size_t i = 0; i < width_; ++i) joined_[i].clear();
    for (const Row& row : rows_) {
      ItemReader items(row.items);
      begin(items);
      const std::string_view shared(row.items.data(), static_cast<std::size_t>(items.at() - row.items.data()));
      for (std::size_t i = 0; i < width_; ++i) {
        if (rule.shared < 0) {
          const auto item = items.next();
          if (item) joined_[i].add(rule.separator, *item);
        } else {
          joined_[i].add(rule.separator, shared);
          joined_[i].text += items.written();
        }
      }
      if (!items.done()) throw Error(ErrorCode::InvalidArgument, "rows of metaxy_gather have different items");
    }
  }

  duckdb_vector result_;
  Lists texts_;
  Lists permutations_;
  std::vector<Row> rows_;
  std::vector<Joined> joined_;
  std::size_t width_ = 0;
};

void finalize(duckdb_function_info info, duckdb_aggregate_state* sources, duckdb_vector result, idx_t count,
              idx_t offset) noexcept {
  try {
    Results results(result);
    for (idx_t i = 0; i < count; ++i) results.write(offset + i, state_of(sources[i]).group);
  } catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
  }
}

LogicalType result_type() {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  const LogicalType texts(duckdb_create_list_type(text.get()));
  const LogicalType numbers(duckdb_create_list_type(number.get()));
  duckdb_logical_type types[] = {texts.get(), numbers.get()};
  const char* names[] = {"texts", "permutation"};
  return LogicalType(duckdb_create_struct_type(types, names, 2));
}

}  // namespace

void register_gather(duckdb_connection connection) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType bytes(duckdb_create_logical_type(DUCKDB_TYPE_BLOB));
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  const LogicalType result = result_type();
  const AggregateFunction function(duckdb_create_aggregate_function());
  duckdb_aggregate_function_set_name(function.get(), "metaxy_gather");
  for (const auto* type : {&bytes, &text, &number, &text}) {
    duckdb_aggregate_function_add_parameter(function.get(), type->get());
  }
  duckdb_aggregate_function_set_return_type(function.get(), result.get());
  duckdb_aggregate_function_set_special_handling(function.get());
  duckdb_aggregate_function_set_functions(function.get(), state_size, begin, update, combine, finalize);
  duckdb_aggregate_function_set_destructor(function.get(), destroy);
  if (duckdb_register_aggregate_function(connection, function.get()) != DuckDBSuccess) {
    throw Error(ErrorCode::Internal, "the function metaxy_gather could not be registered in DuckDB");
  }
}

}  // namespace metaxy::stores::duckdb
