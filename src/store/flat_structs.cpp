// SPDX-License-Identifier: Apache-2.0
#include "store/flat_structs.hpp"

#include <algorithm>
#include <map>

#include <metaxy/error.hpp>

#include "store/fit.hpp"

namespace metaxy::store {

namespace {

/// A value while expressions are made flat: what it is when it is no struct, and of a struct, whether it is there.
struct FlatValue {
  rel::ExprPtr value;
  bool is_struct = false;
  std::vector<std::pair<std::string, FlatValue>> members = {};
  std::optional<ColumnType> kept = {};
};

const FlatColumn* find(const FlatColumns& columns, const std::string& name) {
  const auto at = std::ranges::find_if(columns, [&](const auto& column) { return column.first == name; });
  return at == columns.end() ? nullptr : &at->second;
}

const FlatValue* member_of(const FlatValue& value, const std::string& name) {
  const auto at = std::ranges::find_if(value.members, [&](const auto& member) { return member.first == name; });
  return at == value.members.end() ? nullptr : &at->second;
}

FlatValue value_of(const FlatColumn& column) {
  FlatValue out{rel::column(column.name), column.is_struct, {}, column.kept};
  for (const auto& [name, member] : column.members) out.members.emplace_back(name, value_of(member));
  return out;
}

std::optional<rel::Type> type_of(const ColumnType& type) {
  switch (type.kind) {
    case Kind::Integer: return rel::Type::Int64;
    case Kind::Float: return rel::Type::Double;
    case Kind::Boolean: return rel::Type::Boolean;
    case Kind::Date: return rel::Type::Date;
    case Kind::Time: return rel::Type::Time;
    case Kind::Timestamp: return rel::Type::Timestamp;
    case Kind::TimestampTz: return rel::Type::TimestampTz;
    case Kind::Binary: return rel::Type::Binary;
    default: return std::nullopt;
  }
}

/// A kept value as what it is; structs as their members.
FlatValue spread_value(rel::ExprPtr value, const ColumnType& type) {
  if (type.kind == Kind::Struct) {
    auto there = rel::case_when({{rel::is_not_null(value), rel::literal(true)}}, nullptr);
    FlatValue out{std::move(there), true, {}, {}};
    for (std::size_t i = 0; i < type.members.size(); ++i) {
      out.members.emplace_back(type.members[i],
                               spread_value(rel::member(value, type.members[i]), type.member_types[i]));
    }
    return out;
  }
  if (type.kind == Kind::Decimal) {
    return {std::make_shared<const rel::Expr>(rel::Expr{rel::Cast{value, rel::Type::Decimal, type.width, type.scale}})};
  }
  if (type.kind == Kind::Map || type.kind == Kind::List) return {std::move(value), false, {}, type};
  const auto scalar = type_of(type);
  return {scalar ? rel::cast(std::move(value), *scalar) : std::move(value)};
}

rel::ExprPtr packed(const FlatValue& value) {
  if (!value.is_struct) return value.value;
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (const auto& [name, member] : value.members) members.emplace_back(name, packed(member));
  const auto* constant = std::get_if<rel::Literal>(&value.value->node);
  if (constant && std::holds_alternative<bool>(constant->value)) return rel::pack(std::move(members));
  return rel::case_when({{rel::is_not_null(value.value), rel::pack(std::move(members))}}, nullptr);
}

bool is_nothing(const rel::ExprPtr& expr) {
  const auto* literal = expr ? std::get_if<rel::Literal>(&expr->node) : nullptr;
  return !expr || (literal && std::holds_alternative<std::monostate>(literal->value));
}

/// Makes expressions over one relation's columns flat.
class FlatExpressions {
 public:
  explicit FlatExpressions(const FlatColumns& columns) : columns_(columns) {}

  /// The value, with its members when it is a struct.
  FlatValue value(const rel::ExprPtr& expr) {
    if (const auto* column = std::get_if<rel::Column>(&expr->node)) {
      const auto* known = find(columns_, column->name);
      return known ? value_of(*known) : FlatValue{expr};
    }
    if (const auto* pack = std::get_if<rel::Pack>(&expr->node)) {
      FlatValue out{rel::literal(true), true, {}, {}};
      for (const auto& [name, member] : pack->members) out.members.emplace_back(name, value(member));
      return out;
    }
    if (const auto* member = std::get_if<rel::Member>(&expr->node)) return value_of_member(*member);
    if (const auto* choice = std::get_if<rel::Case>(&expr->node)) return value_of_case(*choice);
    if (const auto* call = std::get_if<rel::Call>(&expr->node); call && call->function == rel::Function::Coalesce) {
      return value_of_coalesce(*call);
    }
    return {scalar(expr)};
  }

