// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/typing.hpp"

#include <algorithm>
#include <set>

#include "store/fit.hpp"

namespace metaxy::stores::clickhouse {

using store::ColumnType;
using store::Kind;

namespace {

using Types = std::map<std::string, ColumnType>;

void collect(const rel::Relation& relation, std::set<std::string>& tables) {
  if (const auto* scan = std::get_if<rel::Scan>(&relation.node)) tables.insert(scan->table);
  for (const auto& input : rel::inputs_of(relation)) collect(*input, tables);
}

Types types_of(const store::TableSchema& schema) {
  Types out;
  for (const auto& column : schema) out.emplace(column.name, column.type);
  return out;
}

/// The type of a value as far as it matters for members; absent when it does not hold any.
const ColumnType* find_type(const rel::Expr& expr, const Types& types) {
  if (const auto* column = std::get_if<rel::Column>(&expr.node)) {
    const auto at = types.find(column->name);
    return at == types.end() ? nullptr : &at->second;
  }
  const auto* member = std::get_if<rel::Member>(&expr.node);
  const auto* of = member ? find_type(*member->of, types) : nullptr;
  if (!of) return nullptr;
  if (of->kind == Kind::Map) return &of->member_types.at(1);
  const auto at = store::find_member(*of, member->name);
  return at ? &of->member_types[*at] : nullptr;
}

rel::ExprPtr marked(const rel::ExprPtr& expr, const Types& types) {
  if (!expr) return expr;
  auto inner = rel::replace_parts(expr, [&](const rel::ExprPtr& child) { return marked(child, types); });
  const auto* member = std::get_if<rel::Member>(&inner->node);
  const auto* of = member ? find_type(*member->of, types) : nullptr;
  if (!of) return inner;
  rel::Member out = *member;
  out.holder = of->kind == Kind::Map ? rel::Holder::Map : rel::Holder::Struct;
  return std::make_shared<const rel::Expr>(rel::Expr{std::move(out)});
}

/// How a stored column is given; null: as it is.
rel::ExprPtr given(const std::string& name, const ColumnType& type) {
  const auto is_any_of = [&](std::initializer_list<std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(), [&](auto text) { return type.text.starts_with(text); });
  };
  if (is_any_of({"DateTime("}) || type.text == "DateTime") return rel::cast(rel::column(name), rel::Type::TimestampTz);
  if (type.text == "Date") return rel::cast(rel::column(name), rel::Type::Date);
  if (is_any_of({"Enum", "FixedString", "UUID", "IPv", "Dynamic"}) || type.kind == Kind::Json) {
    return rel::cast(rel::column(name), rel::Type::Text);
  }
  return nullptr;
}

class Typing {
 public:
  Typing(const std::map<std::string, store::TableSchema>& tables,
         const std::map<std::string, store::TableSchema>& inputs)
      : tables_(tables), inputs_(inputs) {}

  struct Typed {
    rel::RelPtr rows;
    Types types;
  };

  const Typed& of(const rel::RelPtr& relation) {
    const auto found = done_.find(relation.get());
    if (found != done_.end()) return found->second;
    auto typed = std::visit([&](const auto& node) { return visit(relation, node); }, relation->node);
    return done_.emplace(relation.get(), std::move(typed)).first->second;
  }

 private:
  template <class Node>
  static rel::RelPtr make(Node node) {
    return std::make_shared<const rel::Relation>(rel::Relation{std::move(node)});
  }

  Types stored(const rel::Scan& scan) const {
    const auto at = tables_.find(scan.table);
    return at == tables_.end() ? Types{} : types_of(at->second);
  }

  /// Stored rows as they can be read everywhere.
  static Typed readable(rel::RelPtr rows, const std::vector<std::string>& columns, Types types) {
    std::vector<rel::Named> out;
    bool any = false;
    for (const auto& name : columns) {
      const auto type = types.find(name);
      auto instead = type == types.end() ? nullptr : given(name, type->second);
      any = any || instead;
      out.push_back({name, instead ? std::move(instead) : rel::column(name)});
    }
    return {any ? rel::project(std::move(rows), std::move(out)) : std::move(rows), std::move(types)};
  }

