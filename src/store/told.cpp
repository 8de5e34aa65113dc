// SPDX-License-Identifier: Apache-2.0
#include "store/told.hpp"

#include <fmt/format.h>

#include <map>

#include "rel/type_of.hpp"

namespace metaxy::store {

namespace {

using rel::ValueType;

std::optional<ValueType> value_type(const ColumnType& type, std::string_view json) {
  switch (type.kind) {
    case Kind::Boolean: return ValueType{rel::Type::Boolean};
    case Kind::Float: return ValueType{type.width == 32 ? rel::Type::Float : rel::Type::Double};
    case Kind::Decimal: return ValueType{rel::Type::Decimal, type.width, type.scale};
    case Kind::Date: return ValueType{rel::Type::Date};
    case Kind::Time: return ValueType{rel::Type::Time};
    case Kind::Timestamp: return ValueType{rel::Type::Timestamp};
    case Kind::TimestampTz: return ValueType{rel::Type::TimestampTz};
    case Kind::Binary: return ValueType{rel::Type::Binary};
    case Kind::Text: return ValueType{rel::Type::Text};
    case Kind::Integer: return ValueType{rel::Type::Int64};
    case Kind::Null:
    case Kind::Other: return std::nullopt;
    default: return ValueType{rel::Type::Text, 0, 0, type.text == json};
  }
}

/// Types are those of the tables as long as a column is only passed on.
class Telling {
 public:
  Telling(const SchemaOf& schema_of, const sql::Dialect& dialect)
      : schema_of_(schema_of), dialect_(dialect), json_(dialect.traits().json_type) {}

  const ToldRelation& of(const rel::RelPtr& relation) {
    const auto found = done_.find(relation.get());
    if (found != done_.end()) return found->second;
    auto told = std::visit([&](const auto& node) { return visit(relation, node); }, relation->node);
    kept_.push_back(relation);
    return done_.emplace(relation.get(), std::move(told)).first->second;
  }

 private:
  template <class Node>
  static rel::RelPtr make(Node node) {
    return std::make_shared<const rel::Relation>(rel::Relation{std::move(node)});
  }

  rel::ExprPtr told(const rel::ExprPtr& expr, const TableSchema& columns) const {
    if (!expr) return expr;
    if (const auto* column = std::get_if<rel::Column>(&expr->node)) {
      const auto* known = find_column(columns, column->name);
      if (!known) return expr;
      return std::make_shared<const rel::Expr>(rel::Expr{rel::Column{column->name, value_type(known->type, json_)}});
    }
    return rel::replace_parts(expr, [&](const rel::ExprPtr& part) { return told(part, columns); });
  }

  ColumnType column_type(const std::optional<ValueType>& type) const { return store::column_type(dialect_, type); }

  /// The type of a value whose columns know theirs.
  ColumnType type_of(const rel::ExprPtr& expr, const TableSchema& columns) const {
    if (const auto* column = std::get_if<rel::Column>(&expr->node)) {
      if (const auto* known = find_column(columns, column->name)) return known->type;
    }
    return column_type(rel::type_of(*expr));
  }

  TableSchema only(const TableSchema& schema, const std::vector<std::string>& names) const {
    if (names.empty()) return schema;
    TableSchema out;
    for (const auto& name : names) {
      const auto* known = find_column(schema, name);
      out.push_back({name, known ? known->type : column_type(std::nullopt)});
    }
    return out;
  }

  ColumnType common(const ColumnType& left, const ColumnType& right) const {
    if (left.kind == Kind::Null || right.kind == Kind::Null) return left.kind == Kind::Null ? right : left;
    if (left.text == right.text) return left;
    return column_type(rel::common_type(value_type(left, json_), value_type(right, json_)));
  }

