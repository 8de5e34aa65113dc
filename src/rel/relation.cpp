// SPDX-License-Identifier: Apache-2.0
#include "rel/relation.hpp"

#include <map>
#include <unordered_set>

namespace metaxy::rel {

namespace {

RelPtr make(auto node) { return std::make_shared<const Relation>(Relation{std::move(node)}); }

bool is_true(const Expr& expr) {
  const auto* literal = std::get_if<Literal>(&expr.node);
  const bool* value = literal ? std::get_if<bool>(&literal->value) : nullptr;
  return value && *value;
}

using Names = std::vector<std::string>;

struct OutputColumns {
  Names operator()(const Scan& node) const { return node.columns; }
  Names operator()(const Input& node) const { return node.columns; }
  Names operator()(const Values& node) const { return node.columns; }
  Names operator()(const Filter& node) const { return output_columns(*node.input); }
  Names operator()(const Project& node) const {
    Names names;
    for (const Named& column : node.columns) names.push_back(column.name);
    return names;
  }
  Names operator()(const Latest& node) const { return output_columns(*node.input); }
  Names operator()(const Join& node) const {
    Names names = output_columns(*node.left);
    if (node.kind == JoinKind::Semi || node.kind == JoinKind::Anti) return names;
    Names right = output_columns(*node.right);
    names.insert(names.end(), right.begin(), right.end());
    return names;
  }
  Names operator()(const Union& node) const {
    Names names;
    std::unordered_set<std::string> seen;
    for (const RelPtr& each : node.inputs) {
      for (std::string& name : output_columns(*each)) {
        if (seen.insert(name).second) names.push_back(std::move(name));
      }
    }
    return names;
  }
  Names operator()(const Aggregate& node) const {
    Names names = node.keys;
    for (const Aggregated& column : node.columns) names.push_back(column.name);
    return names;
  }
  Names operator()(const Order& node) const { return output_columns(*node.input); }
  Names operator()(const Once& node) const { return output_columns(*node.input); }
  Names operator()(const Foreign& node) const { return output_columns(*node.rows); }
};

/// A node with its inputs replaced; null when none is another.
struct ReplaceInputs {
  const RelPtr& self;
  const std::function<RelPtr(const RelPtr&)>& replacement;

  RelPtr operator()(const Scan&) const { return self; }
  RelPtr operator()(const Input&) const { return self; }
  RelPtr operator()(const Values&) const { return self; }
  RelPtr operator()(const Foreign&) const { return self; }
  RelPtr operator()(const Join& node) const {
    auto left = replacement(node.left);
    auto right = replacement(node.right);
    if (left == node.left && right == node.right) return self;
    return join(node.kind, std::move(left), std::move(right), node.on, node.matches);
  }
  RelPtr operator()(const Union& node) const {
    std::vector<RelPtr> inputs;
    for (const RelPtr& each : node.inputs) inputs.push_back(replacement(each));
    return inputs == node.inputs ? self : unite(std::move(inputs));
  }
  template <class Node>
  RelPtr operator()(const Node& node) const {
    auto input = replacement(node.input);
    if (input == node.input) return self;
    Node out = node;
    out.input = std::move(input);
    return make(std::move(out));
  }
};

class ReplaceSources {
 public:
  explicit ReplaceSources(const SourceReplacement& replacement) : replacement_(replacement) {}

  RelPtr in(const RelPtr& relation) {
    const auto& node = relation->node;
    if (std::holds_alternative<Scan>(node) || std::holds_alternative<Foreign>(node)) return replacement_(relation);
    if (std::holds_alternative<Latest>(node)) {
      auto replaced = replacement_(relation);
      return replaced == relation ? below(relation) : replaced;
    }
    if (std::holds_alternative<Once>(node)) {
      auto& replaced = once_[relation.get()];
      if (!replaced) replaced = below(relation);
      return replaced;
    }
    return below(relation);
  }

 private:
  RelPtr below(const RelPtr& relation) {
    return replace_inputs(relation, [this](const RelPtr& input) { return in(input); });
  }