  /// The value as one expression; a struct is packed, or only asked whether it is there.
  rel::ExprPtr scalar(const rel::ExprPtr& expr) {
    if (!expr || !reads_struct(*expr)) return expr;
    if (const auto* unary = std::get_if<rel::Unary>(&expr->node)) {
      if (unary->op == rel::UnaryOp::IsNull || unary->op == rel::UnaryOp::IsNotNull) {
        return rel::unary(unary->op, value(unary->arg).value);
      }
    }
    if (std::holds_alternative<rel::Column>(expr->node) || std::holds_alternative<rel::Member>(expr->node)) {
      return packed(value(expr));
    }
    return rel::replace_parts(expr, [this](const rel::ExprPtr& part) { return scalar(part); });
  }

 private:
  bool reads_struct(const rel::Expr& expr) const {
    return std::ranges::any_of(rel::columns_of(expr), [this](const auto& name) {
      const auto* column = find(columns_, name);
      return column && (column->is_struct || column->kept || column->name != name);
    });
  }

  FlatValue value_of_member(const rel::Member& member) {
    const auto of = value(member.of);
    if (!of.is_struct) return spread_value(rel::member(of.value, member.name), type_of_member(of.kept, member.name));
    const auto* found = member_of(of, member.name);
    if (!found) throw Error(ErrorCode::InvalidArgument, "a struct has no member " + member.name);
    return *found;
  }

  static ColumnType type_of_member(const std::optional<ColumnType>& of, const std::string& name) {
    if (of && of->kind == Kind::Map) return of->member_types.at(1);
    if (of && of->kind == Kind::Struct) {
      if (const auto at = find_member(*of, name)) return of->member_types[*at];
    }
    return {Kind::Text, {}, {}, {}};
  }

  static FlatValue combined(const std::vector<FlatValue>& values,
                            const std::function<rel::ExprPtr(const std::vector<rel::ExprPtr>&)>& combine) {
    const auto exprs = [&](auto take) {
      std::vector<rel::ExprPtr> out;
      for (const auto& value : values) out.push_back(take(value));
      return out;
    };
    FlatValue out{combine(exprs([](const auto& value) { return value.value; })), true, {}, {}};
    for (const auto& value : values) {
      for (const auto& [name, unused] : value.members) {
        if (member_of(out, name)) continue;
        std::vector<FlatValue> parts;
        bool nested = false;
        for (const auto& other : values) {
          const auto* found = member_of(other, name);
          parts.push_back(found ? *found : FlatValue{rel::null()});
          nested = nested || parts.back().is_struct;
        }
        std::vector<rel::ExprPtr> scalars;
        for (const auto& part : parts) scalars.push_back(part.value);
        const auto kept = std::ranges::find_if(parts, [](const auto& part) { return part.kept.has_value(); });
        out.members.emplace_back(name, nested ? combined(parts, combine) : FlatValue{combine(scalars)});
        if (kept != parts.end()) out.members.back().second.kept = kept->kept;
      }
    }
    return out;
  }

  FlatValue value_of_case(const rel::Case& choice) {
    std::vector<FlatValue> values;
    for (const auto& [when, then] : choice.branches) values.push_back(value(then));
    values.push_back(choice.otherwise ? value(choice.otherwise) : FlatValue{rel::null()});
    std::vector<rel::ExprPtr> conditions;
    for (const auto& [when, then] : choice.branches) conditions.push_back(scalar(when));
    return chosen(std::move(values), [conditions](const std::vector<rel::ExprPtr>& parts) {
      std::vector<std::pair<rel::ExprPtr, rel::ExprPtr>> branches;
      for (std::size_t i = 0; i < conditions.size(); ++i) branches.emplace_back(conditions[i], parts[i]);
      return rel::case_when(std::move(branches), is_nothing(parts.back()) ? nullptr : parts.back());
    });
  }