  ToldRelation visit(const rel::RelPtr& self, const rel::Scan& node) {
    return {self, only(schema_of_(self), node.columns)};
  }
  ToldRelation visit(const rel::RelPtr& self, const rel::Input& node) {
    return {self, only(schema_of_(self), node.columns)};
  }
  ToldRelation visit(const rel::RelPtr& self, const rel::Foreign&) {
    return {self, only({}, rel::output_columns(*self))};
  }
  ToldRelation visit(const rel::RelPtr& self, const rel::Values& node) {
    TableSchema columns;
    for (std::size_t i = 0; i < node.columns.size(); ++i) {
      auto type = column_type(std::nullopt);
      for (const auto& row : node.rows) type = common(type, column_type(rel::type_of(*row.at(i))));
      columns.push_back({node.columns[i], std::move(type)});
    }
    return {self, std::move(columns)};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Filter& node) {
    const auto& [rows, columns] = of(node.input);
    return {make(rel::Filter{rows, told(node.predicate, columns)}), columns};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Project& node) {
    const auto& [rows, columns] = of(node.input);
    rel::Project out{rows, {}};
    TableSchema own;
    for (const auto& column : node.columns) {
      out.columns.push_back({column.name, told(column.expr, columns)});
      own.push_back({column.name, type_of(out.columns.back().expr, columns)});
    }
    return {make(std::move(out)), std::move(own)};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Latest& node) {
    const auto& [rows, columns] = of(node.input);
    return {make(rel::Latest{rows, node.keys, told(node.order, columns), node.superseded}), columns};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Join& node) {
    const auto& left = of(node.left);
    const auto& right = of(node.right);
    auto columns = left.columns;
    if (node.kind != rel::JoinKind::Semi && node.kind != rel::JoinKind::Anti) {
      columns.insert(columns.end(), right.columns.begin(), right.columns.end());
    }
    return {make(rel::Join{node.kind, left.rows, right.rows, node.on, node.matches}), std::move(columns)};
  }
  ToldRelation visit(const rel::RelPtr& self, const rel::Union& node) {
    auto columns = only({}, rel::output_columns(*self));
    std::vector<rel::RelPtr> inputs;
    for (const auto& input : node.inputs) {
      const auto& each = of(input);
      inputs.push_back(each.rows);
      for (auto& column : columns) {
        if (const auto* own = find_column(each.columns, column.name)) column.type = common(column.type, own->type);
      }
    }
    return {make(rel::Union{std::move(inputs)}), std::move(columns)};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Aggregate& node) {
    const auto& [rows, columns] = of(node.input);
    rel::Aggregate out = node;
    out.input = rows;
    auto own = only(columns, node.keys);
    if (node.keys.empty()) own.clear();
    for (auto& column : out.columns) {
      column.arg = told(column.arg, columns);
      own.push_back({column.name, type_of_aggregated(column, columns)});
    }
    return {make(std::move(out)), std::move(own)};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Order& node) {
    const auto& [rows, columns] = of(node.input);
    return {make(rel::Order{rows, node.by, node.limit}), columns};
  }
  ToldRelation visit(const rel::RelPtr&, const rel::Once& node) {
    const auto& [rows, columns] = of(node.input);
    return {make(rel::Once{rows}), columns};
  }

  ColumnType type_of_aggregated(const rel::Aggregated& column, const TableSchema& columns) const {
    switch (column.function) {
      case rel::AggregateFunction::Min:
      case rel::AggregateFunction::Max:
      case rel::AggregateFunction::AnyValue: return type_of(column.arg, columns);
      case rel::AggregateFunction::List: return {Kind::List, std::string(json_), {}, {type_of(column.arg, columns)}};
      case rel::AggregateFunction::Concat: return column_type(ValueType{rel::Type::Text});
      default: return column_type(ValueType{rel::Type::Int64});
    }
  }

  const SchemaOf& schema_of_;
  const sql::Dialect& dialect_;
  std::string_view json_;
  std::map<const rel::Relation*, ToldRelation> done_;
  std::vector<rel::RelPtr> kept_;
};

}  // namespace

ColumnType column_type(const sql::Dialect& dialect, const std::optional<ValueType>& type) {
  using rel::Type;
  if (!type) return {Kind::Null, std::string(dialect.column_type(Type::Text)), {}, {}};
  if (type->is_json) return {Kind::Json, std::string(dialect.traits().json_type), {}, {}};
  std::string text(dialect.column_type(type->type));
  switch (type->type) {
    case Type::Boolean: return {Kind::Boolean, std::move(text), {}, {}};
    case Type::Int16:
    case Type::Int32:
    case Type::Int64: return {Kind::Integer, std::move(text), {}, {}};
    case Type::Float: return {Kind::Float, std::move(text), {}, {}, 32};
    case Type::Double: return {Kind::Float, std::move(text), {}, {}, 64};
    case Type::Decimal:
      if (text != dialect.column_type(Type::Text)) text += fmt::format("({},{})", type->precision, type->scale);
      return {Kind::Decimal, std::move(text), {}, {}, type->precision, type->scale};
    case Type::Text: return {Kind::Text, std::move(text), {}, {}};
    case Type::Binary: return {Kind::Binary, std::move(text), {}, {}};
    case Type::Date: return {Kind::Date, std::move(text), {}, {}};
    case Type::Time: return {Kind::Time, std::move(text), {}, {}};
    case Type::Timestamp: return {Kind::Timestamp, std::move(text), {}, {}};
    case Type::TimestampTz: return {Kind::TimestampTz, std::move(text), {}, {}};
    case Type::Interval: return {Kind::Other, std::move(text), {}, {}};
  }
  return {};
}

ToldRelation tell(const rel::RelPtr& relation, const SchemaOf& schema_of, const sql::Dialect& dialect) {
  return Telling(schema_of, dialect).of(relation);
}

}  // namespace metaxy::store
