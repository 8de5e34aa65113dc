// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/gather.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include "stores/duckdb/group_rows.hpp"
#include "stores/duckdb/handles.hpp"
#include "stores/duckdb/text_column.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr const char* kName = "metaxy_gather";
constexpr std::size_t kMostGathered = 16;

/// One overload of the function.
struct Overload {
  std::shared_ptr<RowMemory> memory;
  std::size_t texts;
};

/// Arguments; texts follow them.
constexpr idx_t kKey = 0;
constexpr idx_t kJoined = 1;
constexpr idx_t kKeyed = 2;
constexpr idx_t kSeparator = 3;
constexpr idx_t kTexts = 4;

/// What DuckDB keeps for a group: its rows as they came.
struct Group {
  GroupRow* first;
  GroupRow* last;
  idx_t count;

  void add(GroupRow* row) {
    (first ? last->next : first) = row;
    last = row;
    ++count;
  }
  /// Takes the rows of another group, which has none afterwards.
  void take(Group& other) {
    if (!other.first) return;
    (first ? last->next : first) = other.first;
    last = other.last;
    count += other.count;
    other = {};
  }
  void clear() noexcept {
    for (GroupRow* row = std::exchange(first, nullptr); row;) {
      RowBatch* batch = row->batch;
      std::size_t rows = 0;
      for (; row && row->batch == batch; row = row->next) ++rows;
      batch->release(rows);
    }
    *this = {};
  }
};

Group& group_of(duckdb_aggregate_state state) { return *reinterpret_cast<Group*>(state); }

idx_t state_size(duckdb_function_info) noexcept { return sizeof(Group); }
void begin(duckdb_function_info, duckdb_aggregate_state state) noexcept { group_of(state) = {}; }
void destroy(duckdb_aggregate_state* states, idx_t count) noexcept {
  for (idx_t i = 0; i < count; ++i) group_of(states[i]).clear();
}

const Overload& overload_of(duckdb_function_info info) {
  return *static_cast<const Overload*>(duckdb_aggregate_function_get_extra_info(info));
}

[[noreturn]] void refuse(const char* why) { throw Error(ErrorCode::InvalidArgument, why); }

/// Arguments that are the same in every row.
GatherRule read_rule(duckdb_data_chunk input, std::size_t texts) {
  const auto first = [&](idx_t column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(input, column);
    auto* validity = duckdb_vector_get_validity(vector);
    if (validity && !duckdb_validity_row_is_valid(validity, 0)) refuse("a rule of metaxy_gather must not be NULL");
    return duckdb_vector_get_data(vector);
  };
  const std::int64_t joined = *static_cast<const std::int64_t*>(first(kJoined));
  if (joined < 0 || static_cast<std::size_t>(joined) > texts)
    refuse("metaxy_gather cannot join more texts than it is given");
  const auto* separator = static_cast<const duckdb_string_t*>(first(kSeparator));
  return {static_cast<std::size_t>(joined), *static_cast<const bool*>(first(kKeyed)), std::string(view_of(*separator))};
}

void add_rows(const Overload& overload, duckdb_data_chunk input, duckdb_aggregate_state* states) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  if (rows == 0) return;
  std::vector<TextInput> columns = {TextInput(input, kKey)};
  for (idx_t i = 0; i < overload.texts; ++i) columns.emplace_back(input, kTexts + i);
  RowBatch::Texts texts(columns.size());
  const auto read = [&](idx_t row) {
    for (std::size_t i = 0; i < columns.size(); ++i) texts[i] = columns[i].at(row);
    if (!texts.front()) refuse("a key of metaxy_gather must not be NULL");
  };
  std::size_t bytes = 0;
  for (idx_t row = 0; row < rows; ++row) {
    read(row);
    bytes += RowBatch::bytes_of(texts);
  }
  RowBatch* batch = RowBatch::make(*overload.memory, read_rule(input, overload.texts), bytes);
  for (idx_t row = 0; row < rows; ++row) {
    read(row);
    group_of(states[row]).add(batch->add(texts));
  }
}

void update(duckdb_function_info info, duckdb_data_chunk input, duckdb_aggregate_state* states) noexcept {
  try {
    add_rows(overload_of(info), input, states);
  } catch (const Error& error) {
    duckdb_aggregate_function_set_error(info, error.message().c_str());
  } catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
  }
}

/// Only window functions combine a source twice, and none of ours gathers.
void combine(duckdb_function_info, duckdb_aggregate_state* sources, duckdb_aggregate_state* targets,
             idx_t count) noexcept {
  for (idx_t i = 0; i < count; ++i) group_of(targets[i]).take(group_of(sources[i]));
}

/// A row while its group is sorted.
struct Sorted {
  std::uint64_t head;  ///< the key's bytes behind what all keys begin with
  std::string_view key;
  const GroupRow* row;
  std::int64_t number;

