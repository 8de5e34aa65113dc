// SPDX-License-Identifier: Apache-2.0
// Relations as SELECT statements. Order, Project or Aggregate, Filters and their source share one SELECT, and chains of
// joins one FROM, so that the text stays readable and the database plans it as a person would have written it.
#include "sql/render.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <metaxy/error.hpp>

#include "rel/type_of.hpp"
#include "sql/expression.hpp"
#include "sql/parts.hpp"
#include "sql/quote.hpp"

namespace metaxy::sql {

namespace {

/// One SELECT: what stands above a source. All but the source may be absent.
struct Block {
  const rel::Order* order = nullptr;
  const rel::Project* project = nullptr;
  const rel::Aggregate* aggregate = nullptr;
  std::vector<rel::ExprPtr> where;
  const rel::Relation* source = nullptr;
};

/// `order_alone`: what is ordered is a query of its own.
Block peel(const rel::Relation& relation, bool order_alone) {
  Block block;
  const rel::Relation* at = &relation;
  block.order = std::get_if<rel::Order>(&at->node);
  if (block.order) at = block.order->input.get();
  block.source = at;
  if (block.order && order_alone) return block;
  block.project = std::get_if<rel::Project>(&at->node);
  block.aggregate = std::get_if<rel::Aggregate>(&at->node);
  if (block.project) at = block.project->input.get();
  // One in an order of its own is a query of its own (Dialect::write_ordered_aggregate).
  if (block.aggregate && !block.aggregate->order.empty()) block.aggregate = nullptr;
  if (block.aggregate) at = block.aggregate->input.get();
  while (const auto* filter = std::get_if<rel::Filter>(&at->node)) {
    block.where.insert(block.where.begin(), filter->predicate);
    at = filter->input.get();
  }
  block.source = at;
  return block;
}

/// The type of a column, as far as projections show it.
std::optional<rel::ValueType> type_of_column(const rel::Relation& relation, const std::string& name) {
  if (const auto* project = std::get_if<rel::Project>(&relation.node)) {
    const auto at = std::ranges::find(project->columns, name, &rel::Named::name);
    if (at != project->columns.end()) return rel::type_of(*at->expr);
  }
  for (const auto& input : rel::inputs_of(relation)) {
    const auto names = rel::output_columns(*input);
    if (std::ranges::find(names, name) != names.end()) return type_of_column(*input, name);
  }
  return std::nullopt;
}

/// A derived table of a FROM clause and the columns that it gives.
struct Side {
  std::uint64_t alias;
  std::vector<std::string> columns;
};

/// The same semi join with a right side that shares no name with any other.
rel::Join with_own_names(const rel::Join& node) {
  rel::Join out = node;
  std::vector<rel::Named> columns;
  for (auto& [left, right] : out.on) {
    columns.push_back({"metaxy_match_" + std::to_string(columns.size() + 1), rel::column(right)});
    right = columns.back().name;
  }
  out.right = rel::project(node.right, std::move(columns));
  return out;
}

class QueryWriter {
 public:
  QueryWriter(const Dialect& dialect, Purpose purpose)
      : dialect_(dialect), purpose_(purpose), out_(writer_of(dialect)) {}
  void query(const rel::Relation& relation);
  /// Names what is computed once, before the query that reads it.
  void with(const rel::Relation& relation);
  std::string take();

 private:
  /// The text of a query, written apart.
  std::string apart(const rel::Relation& relation);
  void name_query(const std::string& name, std::string_view how, const std::string& query);
  void find_once(const rel::Relation& relation, std::vector<const rel::Relation*>& found);
  /// How often tables and inputs are referred to when everything is written out; may be cut short at any large number.
  std::size_t references(const rel::Relation& relation);
  void expression(const rel::Expr& expr) { SqlNotation(out_, dialect_, purpose_).write(expr); }
  void condition(const rel::Expr& expr);
  /// What tells a key from others that seem equal.
  void tell_apart(const std::string& column, std::string_view before, std::optional<std::uint64_t> alias);
  void names(const std::vector<std::string>& columns) { write_names(out_, columns); }
  void select_list(const Block& block);
  void aggregated(const rel::Aggregated& column);
  void from(const rel::Relation& source);
  std::uint64_t derived(const rel::Relation& relation);
  std::vector<Side> join(const rel::Join& join);
  void join_condition(const rel::Join& join, const std::vector<Side>& left, std::uint64_t right);
  std::uint64_t lateral(const rel::Join& join, const std::vector<Side>& left);
  void semi_join_as_exists(const rel::Join& join);
  void semi_join_as_in(const rel::Join& join);
  void full_join_as_union(const rel::Join& join);
  /// Names a query that is computed once.
  std::string name_once(const rel::Relation& relation);
  void values(const rel::Values& values);
  void values_as_selects(const rel::Values& values);
  void unite(const rel::Union& node);
  /// What stands for a column that an input of a union lacks.
  rel::ExprPtr lacking(const rel::Union& node, const std::string& name) const;
  void order(const rel::Order& order);

