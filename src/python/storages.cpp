// SPDX-License-Identifier: Apache-2.0
// Storages written in Python (metaxy.metadata_store.storage) as the core sees them.
#include <nanobind/stl/optional.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "python/stream.hpp"
#include "python/values.hpp"
#include "python/work.hpp"
#include "stores/storage_store.hpp"

namespace metaxy::python {
namespace {

const char* symbol(store::Comparison comparison) {
  switch (comparison) {
    case store::Comparison::Equal: return "==";
    case store::Comparison::NotEqual: return "!=";
    case store::Comparison::Less: return "<";
    case store::Comparison::LessEqual: return "<=";
    case store::Comparison::Greater: return ">";
    case store::Comparison::GreaterEqual: return ">=";
    case store::Comparison::In: return "in";
    case store::Comparison::IsNull: return "is_null";
    case store::Comparison::IsNotNull: return "is_not_null";
  }
  return "";
}

nb::object value_of(const rel::Literal& literal) {
  if (const auto* truth = std::get_if<bool>(&literal.value)) return nb::bool_(*truth);
  if (const auto* number = std::get_if<std::int64_t>(&literal.value)) return nb::int_(*number);
  if (const auto* text = std::get_if<std::string>(&literal.value)) return nb::cast(*text);
  const auto& typed = std::get<rel::TypedText>(literal.value);
  return nb::make_tuple(typed.type == rel::Type::Date ? "date" : "timestamptz", typed.text);
}

nb::list plain(const std::vector<store::Condition>& conditions) {
  nb::list out;
  for (const auto& condition : conditions) {
    nb::list values;
    for (const auto& value : condition.values) values.append(value_of(value));
    out.append(nb::make_tuple(condition.column, symbol(condition.comparison), values));
  }
  return out;
}

/// What the user's code gives back goes through functions of metaxy.metadata_store.storage, which check it.
class PythonStorage final : public store::Storage {
 public:
  /// Requires: the GIL.
  explicit PythonStorage(nb::object storage)
      : calls_(nb::module_::import_("metaxy.metadata_store.storage")), storage_(std::move(storage)) {}
  ~PythonStorage() override {
    const nb::gil_scoped_acquire gil;
    try {
      storage_.attr("close")();
    } catch (nb::python_error& raised) {
      raised.discard_as_unraisable("closing a storage");
    }
    storage_.reset();
    calls_.reset();
  }
  PythonStorage(const PythonStorage&) = delete;
  PythonStorage& operator=(const PythonStorage&) = delete;

  std::vector<std::string> tables() override {
    const InCallerContext python;
    return nb::cast<std::vector<std::string>>(calls_.attr("tables_of")(storage_));
  }

  std::optional<store::StoredTable> describe(const std::string& table) override {
    const InCallerContext python;
    const nb::object described = calls_.attr("describe_table")(storage_, table);
    if (described.is_none()) return std::nullopt;
    return store::StoredTable{take_schema(described[0]), nb::cast<std::optional<std::string>>(described[1])};
  }

  arrow::Stream scan(const std::string& table, const std::vector<std::string>& columns,
                     const std::vector<store::Condition>& conditions) override {
    const InCallerContext python;
    return take_stream(calls_.attr("scan_table")(storage_, table, columns, plain(conditions)));
  }

  void append(const std::string& table, const store::Rows& rows) override { give("append", table, rows); }

  void erase(const std::string& table, const store::Rows& keys) override { give("delete", table, keys); }

  void drop(const std::string& table) override {
    const InCallerContext python;
    storage_.attr("drop")(table);
  }

  std::vector<std::string> maintain(const store::Maintenance& given) override {
    const InCallerContext python;
    return nb::cast<std::vector<std::string>>(calls_.attr("maintain")(storage_, given.keep.count(), given.dry_run));
  }

 private:
  /// What Python keeps of the rows beyond the call can no longer be read.
  void give(const char* method, const std::string& table, const store::Rows& rows) {
    const InCallerContext python;
    const PythonRows::Call call(rows);
    storage_.attr(method)(table, call.rows());
  }

  nb::object calls_;
  nb::object storage_;
};

/// A Python object that any thread may let go of.
std::shared_ptr<nb::object> shared(nb::object object) {
  return {new nb::object(std::move(object)), [](nb::object* held) {
            const nb::gil_scoped_acquire gil;
            delete held;
          }};
}

std::shared_ptr<store::Store> storage_store(std::string kind, std::string location, nb::object connect,
                                            std::string memory_limit) {
  auto open = [connect = shared(std::move(connect))](store::Mode mode) -> std::unique_ptr<store::Storage> {
    const InCallerContext python;
    return std::make_unique<PythonStorage>((*connect)(mode == store::Mode::Write ? "w" : "r"));
  };
  return stores::make_storage_store(std::move(kind), std::move(location), std::move(open), std::move(memory_limit));
}

}  // namespace

void bind_storages(nb::module_& module) {
  module.def("storage_store", &storage_store, nb::arg("kind"), nb::arg("location"), nb::arg("connect"),
             nb::arg("memory_limit"), "A store on what `connect(mode)` gives: a TableStorage.");
}

}  // namespace metaxy::python