  const SourceReplacement& replacement_;
  std::map<const Relation*, RelPtr> once_;  ///< replaced, so that they are still the same node everywhere
};

struct InputsOf {
  std::vector<RelPtr> operator()(const Scan&) const { return {}; }
  std::vector<RelPtr> operator()(const Input&) const { return {}; }
  std::vector<RelPtr> operator()(const Values&) const { return {}; }
  std::vector<RelPtr> operator()(const Foreign&) const { return {}; }
  std::vector<RelPtr> operator()(const Join& node) const { return {node.left, node.right}; }
  std::vector<RelPtr> operator()(const Union& node) const { return node.inputs; }
  std::vector<RelPtr> operator()(const auto& node) const { return {node.input}; }
};

}  // namespace

RelPtr scan(std::string table, Names columns) { return make(Scan{std::move(table), std::move(columns)}); }
RelPtr input(std::string name, Names columns) { return make(Input{std::move(name), std::move(columns)}); }
RelPtr unordered_input(std::string name, Names columns) {
  return make(Input{std::move(name), std::move(columns), true});
}

RelPtr values(Names columns, std::vector<std::vector<ExprPtr>> rows) {
  return make(Values{std::move(columns), std::move(rows)});
}

RelPtr filter(RelPtr input, ExprPtr predicate) {
  if (is_true(*predicate)) return input;
  return make(Filter{std::move(input), std::move(predicate)});
}

RelPtr project(RelPtr input, std::vector<Named> columns) { return make(Project{std::move(input), std::move(columns)}); }

RelPtr latest(RelPtr input, Names keys, ExprPtr order, Superseded superseded) {
  return make(Latest{std::move(input), std::move(keys), std::move(order), superseded});
}

RelPtr join(JoinKind kind, RelPtr left, RelPtr right, std::vector<std::pair<std::string, std::string>> on,
            Matches matches) {
  return make(Join{kind, std::move(left), std::move(right), std::move(on), matches});
}

RelPtr unite(std::vector<RelPtr> inputs) { return make(Union{std::move(inputs)}); }

RelPtr aggregate(RelPtr input, Names keys, std::vector<Aggregated> columns, Names order, std::string separator) {
  return make(Aggregate{std::move(input), std::move(keys), std::move(columns), std::move(order), std::move(separator)});
}

RelPtr order(RelPtr input, Names by, std::optional<std::uint64_t> limit) {
  return make(Order{std::move(input), std::move(by), limit});
}

RelPtr once(RelPtr input) { return make(Once{std::move(input)}); }

std::vector<RelPtr> inputs_of(const Relation& relation) { return std::visit(InputsOf{}, relation.node); }

RelPtr replace_inputs(const RelPtr& relation, const std::function<RelPtr(const RelPtr&)>& replacement) {
  return std::visit(ReplaceInputs{relation, replacement}, relation->node);
}

std::set<std::string> names_of_inputs(const Relation& relation) {
  std::set<std::string> out;
  if (const auto* input = std::get_if<Input>(&relation.node)) out.insert(input->name);
  for (const RelPtr& each : inputs_of(relation)) out.merge(names_of_inputs(*each));
  return out;
}

bool reads_tables(const Relation& relation) {
  if (std::holds_alternative<Scan>(relation.node)) return true;
  for (const RelPtr& each : inputs_of(relation)) {
    if (reads_tables(*each)) return true;
  }
  return false;
}

RelPtr foreign(std::size_t store, RelPtr rows) { return store == 0 ? rows : make(Foreign{store, std::move(rows)}); }

RelPtr replace_sources(const RelPtr& relation, const SourceReplacement& replacement) {
  return ReplaceSources(replacement).in(relation);
}

RelPtr replace_foreign(const RelPtr& relation, const std::function<RelPtr(const Foreign&)>& replacement) {
  return replace_sources(relation, [&](const RelPtr& source) {
    const auto* foreign = std::get_if<Foreign>(&source->node);
    return foreign ? replacement(*foreign) : source;
  });
}

Names output_columns(const Relation& relation) { return std::visit(OutputColumns{}, relation.node); }

std::vector<Named> keep(const Names& columns) {
  std::vector<Named> result;
  for (const std::string& name : columns) result.push_back({name, column(name)});
  return result;
}

}  // namespace metaxy::rel