  FlatValue value_of_coalesce(const rel::Call& call) {
    std::vector<FlatValue> values;
    for (const auto& arg : call.args) values.push_back(value(arg));
    std::vector<rel::ExprPtr> there;
    for (const auto& each : values) there.push_back(each.value);
    const bool any_struct = std::ranges::any_of(values, [](const auto& each) { return each.is_struct; });
    return chosen(std::move(values), [there, any_struct](const std::vector<rel::ExprPtr>& parts) {
      if (!any_struct) return rel::coalesce(parts);
      std::vector<std::pair<rel::ExprPtr, rel::ExprPtr>> branches;
      for (std::size_t i = 0; i < there.size(); ++i) branches.emplace_back(rel::is_not_null(there[i]), parts[i]);
      return rel::case_when(std::move(branches), nullptr);
    });
  }

  static FlatValue chosen(std::vector<FlatValue> values,
                          const std::function<rel::ExprPtr(const std::vector<rel::ExprPtr>&)>& combine) {
    const bool any_struct = std::ranges::any_of(values, [](const auto& each) { return each.is_struct; });
    const auto kept = std::ranges::find_if(values, [](const auto& each) { return each.kept.has_value(); });
    if (any_struct) {
      for (auto& each : values) {
        if (!each.is_struct && each.kept) each = spread_value(each.value, *each.kept);
      }
      return combined(values, combine);
    }
    const auto type = kept == values.end() ? std::nullopt : kept->kept;
    std::vector<rel::ExprPtr> parts;
    for (const auto& each : values) parts.push_back(each.value);
    return {combine(parts), false, {}, type};
  }

  const FlatColumns& columns_;
};

/// Gives values names in a projection.
class Naming {
 public:
  explicit Naming(std::size_t& counter) : counter_(counter) {}

  FlatColumn add(const std::string& name, const FlatValue& value) {
    columns.push_back({name, value.value});
    FlatColumn out{name, value.is_struct, {}, value.kept};
    for (const auto& [member, part] : value.members) {
      out.members.emplace_back(member, add("__mx_m" + std::to_string(counter_++), part));
    }
    return out;
  }
  std::vector<rel::Named> columns;

 private:
  std::size_t& counter_;
};

class Flattening {
 public:
  Flattening(const SchemaOf& schema_of, std::string_view json) : schema_of_(schema_of), json_(json) {}

  FlatRelation in(const rel::RelPtr& relation) {
    return std::visit([&](const auto& node) { return flat(relation, node); }, relation->node);
  }

 private:
  static FlatColumns plain(const std::vector<std::string>& names) {
    FlatColumns out;
    for (const auto& name : names) out.emplace_back(name, FlatColumn{name});
    return out;
  }

  FlatColumns kept(const rel::RelPtr& source, const std::vector<std::string>& names) {
    FlatColumns out;
    const auto schema = schema_of_(source);
    for (const auto& name : names.empty() ? column_names(schema) : names) {
      FlatColumn column{name};
      const auto* known = find_column(schema, name);
      if (known && known->type.text == json_ && known->type.kind != Kind::Json) column.kept = known->type;
      out.emplace_back(name, std::move(column));
    }
    return out;
  }

