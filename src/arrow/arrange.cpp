// SPDX-License-Identifier: Apache-2.0
#include "arrow/arrange.hpp"

#include <metaxy/error.hpp>

#include <algorithm>
#include <memory>

#include "arrow/copy.hpp"

namespace metaxy::arrow {

namespace {

/// Behind an array that shows values of a batch, which it keeps alive.
struct Shown {
  std::shared_ptr<Array> batch;
  std::vector<ArrowArray> nested = {};  // children, then the dictionary
  std::vector<ArrowArray*> children = {};
};

void release_shown(ArrowArray* array) {
  const std::unique_ptr<Shown> shown(static_cast<Shown*>(array->private_data));
  for (ArrowArray& nested : shown->nested) {
    if (nested.release) nested.release(&nested);
  }
  array->release = nullptr;
}

/// `of` lies in `batch`. Every array has a release of its own, because consumers may move each away alone.
ArrowArray show(const std::shared_ptr<Array>& batch, const ArrowArray& of) {
  auto shown = std::make_unique<Shown>(Shown{batch});
  shown->nested.reserve(static_cast<std::size_t>(of.n_children) + 1);
  for (std::int64_t i = 0; i < of.n_children; ++i) {
    shown->nested.push_back(show(batch, *of.children[i]));
    shown->children.push_back(&shown->nested.back());
  }
  ArrowArray out = of;
  if (of.dictionary) {
    shown->nested.push_back(show(batch, *of.dictionary));
    out.dictionary = &shown->nested.back();
  }
  out.children = shown->children.data();
  out.release = release_shown;
  out.private_data = shown.release();
  return out;
}

/// A batch of the columns at `sources`.
Array pick(Array given, const std::vector<std::int64_t>& sources) {
  const auto batch = std::make_shared<Array>(std::move(given));
  auto shown = std::make_unique<Shown>(Shown{batch});
  shown->nested.reserve(sources.size());
  for (const std::int64_t source : sources) {
    shown->nested.push_back(show(batch, *batch->get()->children[source]));
    shown->children.push_back(&shown->nested.back());
  }
  Array out;
  *out.out() = *batch->get();
  out->n_children = static_cast<std::int64_t>(sources.size());
  out->children = shown->children.data();
  out->release = release_shown;
  out->private_data = shown.release();
  return out;
}

std::int64_t position(const ArrowSchema& schema, const std::string& name) {
  for (std::int64_t i = 0; i < schema.n_children; ++i) {
    if (schema.children[i]->name && name == schema.children[i]->name) return i;
  }
  throw Error(ErrorCode::Internal, "the rows have no column " + name);
}

}  // namespace

Stream arrange(Stream rows, const std::vector<std::pair<std::string, std::string>>& columns) {
  const Schema given = rows.schema();
  std::vector<std::int64_t> sources;
  Schema schema;
  ArrowSchemaInit(schema.out());
  check(ArrowSchemaSetTypeStruct(schema.get(), static_cast<std::int64_t>(columns.size())), "arranging columns");
  for (const auto& [name, source] : columns) {
    ArrowSchema* child = schema->children[sources.size()];
    sources.push_back(position(*given.get(), source));
    child->release(child);
    check(ArrowSchemaDeepCopy(given->children[sources.back()], child), "arranging columns");
    check(ArrowSchemaSetName(child, name.c_str()), "arranging columns");
  }
  auto shared = std::make_shared<Stream>(std::move(rows));
  return make_stream(std::move(schema), [shared, sources]() -> std::optional<Array> {
    auto batch = shared->next();
    if (!batch) return std::nullopt;
    return pick(*std::move(batch), sources);
  });
}

Kept::Kept(Stream rows, const Watch& watch) : schema_(rows.schema()) {
  while (auto batch = rows.next()) {
    watch.throw_if_stopped();
    batches_.push_back(std::make_shared<Array>(*std::move(batch)));
  }
}

Stream Kept::again() {
  return make_stream(copy_schema(*schema_.get()), [batches = batches_, next = std::size_t{0}]() mutable {
    std::optional<Array> out;
    if (next == batches.size()) return out;
    auto shown = show(batches[next], *batches[next]->get());
    ++next;
    out.emplace(&shown);
    return out;
  });
}

bool Kept::is_empty() const {
  return std::ranges::all_of(batches_, [](const auto& batch) { return batch->get()->length == 0; });
}

}  // namespace metaxy::arrow