  bool operator<(const Sorted& other) const {
    if (head != other.head) return head < other.head;
    if (const int order = key.compare(other.key); order != 0) return order < 0;
    return number < other.number;
  }
};

std::uint64_t head_of(std::string_view text) {
  std::uint64_t head = 0;
  for (std::size_t i = 0; i < sizeof(head); ++i) {
    head = head << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
  }
  return head;
}

/// Fills `rows` with those of a group, ascending by key.
void sort_rows(const Group& group, std::size_t columns, std::vector<Sorted>& rows) {
  rows.clear();
  for (const GroupRow* row = group.first; row; row = row->next) {
    rows.push_back({0, *TextsOfRow(*row, columns).next(), row, static_cast<std::int64_t>(rows.size() + 1)});
  }
  std::string_view common = rows.front().key;
  for (const Sorted& row : rows) {
    const auto end = std::mismatch(common.begin(), common.end(), row.key.begin(), row.key.end()).first;
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
  }
  for (Sorted& row : rows) row.head = head_of(row.key.substr(common.size()));
  if (!std::is_sorted(rows.begin(), rows.end())) std::sort(rows.begin(), rows.end());
}

/// Appends to a LIST vector.
class Lists {
 public:
  /// Makes room for `more` elements.
  Lists(duckdb_vector vector, idx_t more) : vector_(vector), end_(duckdb_list_vector_get_size(vector)) {
    if (duckdb_list_vector_reserve(vector, end_ + more) != DuckDBSuccess ||
        duckdb_list_vector_set_size(vector, end_ + more) != DuckDBSuccess) {
      throw Error(ErrorCode::Internal, "a list of DuckDB could not grow");
    }
  }
  /// The list of `row`; returns where its elements begin in `child`.
  idx_t begin(idx_t row, idx_t length) {
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector_))[row] = {end_, length};
    return std::exchange(end_, end_ + length);
  }
  void set_null(idx_t row) {
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(vector_))[row] = {0, 0};
    duckdb::set_null(vector_, row);
  }
  duckdb_vector child() const { return duckdb_list_vector_get_child(vector_); }

 private:
  duckdb_vector vector_;
  idx_t end_;
};

/// One of the texts of a group: what its rows have brought so far.
class Joined {
 public:
  explicit Joined(duckdb_vector vector) : column_(vector) {}
  void add(const GatherRule& rule, std::string_view key, std::optional<std::string_view> text) {
    if (!text && !rule.keyed) return;
    if (std::exchange(any_, true)) text_ += rule.separator;
    if (!rule.keyed) {
      text_ += *text;
      return;
    }
    text_ += key;
    hash::append_item(text_, text);
  }
  /// NULL when no row brought anything.
  void write(idx_t row) {
    any_ ? column_.set(row, text_) : column_.set_null(row);
    text_.clear();
    any_ = false;
  }

 private:
  TextColumn column_;
  std::string text_;
  bool any_ = false;
};

/// A list of texts: where those of the group go.
struct Gathered {
  Lists lists;
  TextColumn texts;
  idx_t at = 0;

  Gathered(duckdb_vector vector, idx_t more) : lists(vector, more), texts(lists.child()) {}
  void add(std::optional<std::string_view> text) {
    text ? texts.set(at, *text) : texts.set_null(at);
    ++at;
  }
};

/// Writes the results of groups, one after the other with the same memory.
class Results {
 public:
  /// `rows`: of all groups together.
  Results(duckdb_vector result, std::size_t texts, const GatherRule& rule, idx_t rows)
      : result_(result), columns_(texts + 1), rule_(rule), permutations_(child(2 * texts), rows) {
    for (std::size_t i = 0; i < texts; ++i) {
      if (i < rule.joined) joined_.emplace_back(child(i));
      if (i >= rule.joined) lists_.emplace_back(child(texts + i - rule.joined), rows);
    }
  }

  void write(idx_t row, const Group& group) {
    sort_rows(group, columns_, rows_);
    const idx_t begin = permutations_.begin(row, rows_.size());
    auto* number = static_cast<std::int64_t*>(duckdb_vector_get_data(permutations_.child())) + begin;
    for (Gathered& list : lists_) list.at = list.lists.begin(row, rows_.size());
    for (const Sorted& each : rows_) {
      *number++ = each.number;
      TextsOfRow texts(*each.row, columns_);
      texts.next();
      for (Joined& joined : joined_) joined.add(rule_, each.key, texts.next());
      for (Gathered& list : lists_) list.add(texts.next());
    }
    for (Joined& joined : joined_) joined.write(row);
    for (std::size_t i = joined_.size(); i + 1 < columns_; ++i) set_null(child(i), row);
    for (std::size_t i = lists_.size(); i + 1 < columns_; ++i) Lists(child(columns_ - 1 + i), 0).set_null(row);
  }
  static void write_null(duckdb_vector result, std::size_t texts, idx_t row) {
    set_null(result, row);
    for (idx_t i = 0; i < texts; ++i) set_null(duckdb_struct_vector_get_child(result, i), row);
    for (idx_t i = texts; i < 2 * texts + 1; ++i) Lists(duckdb_struct_vector_get_child(result, i), 0).set_null(row);
  }