  const Dialect& dialect_;
  Purpose purpose_;
  Writer out_;
  std::uint64_t aliases_ = 0;
  std::uint64_t parts_ = 0;
  std::unordered_set<const rel::Relation*> seen_;
  std::unordered_map<const rel::Relation*, std::string> once_;
  std::unordered_map<const rel::Relation*, std::size_t> references_;
  std::string named_;  ///< what stands in WITH
};

void QueryWriter::find_once(const rel::Relation& relation, std::vector<const rel::Relation*>& found) {
  if (!seen_.insert(&relation).second) return;
  for (const rel::RelPtr& input : rel::inputs_of(relation)) find_once(*input, found);
  if (std::holds_alternative<rel::Once>(relation.node)) found.push_back(&relation);
}

std::string QueryWriter::apart(const rel::Relation& relation) {
  Writer outer = std::exchange(out_, writer_of(dialect_));
  out_.indent(1).line();
  query(relation);
  out_.indent(-1).line();
  std::string text = out_.take();
  out_ = std::move(outer);
  return text;
}

std::size_t QueryWriter::references(const rel::Relation& relation) {
  const auto known = references_.find(&relation);
  if (known != references_.end()) return known->second;
  constexpr std::size_t kEnough = std::size_t{1} << 40U;
  std::size_t count = 0;
  const auto inputs = rel::inputs_of(relation);
  for (const auto& input : inputs) count = std::min(kEnough, count + references(*input));
  return references_[&relation] = inputs.empty() ? 1 : count;
}

void QueryWriter::with(const rel::Relation& relation) {
  std::vector<const rel::Relation*> found;
  find_once(relation, found);
  const auto most = dialect_.traits().most_references;
  if (most > 0 && !found.empty() && references(relation) > most) {
    throw Error(ErrorCode::Unsupported,
                std::string(dialect_.traits().name) + " cannot refer to the same queries so often");
  }
  for (const rel::Relation* each : found) {
    const std::string name = "metaxy_once_" + std::to_string(once_.size() + 1);
    name_query(name, dialect_.traits().once, apart(*std::get<rel::Once>(each->node).input));
    once_.emplace(each, name);
  }
}

void QueryWriter::name_query(const std::string& name, std::string_view how, const std::string& query) {
  named_ += (named_.empty() ? "WITH " : ", ") + quote_name(dialect_, name);
  named_ += how.empty() ? " AS (" : " " + std::string(how) + " (";
  named_ += query + ")";
}

std::string QueryWriter::take() { return named_.empty() ? out_.take() : named_ + "\n" + out_.take(); }

void require_columns(bool any) {
  if (!any) throw Error(ErrorCode::Internal, "a relation without columns cannot be written as SQL");
}

/// Digests are dear, and the next query reads each several times.
bool has_digest(const rel::Project& project) {
  return std::any_of(project.columns.begin(), project.columns.end(),
                     [](const rel::Named& column) { return std::holds_alternative<rel::Digest>(column.expr->node); });
}

void QueryWriter::query(const rel::Relation& relation) {
  if (const auto* latest = std::get_if<rel::Latest>(&relation.node)) {
    return dialect_.write_latest(out_, *latest, [this](const rel::Expr& expr) { expression(expr); });
  }
  if (const auto* united = std::get_if<rel::Union>(&relation.node)) return unite(*united);
  if (const auto* aggregate = std::get_if<rel::Aggregate>(&relation.node); aggregate && !aggregate->order.empty()) {
    return dialect_.write_ordered_aggregate(
        out_, *aggregate, [this, aggregate] { from(*aggregate->input); },
        [this](const rel::Expr& expr) { expression(expr); });
  }
  // Expressions of an ORDER BY see names of the source where others see those of the result.
  Block block = peel(relation, !dialect_.traits().nulls_last);
  out_.sql("SELECT ");
  select_list(block);
  out_.line().sql("FROM ");
  from(*block.source);
  if (!block.where.empty()) {
    out_.line().sql("WHERE ");
    condition(*rel::all_of(block.where));
  }
  if (block.aggregate && !block.aggregate->keys.empty()) {
    out_.line().sql("GROUP BY ");
    names(block.aggregate->keys);
    for (const auto& key : block.aggregate->keys) tell_apart(key, ", ", {});
  }
  if (block.order) return order(*block.order);
  if (!dialect_.traits().fence.empty() && block.project && has_digest(*block.project)) {
    out_.line().sql(dialect_.traits().fence);
  }
}

void QueryWriter::condition(const rel::Expr& expr) {
  expression(expr);
  if (!dialect_.traits().conditions_are_values && !is_condition(expr)) out_.sql(" = 1");
}

void QueryWriter::tell_apart(const std::string& column, std::string_view before, std::optional<std::uint64_t> alias) {
  const Traits& traits = dialect_.traits();
  if (traits.apart_opening.empty()) return;
  out_.sql(before).sql(traits.apart_opening);
  if (alias) out_.sql("t").number(*alias).sql(".");
  (out_ << Ident{column}).sql(traits.apart_closing);
}

void QueryWriter::select_list(const Block& block) {
  if (block.project) {
    require_columns(!block.project->columns.empty());
    bool first = true;
    for (const rel::Named& column : block.project->columns) {
      if (!std::exchange(first, false)) out_.sql(", ");
      dialect_.write_value(out_, *column.expr, [this](const rel::Expr& expr) { expression(expr); });
      const auto* same = std::get_if<rel::Column>(&column.expr->node);
      if (!same || same->name != column.name) out_.sql(" AS ") << Ident{column.name};
    }
  } else if (block.aggregate) {
    require_columns(!block.aggregate->keys.empty() || !block.aggregate->columns.empty());
    names(block.aggregate->keys);
    bool first = block.aggregate->keys.empty();
    for (const rel::Aggregated& column : block.aggregate->columns) {
      if (!std::exchange(first, false)) out_.sql(", ");
      aggregated(column);
    }
  } else {
    std::vector<std::string> columns = rel::output_columns(*block.source);
    // An input whose columns nobody named is there to be described.
    if (columns.empty() && std::holds_alternative<rel::Input>(block.source->node)) {
      out_.sql("*");
      return;
    }
    require_columns(!columns.empty());
    names(columns);
  }
}

void QueryWriter::aggregated(const rel::Aggregated& column) {
  if (!dialect_.write_aggregated(out_, column, [this](const rel::Expr& expr) { expression(expr); })) {
    out_.sql(dialect_.aggregate_opening(column.function));
    column.arg ? expression(*column.arg) : void(out_.sql("*"));
    out_.sql(dialect_.aggregate_closing(column.function));
  }
  out_.sql(" AS ") << Ident{column.name};
}

void QueryWriter::from(const rel::Relation& source) {
  if (const auto* scan = std::get_if<rel::Scan>(&source.node)) {
    out_ << Ident{scan->table};
  } else if (const auto* input = std::get_if<rel::Input>(&source.node)) {
    dialect_.write_input(out_, *input);
  } else if (const auto* rows = std::get_if<rel::Values>(&source.node)) {
    values(*rows);
  } else if (const auto* joined = std::get_if<rel::Join>(&source.node)) {
    join(*joined);
  } else if (std::holds_alternative<rel::Foreign>(source.node)) {
    throw Error(ErrorCode::Internal, "rows of another store were not brought here");
  } else if (const auto named = once_.find(&source); named != once_.end()) {
    out_ << Ident{named->second};
  } else {
    derived(source);
  }
}

std::uint64_t QueryWriter::derived(const rel::Relation& relation) {
  if (!dialect_.traits().nested_queries) {
    const std::string text = apart(relation);
    const std::string name = "metaxy_part_" + std::to_string(++parts_);
    name_query(name, {}, text);
    (out_ << Ident{name}).sql(" AS t").number(++aliases_);
    return aliases_;
  }
  out_.sql("(").indent(1).line();
  query(relation);
  out_.indent(-1).line().sql(") AS t").number(++aliases_);
  return aliases_;
}

std::vector<Side> QueryWriter::join(const rel::Join& node) {
  bool semi = node.kind == rel::JoinKind::Semi || node.kind == rel::JoinKind::Anti;
  if (node.kind == rel::JoinKind::Full && !dialect_.traits().full_join) {
    throw Error(ErrorCode::Unsupported, std::string(dialect_.traits().name) + " has no full join");
  }
  std::vector<Side> sides;
  const auto* nested = std::get_if<rel::Join>(&node.left->node);
  if (semi && !dialect_.traits().semi_join) {
    const bool as_in = dialect_.traits().semi_join_as_in && !node.on.empty();
    as_in ? semi_join_as_in(node) : semi_join_as_exists(node);
    return {{aliases_, rel::output_columns(*node.left)}};
  }
  if (node.kind == rel::JoinKind::Full && dialect_.traits().full_join_as_union) {
    full_join_as_union(node);
    return {{aliases_, rel::output_columns(rel::Relation{node})}};
  }
  if (nested) {
    sides = join(*nested);
  } else {
    std::uint64_t alias = derived(*node.left);
    sides.push_back({alias, rel::output_columns(*node.left)});
  }
  out_.line();
  switch (node.kind) {
    case rel::JoinKind::Inner: out_.sql("JOIN "); break;
    case rel::JoinKind::Left: out_.sql("LEFT JOIN "); break;
    case rel::JoinKind::Full: out_.sql("FULL JOIN "); break;
    case rel::JoinKind::Semi: out_.sql("SEMI JOIN "); break;
    case rel::JoinKind::Anti: out_.sql("ANTI JOIN "); break;
  }
  std::uint64_t right = 0;
  if (node.kind == rel::JoinKind::Left && node.matches == rel::Matches::Few && dialect_.traits().lateral_join) {
    right = lateral(node, sides);
  } else {
    const bool renamed = semi && dialect_.traits().semi_join_shows_right;
    const rel::Join told = renamed ? with_own_names(node) : node;
    right = derived(*told.right);
    out_.sql(" ON ");
    join_condition(told, sides, right);
  }
  if (!semi) sides.push_back({right, rel::output_columns(*node.right)});
  return sides;
}

std::uint64_t QueryWriter::lateral(const rel::Join& node, const std::vector<Side>& left) {
  out_.sql("LATERAL (").indent(1).line().sql("SELECT ");
  names(rel::output_columns(*node.right));
  out_.line().sql("FROM ");
  const std::uint64_t right = derived(*node.right);
  out_.line().sql("WHERE ");
  join_condition(node, left, right);
  out_.indent(-1).line().sql(") AS t").number(++aliases_).sql(" ON TRUE");
  return aliases_;
}

void QueryWriter::join_condition(const rel::Join& node, const std::vector<Side>& left, std::uint64_t right) {
  if (node.on.empty()) out_.sql("1 = 1");
  bool first = true;
  for (const auto& [left_name, right_name] : node.on) {
    if (!std::exchange(first, false)) out_.sql(" AND ");
    auto side = std::find_if(left.begin(), left.end(), [&name = left_name](const Side& each) {
      return std::find(each.columns.begin(), each.columns.end(), name) != each.columns.end();
    });
    if (side == left.end()) {
      throw Error(ErrorCode::Internal, "a join compares column `" + left_name + "`, which its left side lacks");
    }
    out_.sql("t").number(side->alias).sql(".") << Ident{left_name};
    out_.sql(" = t").number(right).sql(".") << Ident{right_name};
    if (!dialect_.traits().joins_apart) continue;
    tell_apart(left_name, " AND ", side->alias);
    tell_apart(right_name, " = ", right);
  }
}

void QueryWriter::semi_join_as_exists(const rel::Join& node) {
  out_.sql("(").indent(1).line().sql("SELECT ");
  names(rel::output_columns(*node.left));
  out_.line().sql("FROM ");
  std::uint64_t left = derived(*node.left);
  out_.line().sql(node.kind == rel::JoinKind::Semi ? "WHERE EXISTS (" : "WHERE NOT EXISTS (");
  out_.indent(1).line().sql("SELECT 1").line().sql("FROM ");
  std::uint64_t right = derived(*node.right);
  out_.line().sql("WHERE ");
  join_condition(node, {{left, rel::output_columns(*node.left)}}, right);
  out_.indent(-1).line().sql(")");
  out_.indent(-1).line().sql(") AS t").number(++aliases_);
}

std::string QueryWriter::name_once(const rel::Relation& relation) {
  if (const auto known = once_.find(&relation); known != once_.end()) return known->second;
  const std::string text = apart(relation);
  std::string name = "metaxy_side_" + std::to_string(++parts_);
  name_query(name, dialect_.traits().once, text);
  return name;
}

void QueryWriter::full_join_as_union(const rel::Join& node) {
  const auto left = name_once(*node.left);
  const auto right = name_once(*node.right);
  const auto left_columns = rel::output_columns(*node.left);
  const auto right_columns = rel::output_columns(*node.right);
  Writer outer = std::exchange(out_, writer_of(dialect_));
  // In this order: behind a left join, SQLite takes the left side for small and reads all of the right for each row.
  out_.indent(1).line().sql("SELECT ");
  for (const auto& name : left_columns) (out_.sql("NULL AS ") << Ident{name}).sql(", ");
  names(right_columns);
  (out_.line().sql("FROM ") << Ident{right}).line().sql("WHERE ((");
  for (std::size_t i = 0; i < node.on.size(); ++i) out_.sql(i ? ", " : "") << Ident{node.on[i].second};
  out_.sql(") IN (SELECT ");
  for (std::size_t i = 0; i < node.on.size(); ++i) out_.sql(i ? ", " : "") << Ident{node.on[i].first};
  (out_.sql(" FROM ") << Ident{left}).sql(")) IS NOT TRUE").line().sql("UNION ALL").line().sql("SELECT ");
  names(left_columns);
  out_.sql(", ");
  names(right_columns);
  const auto of_left = ++aliases_;
  const auto of_right = ++aliases_;
  (out_.line().sql("FROM ") << Ident{left}).sql(" AS t").number(of_left);
  (out_.line().sql("LEFT JOIN ") << Ident{right}).sql(" AS t").number(of_right).sql(" ON ");
  join_condition(node, {{of_left, left_columns}}, of_right);
  out_.indent(-1).line();
  const std::string text = out_.take();
  out_ = std::move(outer);
  const std::string name = "metaxy_full_" + std::to_string(++parts_);
  name_query(name, dialect_.traits().once, text);
  (out_ << Ident{name}).sql(" AS t").number(++aliases_);
}

void QueryWriter::semi_join_as_in(const rel::Join& node) {
  out_.sql("(").indent(1).line().sql("SELECT ");
  names(rel::output_columns(*node.left));
  out_.line().sql("FROM ");
  derived(*node.left);
  const auto keys = [&](bool left) {
    bool first = true;
    for (const auto& [own, other] : node.on) {
      if (!std::exchange(first, false)) out_.sql(", ");
      out_ << Ident{left ? own : other};
    }
  };
  out_.line().sql(node.kind == rel::JoinKind::Semi ? "WHERE (" : "WHERE ((");
  keys(true);
  out_.sql(") IN (").indent(1).line().sql("SELECT ");
  keys(false);
  out_.line().sql("FROM ");
  derived(*node.right);
  // What is NULL is in nothing.
  out_.indent(-1).line().sql(node.kind == rel::JoinKind::Semi ? ")" : ")) IS NOT TRUE");
  out_.indent(-1).line().sql(") AS t").number(++aliases_);
}

void QueryWriter::values(const rel::Values& node) {
  if (node.rows.empty()) throw Error(ErrorCode::Internal, "a relation of constants has no rows");
  if (!dialect_.traits().values) return values_as_selects(node);
  const bool named = dialect_.traits().named_values;
  if (!named) {
    out_.sql("(SELECT ");
    for (std::size_t i = 0; i < node.columns.size(); ++i) {
      out_.sql(i == 0 ? "column" : ", column").number(std::uint64_t{i + 1}).sql(" AS ") << Ident{node.columns[i]};
    }
    out_.sql(" FROM ");
  }
  out_.sql("(VALUES");
  out_.indent(1);
  bool first_row = true;
  for (const auto& row : node.rows) {
    if (!std::exchange(first_row, false)) out_.sql(",");
    out_.line().sql("(");
    bool first = true;
    for (const rel::ExprPtr& value : row) {
      if (!std::exchange(first, false)) out_.sql(", ");
      expression(*value);
    }
    out_.sql(")");
  }
  out_.indent(-1).line().sql(named ? ") AS t" : ")) AS t").number(++aliases_);
  if (!named) return;
  out_.sql("(");
  names(node.columns);
  out_.sql(")");
}

/// What is NULL has the type of the other rows: some databases take it for a number.
void QueryWriter::values_as_selects(const rel::Values& node) {
  std::vector<std::optional<rel::ValueType>> types(node.columns.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    for (const auto& row : node.rows) types[i] = rel::common_type(types[i], rel::type_of(*row.at(i)));
  }
  out_.sql("(").indent(1);
  bool first_row = true;
  for (const auto& row : node.rows) {
    out_.line().sql(std::exchange(first_row, false) ? "SELECT " : "UNION ALL SELECT ");
    for (std::size_t i = 0; i < types.size(); ++i) {
      const bool nothing = types[i] && !rel::type_of(*row[i]);
      if (i > 0) out_.sql(", ");
      dialect_.write_value(out_, nothing ? *rel::cast(row[i], types[i]->type) : *row[i],
                           [this](const rel::Expr& expr) { expression(expr); });
      out_.sql(" AS ") << Ident{node.columns[i]};
    }
  }
  out_.indent(-1).line().sql(") AS t").number(++aliases_);
}

rel::ExprPtr QueryWriter::lacking(const rel::Union& node, const std::string& name) const {
  std::optional<rel::ValueType> type;
  if (!dialect_.traits().values) {
    for (const auto& input : node.inputs) type = rel::common_type(type, type_of_column(*input, name));
  }
  return type ? rel::cast(rel::null(), type->type) : rel::null();
}

void QueryWriter::unite(const rel::Union& node) {
  if (node.inputs.empty()) throw Error(ErrorCode::Internal, "a union has no inputs");
  if (node.inputs.size() == 1) return query(*node.inputs.front());
  bool by_name = dialect_.traits().union_by_name;
  std::vector<std::string> all = rel::output_columns(rel::Relation{node});
  bool first = true;
  for (const rel::RelPtr& each : node.inputs) {
    if (!std::exchange(first, false)) out_.line().sql(by_name ? "UNION ALL BY NAME" : "UNION ALL").line();
    if (by_name) {
      out_.sql("(").indent(1).line();
      query(*each);
      out_.indent(-1).line().sql(")");
      continue;
    }
    std::vector<std::string> own = rel::output_columns(*each);
    rel::Project same{each, {}};
    for (const std::string& name : all) {
      bool has = std::find(own.begin(), own.end(), name) != own.end();
      same.columns.push_back({name, has ? rel::column(name) : lacking(node, name)});
    }
    query(rel::Relation{std::move(same)});
  }
}

void QueryWriter::order(const rel::Order& node) {
  const Traits& traits = dialect_.traits();
  if ((!node.by.empty() && !traits.sorts_by_bytes) || (node.limit && !traits.limit)) {
    throw Error(ErrorCode::Unsupported, std::string(traits.name) + " cannot give rows in this order");
  }
  if (!node.by.empty()) {
    out_.line().sql("ORDER BY ");
    bool first = true;
    for (const std::string& name : node.by) {
      if (!std::exchange(first, false)) out_.sql(", ");
      if (!traits.nulls_last) (out_.sql("CASE WHEN ") << Ident{name}).sql(" IS NULL THEN 1 ELSE 0 END, ");
      (out_ << Ident{name}).sql(traits.nulls_last ? " NULLS LAST" : "");
    }
  }
  if (node.limit) out_.line().sql("LIMIT ").number(*node.limit);
}

}  // namespace

std::string render(const rel::Relation& relation, const Dialect& dialect, Purpose purpose) {
  QueryWriter writer(dialect, purpose);
  writer.with(relation);
  writer.query(relation);
  return writer.take();
}

bool can_render(const rel::Relation& relation, const Dialect& dialect) {
  try {
    render(relation, dialect);
    return true;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Unsupported) throw;
    return false;
  }
}

std::string render(const rel::Expr& expr, const Dialect& dialect) {
  Writer out = writer_of(dialect);
  SqlNotation(out, dialect, Purpose::Run).write(expr);
  return out.take();
}

}  // namespace metaxy::sql
