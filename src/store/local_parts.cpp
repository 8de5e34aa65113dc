// SPDX-License-Identifier: Apache-2.0
#include "store/local_parts.hpp"

#include <algorithm>
#include <map>
#include <metaxy/error.hpp>

#include "arrow/view.hpp"

namespace metaxy::store {

namespace {

class Parting {
 public:
  explicit Parting(const std::function<bool(const rel::RelPtr&)>& can) : can_(can) {}

  rel::RelPtr in(const rel::RelPtr& relation) {
    const auto done = once_.find(relation.get());
    if (done != once_.end()) return done->second;
    if (std::holds_alternative<rel::Once>(relation->node)) {
      // It is still one node for the engine, and its parts are asked for once.
      return once_[relation.get()] = split(relation);
    }
    const bool only_tables = rel::reads_tables(*relation) && rel::names_of_inputs(*relation).empty();
    return only_tables && can_(relation) ? bring(relation) : split(relation);
  }
  rel::RelPtr split(const rel::RelPtr& relation) {
    if (std::holds_alternative<rel::Scan>(relation->node)) {
      throw Error(ErrorCode::Unsupported, "the database cannot read stored rows");
    }
    const auto before = parts_.size();
    auto out = rel::replace_inputs(relation, [this](const rel::RelPtr& input) { return in(input); });
    // The latest records are looked for in tables.
    const bool of_table = std::holds_alternative<rel::Latest>(relation->node);
    for (auto i = before; of_table && i < parts_.size(); ++i) parts_[i].is_kept = true;
    return out;
  }
  std::vector<Part> take() { return std::move(parts_); }

 private:
  rel::RelPtr bring(const rel::RelPtr& relation) {
    parts_.push_back({"__mx_part" + std::to_string(parts_.size()), relation, false});
    return rel::unordered_input(parts_.back().name, rel::output_columns(*relation));
  }

  const std::function<bool(const rel::RelPtr&)>& can_;
  std::map<const rel::Relation*, rel::RelPtr> once_;
  std::vector<Part> parts_;
};

/// Puts another relation in the place of an input.
struct Replacing {
  const std::string& name;
  rel::RelPtr replacement;
  std::map<const rel::Relation*, rel::RelPtr> once;

  rel::RelPtr in(const rel::RelPtr& relation) {
    const auto* input = std::get_if<rel::Input>(&relation->node);
    if (input && input->name == name) return replacement;
    const auto done = once.find(relation.get());
    if (done != once.end()) return done->second;
    auto out = rel::replace_inputs(relation, [this](const rel::RelPtr& each) { return in(each); });
    if (std::holds_alternative<rel::Once>(relation->node)) once[relation.get()] = out;
    return out;
  }
};

bool passes_unchanged(const arrow::TypeNode& type) {
  const auto& view = type.view;
  if (type.dictionary || view.extension_name.size_bytes > 0) return false;
  switch (view.type) {
    case NANOARROW_TYPE_BOOL:
    case NANOARROW_TYPE_INT8:
    case NANOARROW_TYPE_UINT8:
    case NANOARROW_TYPE_INT16:
    case NANOARROW_TYPE_UINT16:
    case NANOARROW_TYPE_INT32:
    case NANOARROW_TYPE_UINT32:
    case NANOARROW_TYPE_INT64:
    case NANOARROW_TYPE_UINT64:
    case NANOARROW_TYPE_FLOAT:
    case NANOARROW_TYPE_DOUBLE:
    case NANOARROW_TYPE_STRING:
    case NANOARROW_TYPE_LARGE_STRING:
    case NANOARROW_TYPE_STRING_VIEW:
    case NANOARROW_TYPE_BINARY:
    case NANOARROW_TYPE_LARGE_BINARY:
    case NANOARROW_TYPE_DATE32: return true;
    case NANOARROW_TYPE_TIMESTAMP: return view.time_unit == NANOARROW_TIME_UNIT_MICRO;
    case NANOARROW_TYPE_STRUCT:
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
      return !type.children.empty() &&
             std::ranges::all_of(type.children, [](const auto& child) { return passes_unchanged(child); });
    default: return false;
  }
}

}  // namespace

bool passes_unchanged(const ArrowSchema& schema) { return passes_unchanged(arrow::TypeNode(schema)); }

Parted part(const rel::RelPtr& relation, const std::function<bool(const rel::RelPtr&)>& can) {
  Parting parting(can);
  auto rest = parting.split(relation);
  return {std::move(rest), parting.take()};
}

Session& LocalEngine::engine() {
  if (!make_) throw Error(ErrorCode::Internal, "there is no local engine");
  if (!engine_) engine_ = make_();
  return *engine_;
}

arrow::Stream LocalEngine::run(const Parted& parted, Inputs inputs, const Watch& watch) {
  return engine().run(*parted.rest, std::move(inputs), watch);
}

void LocalEngine::keep(Parted& parted, const Part& part, arrow::Stream rows, const Watch& watch) {
  const auto columns = rel::output_columns(*part.rows);
  const auto input = rel::input(part.name, columns);
  const auto table = "__mx_kept" + std::to_string(kept_.size());
  Inputs inputs;
  inputs.emplace(part.name, std::move(rows));
  engine().commit({Create{table, input, {}}, Append{table, input}}, std::move(inputs), {watch.stop, {}});
  kept_.push_back(table);
  parted.rest = Replacing{part.name, rel::scan(table, columns), {}}.in(parted.rest);
}

void LocalEngine::sweep() noexcept {
  for (const auto& table : kept_) {
    try {
      engine_->commit({Drop{table}});
    } catch (const Error&) {  // a table that could not be filled is not there
    }
  }
  kept_.clear();
}

std::string LocalEngine::explain(const Parted& parted) { return engine().explain(*parted.rest); }

}  // namespace metaxy::store