  FlatRelation flat(const rel::RelPtr& self, const rel::Scan& node) { return {self, kept(self, node.columns)}; }
  FlatRelation flat(const rel::RelPtr& self, const rel::Input& node) { return {self, kept(self, node.columns)}; }
  FlatRelation flat(const rel::RelPtr& self, const rel::Values& node) { return {self, plain(node.columns)}; }
  FlatRelation flat(const rel::RelPtr& self, const rel::Foreign&) { return {self, plain(rel::output_columns(*self))}; }
  FlatRelation flat(const rel::RelPtr&, const rel::Filter& node) {
    auto input = in(node.input);
    input.rows = rel::filter(input.rows, FlatExpressions(input.columns).scalar(node.predicate));
    return input;
  }
  FlatRelation flat(const rel::RelPtr&, const rel::Project& node) {
    auto input = in(node.input);
    FlatExpressions expressions(input.columns);
    Naming naming(counter_);
    FlatColumns columns;
    for (const auto& column : node.columns) {
      columns.emplace_back(column.name, naming.add(column.name, expressions.value(column.expr)));
    }
    return {rel::project(input.rows, std::move(naming.columns)), std::move(columns)};
  }
  /// Of stored rows, in which nothing is a struct by its members.
  FlatRelation flat(const rel::RelPtr&, const rel::Latest& node) {
    auto input = in(node.input);
    return {rel::latest(input.rows, node.keys, node.order, node.superseded), std::move(input.columns)};
  }
  FlatRelation flat(const rel::RelPtr&, const rel::Join& node) {
    auto left = in(node.left);
    auto right = in(node.right);
    auto rows = rel::join(node.kind, left.rows, right.rows, node.on, node.matches);
    if (node.kind != rel::JoinKind::Semi && node.kind != rel::JoinKind::Anti) {
      left.columns.insert(left.columns.end(), right.columns.begin(), right.columns.end());
    }
    return {std::move(rows), std::move(left.columns)};
  }
  FlatRelation flat(const rel::RelPtr&, const rel::Aggregate& node) {
    auto input = in(node.input);
    FlatExpressions expressions(input.columns);
    FlatColumns columns;
    for (const auto& key : node.keys)
      columns.emplace_back(key, FlatColumn{key, false, {}, find(input.columns, key)->kept});
    std::vector<rel::Aggregated> aggregated;
    for (const auto& column : node.columns) {
      auto arg = column.arg ? expressions.value(column.arg) : FlatValue{};
      FlatColumn out{column.name};
      if (column.function == rel::AggregateFunction::AnyValue) out.kept = arg.kept;
      columns.emplace_back(column.name, std::move(out));
      aggregated.push_back({column.name, column.function, column.arg ? packed(arg) : nullptr});
    }
    return {rel::aggregate(input.rows, node.keys, std::move(aggregated), node.order, node.separator),
            std::move(columns)};
  }
  FlatRelation flat(const rel::RelPtr&, const rel::Order& node) {
    auto input = in(node.input);
    input.rows = rel::order(input.rows, node.by, node.limit);
    return input;
  }
  FlatRelation flat(const rel::RelPtr& self, const rel::Once& node) {
    auto& done = once_[self.get()];
    if (!done.rows) {
      done = in(node.input);
      done.rows = rel::once(done.rows);
    }
    return done;
  }
  /// All branches carry the same columns: where one has members, all have.
  FlatRelation flat(const rel::RelPtr& self, const rel::Union& node) {
    std::vector<FlatRelation> inputs;
    for (const auto& each : node.inputs) inputs.push_back(in(each));
    const auto names = rel::output_columns(*self);
    std::vector<std::vector<FlatValue>> values(inputs.size());
    for (const auto& name : names) add_branches(name, inputs, values);
    FlatColumns columns;
    std::vector<rel::RelPtr> rows;
    const auto first = counter_;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      counter_ = first;
      Naming naming(counter_);
      columns.clear();
      for (std::size_t c = 0; c < names.size(); ++c) columns.emplace_back(names[c], naming.add(names[c], values[i][c]));
      rows.push_back(rel::project(inputs[i].rows, std::move(naming.columns)));
    }
    return {rel::unite(std::move(rows)), std::move(columns)};
  }

  static void add_branches(const std::string& name, const std::vector<FlatRelation>& inputs,
                           std::vector<std::vector<FlatValue>>& values) {
    std::vector<FlatValue> branches;
    std::optional<ColumnType> kept;
    bool any_struct = false;
    for (const auto& input : inputs) {
      const auto* column = find(input.columns, name);
      branches.push_back(column ? value_of(*column) : FlatValue{rel::null()});
      any_struct = any_struct || branches.back().is_struct;
      if (!kept) kept = branches.back().kept;
    }
    FlatValue shape;
    for (auto& branch : branches) {
      if (any_struct && branch.kept) branch = spread_value(branch.value, *branch.kept);
      merge(shape, branch);
    }
    for (std::size_t i = 0; i < branches.size(); ++i) {
      values[i].push_back(any_struct ? shaped(branches[i], shape) : branches[i]);
      if (!any_struct) values[i].back().kept = kept;
    }
  }