  Typed visit(const rel::RelPtr& self, const rel::Scan& node) { return readable(self, node.columns, stored(node)); }
  Typed visit(const rel::RelPtr& self, const rel::Input& node) {
    const auto at = inputs_.find(node.name);
    return {self, at == inputs_.end() ? Types{} : types_of(at->second)};
  }
  Typed visit(const rel::RelPtr& self, const rel::Values&) { return {self, {}}; }
  Typed visit(const rel::RelPtr& self, const rel::Foreign&) { return {self, {}}; }
  Typed visit(const rel::RelPtr&, const rel::Filter& node) {
    const auto& [rows, types] = of(node.input);
    return {make(rel::Filter{rows, marked(node.predicate, types)}), types};
  }
  Typed visit(const rel::RelPtr&, const rel::Project& node) {
    const auto& [rows, types] = of(node.input);
    rel::Project out{rows, {}};
    Types own;
    for (const auto& column : node.columns) {
      out.columns.push_back({column.name, marked(column.expr, types)});
      if (const auto* type = find_type(*column.expr, types)) own.emplace(column.name, *type);
    }
    return {make(std::move(out)), std::move(own)};
  }
  /// Its filters read the stored columns.
  Typed visit(const rel::RelPtr&, const rel::Latest& node) {
    std::vector<const rel::Filter*> filters;
    const rel::RelPtr* at = &node.input;
    while (const auto* filter = std::get_if<rel::Filter>(&(*at)->node)) {
      filters.push_back(filter);
      at = &filter->input;
    }
    const auto* scan = std::get_if<rel::Scan>(&(*at)->node);
    const Types types = scan ? stored(*scan) : Types{};
    rel::RelPtr rows = *at;
    for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter) {
      rows = make(rel::Filter{rows, marked((*filter)->predicate, types)});
    }
    rel::Latest out = node;
    out.input = std::move(rows);
    out.order = marked(node.order, types);
    return readable(make(std::move(out)), scan ? scan->columns : std::vector<std::string>{}, types);
  }
  Typed visit(const rel::RelPtr&, const rel::Join& node) {
    const auto& left = of(node.left);
    const auto& right = of(node.right);
    rel::Join out = node;
    out.left = left.rows;
    out.right = right.rows;
    Types types = left.types;
    types.insert(right.types.begin(), right.types.end());
    return {make(std::move(out)), std::move(types)};
  }
  Typed visit(const rel::RelPtr&, const rel::Union& node) {
    rel::Union out;
    Types types;
    for (const auto& input : node.inputs) {
      const auto& each = of(input);
      out.inputs.push_back(each.rows);
      types.insert(each.types.begin(), each.types.end());
    }
    return {make(std::move(out)), std::move(types)};
  }
  Typed visit(const rel::RelPtr&, const rel::Aggregate& node) {
    const auto& [rows, types] = of(node.input);
    rel::Aggregate out = node;
    out.input = rows;
    Types own;
    for (const auto& key : node.keys) {
      if (const auto at = types.find(key); at != types.end()) own.insert(*at);
    }
    for (auto& column : out.columns) {
      const auto* type = column.arg ? find_type(*column.arg, types) : nullptr;
      const bool same = column.function == rel::AggregateFunction::AnyValue;
      if (same && type) own.emplace(column.name, *type);
      column.arg = marked(column.arg, types);
    }
    return {make(std::move(out)), std::move(own)};
  }
  Typed visit(const rel::RelPtr&, const rel::Order& node) {
    const auto& [rows, types] = of(node.input);
    return {make(rel::Order{rows, node.by, node.limit}), types};
  }
  Typed visit(const rel::RelPtr&, const rel::Once& node) {
    const auto& [rows, types] = of(node.input);
    return {make(rel::Once{rows}), types};
  }

  const std::map<std::string, store::TableSchema>& tables_;
  const std::map<std::string, store::TableSchema>& inputs_;
  std::map<const rel::Relation*, Typed> done_;
};

}  // namespace

std::vector<std::string> tables_of(const rel::Relation& relation) {
  std::set<std::string> tables;
  collect(relation, tables);
  return {tables.begin(), tables.end()};
}

rel::RelPtr typed(const rel::RelPtr& relation, const std::map<std::string, store::TableSchema>& tables,
                  const std::map<std::string, store::TableSchema>& inputs) {
  return Typing(tables, inputs).of(relation).rows;
}

}  // namespace metaxy::stores::clickhouse
