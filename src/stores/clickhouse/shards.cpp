// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/shards.hpp"

#include <algorithm>
#include <iterator>

#include "sql/dialect_clickhouse.hpp"
#include "sql/render.hpp"
#include "stores/clickhouse/server.hpp"
#include "stores/clickhouse/stages.hpp"
#include "stores/clickhouse/types.hpp"

namespace metaxy::stores::clickhouse {

namespace {

bool holds_one_of(const std::vector<std::string>& keys, const ShardedBy& by) {
  return std::any_of(keys.begin(), keys.end(), [&](const auto& key) { return by.columns.contains(key); });
}

/// Whether all rows of a group of `keys` lie on one shard.
bool keeps_groups(const Shards& shards, const std::vector<std::string>& keys) {
  return shards && std::all_of(shards->begin(), shards->end(), [&](const auto& by) { return holds_one_of(keys, by); });
}

bool shows_left_alone(rel::JoinKind kind) { return kind == rel::JoinKind::Semi || kind == rel::JoinKind::Anti; }

/// Whether rows that a join matches lie on one shard.
bool meets(const ShardedBy& left, const ShardedBy& right, const rel::Join& join) {
  return left.type == right.type && std::any_of(join.on.begin(), join.on.end(), [&](const auto& pair) {
           return left.or_null.contains(pair.first) && right.or_null.contains(pair.second);
         });
}

void keep_only(std::vector<ShardedBy>& shards, const std::vector<std::string>& columns) {
  const auto is_gone = [&](const auto& name) {
    return std::find(columns.begin(), columns.end(), name) == columns.end();
  };
  for (auto& by : shards) {
    std::erase_if(by.columns, is_gone);
    std::erase_if(by.or_null, is_gone);
  }
}

/// Whether an expression has the value that chooses the shard, or is NULL.
bool follows(const rel::ExprPtr& expr, const ShardedBy& by) {
  if (!expr) return true;
  const auto all = [&](const auto& exprs) {
    return std::all_of(exprs.begin(), exprs.end(), [&](const auto& each) { return follows(each, by); });
  };
  if (const auto* column = std::get_if<rel::Column>(&expr->node)) return by.or_null.contains(column->name);
  if (const auto* literal = std::get_if<rel::Literal>(&expr->node)) {
    return std::holds_alternative<std::monostate>(literal->value);
  }
  if (const auto* call = std::get_if<rel::Call>(&expr->node)) {
    return call->function == rel::Function::Coalesce && all(call->args);
  }
  const auto* choice = std::get_if<rel::Case>(&expr->node);
  return choice && follows(choice->otherwise, by) &&
         std::all_of(choice->branches.begin(), choice->branches.end(),
                     [&](const auto& branch) { return follows(branch.second, by); });
}

/// The local tables in place of the Distributed ones.
rel::RelPtr on_shard(const rel::RelPtr& relation, const Ddl& ddl, Stands& tables) {
  return rel::replace_sources(relation, [&](const rel::RelPtr& source) {
    const auto* scan = std::get_if<rel::Scan>(&source->node);
    if (!scan) return source;
    auto name = "metaxy_here_" + unique_name();
    tables.emplace(name, ddl.quoted_local(scan->table));
    return rel::scan(std::move(name), scan->columns);
  });
}

}  // namespace

std::string with_stands(std::string sql, const Stands& stands) {
  for (const auto& [name, text] : stands) {
    const auto quoted = quote_name(name);
    for (auto at = sql.find(quoted); at != std::string::npos; at = sql.find(quoted, at + text.size())) {
      sql.replace(at, quoted.size(), text);
    }
  }
  return sql;
}

rel::RelPtr LocalParts::of(const rel::RelPtr& relation) { return gathered(relation); }

rel::RelPtr LocalParts::gathered(const rel::RelPtr& relation) {
  const auto& placed = in(relation);
  if (!placed.shards || !placed.has_work) return placed.rows;
  auto& out = gathered_[relation.get()];
  if (out) return out;
  Stands tables;
  const auto sql = sql::render(*on_shard(placed.rows, ddl_, tables), sql::clickhouse());
  auto name = "metaxy_shards_" + unique_name();
  auto rows = ddl_.on_each_shard(with_stands(sql, tables), name);
  stands_.emplace(name, std::move(rows));
  return out = rel::scan(std::move(name), rel::output_columns(*relation));
}

const LocalParts::Placed& LocalParts::in(const rel::RelPtr& relation) {
  if (const auto found = done_.find(relation.get()); found != done_.end()) return found->second;
  return done_.emplace(relation.get(), placed(relation)).first->second;
}

LocalParts::Placed LocalParts::placed(const rel::RelPtr& relation) {
  Placed out{relation, {}, false, 0};
  std::vector<const Placed*> inputs;
  // What Latest reads is a scan below filters, and is written together with it.
  for (const auto& input : rel::inputs_of(*relation)) {
    inputs.push_back(&in(input));
    out.levels = std::max(out.levels, inputs.back()->levels);
    out.has_work = out.has_work || inputs.back()->has_work;
  }
  const bool once = std::holds_alternative<rel::Once>(relation->node);
  if (once) ++out.levels;
  if (const auto* scan = std::get_if<rel::Scan>(&relation->node)) {
    place(*scan, out);
  } else if (std::holds_alternative<rel::Filter>(relation->node) || (once && out.levels <= kMostLevels)) {
    out.shards = inputs[0]->shards;
  } else if (const auto* project = std::get_if<rel::Project>(&relation->node)) {
    place(*project, *inputs[0], out);
  } else if (const auto* latest = std::get_if<rel::Latest>(&relation->node)) {
    if (keeps_groups(inputs[0]->shards, latest->keys)) out.shards = inputs[0]->shards;
    out.has_work = true;
  } else if (const auto* join = std::get_if<rel::Join>(&relation->node)) {
    place(*join, *inputs[0], *inputs[1], out);
    out.has_work = true;
  } else if (std::holds_alternative<rel::Union>(relation->node)) {
    place(inputs, out);
  } else if (const auto* aggregate = std::get_if<rel::Aggregate>(&relation->node)) {
    // Without keys there is one row in all, and not one of each shard.
    if (!aggregate->keys.empty() && keeps_groups(inputs[0]->shards, aggregate->keys)) {
      out.shards = inputs[0]->shards;
      keep_only(*out.shards, aggregate->keys);
    }
    out.has_work = true;
  }
  if (out.shards) return out;
  out.levels = 0;
  if (!std::holds_alternative<rel::Latest>(relation->node)) {
    out.rows = rel::replace_inputs(relation, [&](const rel::RelPtr& input) { return gathered(input); });
  }
  return out;
}

void LocalParts::place(const rel::Scan& node, Placed& out) const {
  const auto known = shard_columns_.find(node.table);
  const auto schema = tables_.find(node.table);
  if (known == shard_columns_.end() || schema == tables_.end()) return;
  out.shards.emplace();
  for (const auto& name : known->second) {
    const auto* column = store::find_column(schema->second, name);
    if (!column) return out.shards.reset();
    out.shards->push_back({{name}, {name}, column->type.text});
  }
  keep_only(*out.shards, node.columns);
}

void LocalParts::place(const rel::Project& node, const Placed& input, Placed& out) {
  if (!input.shards) return;
  out.shards.emplace();
  for (const auto& by : *input.shards) {
    ShardedBy own{{}, {}, by.type};
    for (const auto& column : node.columns) {
      const auto* same = std::get_if<rel::Column>(&column.expr->node);
      if (same && by.columns.contains(same->name)) own.columns.insert(column.name);
      if (follows(column.expr, by)) own.or_null.insert(column.name);
    }
    out.shards->push_back(std::move(own));
  }
}

/// Of rows that only one side has, the columns of the other are NULL.
void LocalParts::place(const rel::Join& node, const Placed& left, const Placed& right, Placed& out) {
  if (!left.shards || !right.shards || left.shards->size() != right.shards->size()) return;
  std::vector<ShardedBy> both;
  for (std::size_t i = 0; i < left.shards->size(); ++i) {
    const auto& other = (*right.shards)[i];
    if (!meets((*left.shards)[i], other, node)) return;
    both.push_back((*left.shards)[i]);
    auto& by = both.back();
    if (node.kind == rel::JoinKind::Inner) by.columns.insert(other.columns.begin(), other.columns.end());
    if (node.kind == rel::JoinKind::Full) by.columns.clear();
    if (!shows_left_alone(node.kind)) by.or_null.insert(other.or_null.begin(), other.or_null.end());
  }
  out.shards = std::move(both);
}

void LocalParts::place(const std::vector<const Placed*>& inputs, Placed& out) {
  if (inputs.empty() || !inputs.front()->shards) return;
  auto common = *inputs.front()->shards;
  for (const auto* input : inputs) {
    if (!input->shards || input->shards->size() != common.size()) return;
    for (std::size_t i = 0; i < common.size(); ++i) {
      const auto& other = (*input->shards)[i];
      if (other.type != common[i].type) return;
      std::erase_if(common[i].columns, [&](const auto& name) { return !other.columns.contains(name); });
      std::erase_if(common[i].or_null, [&](const auto& name) { return !other.or_null.contains(name); });
    }
  }
  out.shards = std::move(common);
}

}  // namespace metaxy::stores::clickhouse