  static void merge(FlatValue& shape, const FlatValue& branch) {
    shape.is_struct = shape.is_struct || branch.is_struct;
    for (const auto& [name, member] : branch.members) {
      if (!member_of(shape, name)) shape.members.emplace_back(name, FlatValue{});
      const auto at = std::ranges::find_if(shape.members, [&](const auto& each) { return each.first == name; });
      merge(at->second, member);
    }
  }

  static FlatValue shaped(const FlatValue& branch, const FlatValue& shape) {
    FlatValue out{branch.value, shape.is_struct, {}, branch.kept};
    for (const auto& [name, member] : shape.members) {
      const auto* found = member_of(branch, name);
      out.members.emplace_back(name, shaped(found ? *found : FlatValue{rel::null()}, member));
    }
    return out;
  }

  const SchemaOf& schema_of_;
  std::string_view json_;
  std::size_t counter_ = 0;
  std::map<const rel::Relation*, FlatRelation> once_;
};

bool is_flat(const FlatColumns& columns) {
  return std::ranges::none_of(columns, [](const auto& column) { return column.second.is_struct; });
}

}  // namespace

FlatRelation flatten(const rel::RelPtr& relation, const SchemaOf& schema_of, std::string_view json) {
  std::map<std::string, TableSchema> known;
  const SchemaOf once = [&](const rel::RelPtr& source) {
    const auto* scan = std::get_if<rel::Scan>(&source->node);
    const auto key = scan ? "t" + scan->table : "i" + std::get<rel::Input>(source->node).name;
    const auto at = known.find(key);
    return at != known.end() ? at->second : known[key] = schema_of(source);
  };
  auto out = Flattening(once, json).in(relation);
  // The columns of a row stand one after the other, whatever was joined.
  if (!is_flat(out.columns)) {
    std::size_t counter = 0;
    Naming naming(counter);
    FlatColumns columns;
    for (const auto& [name, column] : out.columns) columns.emplace_back(name, naming.add(name, value_of(column)));
    out = {rel::project(out.rows, std::move(naming.columns)), std::move(columns)};
  }
  return out;
}

FlatRelation spread(FlatRelation flat) {
  const bool any = std::ranges::any_of(flat.columns, [](const auto& column) {
    return (column.second.kept && column.second.kept->kind == Kind::Struct) || column.second.is_struct;
  });
  if (!any) return flat;
  std::size_t counter = 0;
  Naming naming(counter);
  FlatColumns columns;
  const std::function<FlatValue(const FlatColumn&)> spread_column = [&](const FlatColumn& column) {
    auto value = value_of(column);
    if (column.kept) return spread_value(value.value, *column.kept);
    for (std::size_t i = 0; i < column.members.size(); ++i) {
      value.members[i].second = spread_column(column.members[i].second);
    }
    return value;
  };
  for (const auto& [name, column] : flat.columns) columns.emplace_back(name, naming.add(name, spread_column(column)));
  return {rel::project(flat.rows, std::move(naming.columns)), std::move(columns)};
}

rel::RelPtr pack_again(const FlatRelation& flat) {
  if (is_flat(flat.columns)) return flat.rows;
  std::vector<rel::Named> columns;
  for (const auto& [name, column] : flat.columns) columns.push_back({name, packed(value_of(column))});
  return rel::project(flat.rows, std::move(columns));
}

namespace {

/// Takes columns in order: a database may know a long name by another.
ColumnType type_of(const TableSchema& flat, std::size_t& next, const FlatColumn& column, std::string_view json) {
  const auto at = next++;
  if (at >= flat.size()) throw Error(ErrorCode::Internal, "a statement lacks column " + column.name);
  if (column.kept) return *column.kept;
  if (!column.is_struct) return flat[at].type;
  ColumnType out{Kind::Struct, std::string(json), {}, {}};
  for (const auto& [name, member] : column.members) {
    out.members.push_back(name);
    out.member_types.push_back(type_of(flat, next, member, json));
  }
  return out;
}

}  // namespace

TableSchema put_together(const TableSchema& flat, const FlatColumns& columns, std::string_view json) {
  TableSchema out;
  std::size_t next = 0;
  for (const auto& [name, column] : columns) out.push_back({name, type_of(flat, next, column, json)});
  return out;
}

}  // namespace metaxy::store