 private:
  duckdb_vector child(idx_t i) const { return duckdb_struct_vector_get_child(result_, i); }

  duckdb_vector result_;
  std::size_t columns_;
  const GatherRule& rule_;
  Lists permutations_;
  std::vector<Joined> joined_;
  std::vector<Gathered> lists_;
  std::vector<Sorted> rows_;
};

void write_results(const Overload& overload, duckdb_aggregate_state* sources, duckdb_vector result, idx_t count,
                   idx_t offset) {
  idx_t rows = 0;
  const Group* some = nullptr;
  for (idx_t i = 0; i < count; ++i) {
    const Group& group = group_of(sources[i]);
    rows += group.count;
    if (group.first) some = &group;
  }
  std::optional<Results> results;
  // The rule is a copy: it would go with the rows that brought it.
  const GatherRule rule = some ? some->first->batch->rule() : GatherRule{};
  if (some) results.emplace(result, overload.texts, rule, rows);
  for (idx_t i = 0; i < count; ++i) {
    Group& group = group_of(sources[i]);
    group.first ? results->write(offset + i, group) : Results::write_null(result, overload.texts, offset + i);
    group.clear();
  }
}

void finalize(duckdb_function_info info, duckdb_aggregate_state* sources, duckdb_vector result, idx_t count,
              idx_t offset) noexcept {
  try {
    write_results(overload_of(info), sources, result, count, offset);
  } catch (const std::exception& error) {
    duckdb_aggregate_function_set_error(info, error.what());
  }
}

LogicalType result_type(std::size_t texts) {
  const LogicalType text(duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR));
  const LogicalType number(duckdb_create_logical_type(DUCKDB_TYPE_BIGINT));
  const LogicalType list(duckdb_create_list_type(text.get()));
  const LogicalType numbers(duckdb_create_list_type(number.get()));
  std::vector<duckdb_logical_type> types;
  std::vector<std::string> names;
  for (const auto& [kind, type] : {std::pair{"text_", &text}, std::pair{"list_", &list}}) {
    for (std::size_t i = 1; i <= texts; ++i) {
      types.push_back(type->get());
      names.push_back(kind + std::to_string(i));
    }
  }
  types.push_back(numbers.get());
  names.emplace_back("permutation");
  std::vector<const char*> spelled;
  for (const std::string& name : names) spelled.push_back(name.c_str());
  return LogicalType(duckdb_create_struct_type(types.data(), spelled.data(), types.size()));
}

AggregateFunction make_function(const std::shared_ptr<RowMemory>& memory, std::size_t texts) {
  AggregateFunction function(duckdb_create_aggregate_function());
  duckdb_aggregate_function_set_name(function.get(), kName);
  const auto take = [&](duckdb_type type) {
    duckdb_aggregate_function_add_parameter(function.get(), LogicalType(duckdb_create_logical_type(type)).get());
  };
  for (const auto type : {DUCKDB_TYPE_BLOB, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BOOLEAN, DUCKDB_TYPE_VARCHAR}) take(type);
  for (std::size_t i = 0; i < texts; ++i) take(DUCKDB_TYPE_VARCHAR);
  duckdb_aggregate_function_set_return_type(function.get(), result_type(texts).get());
  duckdb_aggregate_function_set_special_handling(function.get());
  duckdb_aggregate_function_set_functions(function.get(), state_size, begin, update, combine, finalize);
  duckdb_aggregate_function_set_destructor(function.get(), destroy);
  duckdb_aggregate_function_set_extra_info(function.get(), new Overload{memory, texts},
                                           [](void* overload) { delete static_cast<Overload*>(overload); });
  return function;
}

}  // namespace

void register_gather(duckdb_connection connection, std::uint64_t memory_limit) {
  const auto memory = std::make_shared<RowMemory>(memory_limit);
  const AggregateFunctionSet overloads(duckdb_create_aggregate_function_set(kName));
  for (std::size_t texts = 0; texts <= kMostGathered; ++texts) {
    duckdb_add_aggregate_function_to_set(overloads.get(), make_function(memory, texts).get());
  }
  if (duckdb_register_aggregate_function_set(connection, overloads.get()) != DuckDBSuccess) {
    throw Error(ErrorCode::Internal, "the function metaxy_gather could not be registered in DuckDB");
  }
}

}  // namespace metaxy::stores::duckdb
