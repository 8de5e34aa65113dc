// SPDX-License-Identifier: Apache-2.0
#include "python/stream.hpp"

#include <chrono>

#include <metaxy/error.hpp>

#include "python/work.hpp"

namespace metaxy::python {
namespace {

constexpr const char* kStreamCapsule = "arrow_array_stream";
constexpr const char* kSchemaCapsule = "arrow_schema";
constexpr std::chrono::milliseconds kSignalPause{100};

template <class CStruct>
nb::object capsule_of(CStruct value, const char* name) {
  auto* owned = new CStruct(value);
  PyObject* out = PyCapsule_New(owned, name, [](PyObject* capsule) {
    auto* held = static_cast<CStruct*>(PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule)));
    if (held == nullptr) return;
    if (held->release != nullptr) held->release(held);
    delete held;
  });
  if (out == nullptr) {
    if (owned->release != nullptr) owned->release(owned);
    delete owned;
    nb::raise_python_error();
  }
  return nb::steal(out);
}

/// Some libraries hold the GIL while they read, and the rows may come from Python code on another thread.
std::optional<arrow::Array> next_off_gil(arrow::Stream& stream) {
  const WithoutGil unlocked;
  return stream.next();
}

nb::object schema_of(arrow::Stream& stream) {
  arrow::Schema schema = stream.schema();
  const ArrowSchema value = *schema.get();
  schema.get()->release = nullptr;
  return capsule_of(value, kSchemaCapsule);
}

/// Refuses batches that are not of their stream's schema, which would be read beyond their end.
arrow::Stream checked(arrow::Stream given) {
  arrow::Schema schema = given.schema();
  auto stream = std::make_shared<arrow::Stream>(std::move(given));
  const auto columns = schema->n_children;
  return arrow::make_stream(std::move(schema), [stream, columns] {
    auto batch = stream->next();
    if (batch && batch->get()->n_children != columns) {
      throw Error(ErrorCode::InvalidArgument, "a batch of the rows has other columns than the first one",
                  "give batches of one schema");
    }
    return batch;
  });
}

/// Libraries read streams in loops of their own, where Python gets no chance to see Ctrl-C.
arrow::Stream interruptible(arrow::Stream stream, std::shared_ptr<void> owner) {
  struct State {
    State(std::shared_ptr<void> kept, arrow::Stream read) : owner(std::move(kept)), stream(std::move(read)) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() {
      const WithoutGil unlocked;
      stream = {};
      owner.reset();
    }
    std::shared_ptr<void> owner;
    arrow::Stream stream;
    std::chrono::steady_clock::time_point looked = std::chrono::steady_clock::now();
  };
  auto state = std::make_shared<State>(std::move(owner), std::move(stream));
  arrow::Schema schema = state->stream.schema();
  return arrow::make_stream(std::move(schema), [state]() -> std::optional<arrow::Array> {
    if (const auto now = std::chrono::steady_clock::now(); now - state->looked > kSignalPause) {
      state->looked = now;
      const nb::gil_scoped_acquire gil;
      if (PyErr_CheckSignals() != 0) {
        PyErr_Clear();
        PyErr_SetInterrupt();  // raised once the foreign loop is left
        throw Error(ErrorCode::Cancelled, "interrupted");
      }
    }
    auto batch = next_off_gil(state->stream);
    if (!batch) state->stream = {};
    return batch;
  });
}

}  // namespace

PythonStream::PythonStream(arrow::Stream stream, std::shared_ptr<void> owner)
    : stream_(interruptible(std::move(stream), std::move(owner))) {}

nb::object PythonStream::capsule() {
  if (!stream_) {
    throw Error(ErrorCode::InvalidArgument, "this stream of rows was already read", "read again from the store");
  }
  return capsule_of(stream_.release(), kStreamCapsule);
}

nb::object PythonStream::schema_capsule() { return schema_of(stream_); }

PythonRows::Call::~Call() {
  const WithoutGil unlocked;
  *source_ = {};
}

arrow::Stream PythonRows::take() {
  if (source_->waiting) return std::exchange(source_->waiting, {});
  if (!source_->open) {
    throw Error(ErrorCode::InvalidArgument, "the rows of a write are read after it has ended",
                "read them before `append` or `delete` returns");
  }
  const WithoutGil unlocked;
  return source_->open();
}

nb::object PythonRows::capsule() { return PythonStream(take(), nullptr).capsule(); }

nb::object PythonRows::schema_capsule() {
  source_->waiting = take();
  return schema_of(source_->waiting);
}

arrow::Stream take_stream(nb::handle object) {
  nb::object capsule = nb::borrow(object);
  if (!PyCapsule_CheckExact(object.ptr())) {
    if (!nb::hasattr(object, "__arrow_c_stream__")) {
      throw nb::type_error("rows must come from an object with __arrow_c_stream__");
    }
    capsule = object.attr("__arrow_c_stream__")();
  }
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), kStreamCapsule));
  if (stream == nullptr) nb::raise_python_error();
  if (stream->release == nullptr) {
    throw Error(ErrorCode::InvalidArgument, "the given stream of rows was already read", "give a fresh one");
  }
  return checked(arrow::Stream(stream));
}

arrow::Schema take_schema(nb::handle object) {
  nb::object capsule = nb::borrow(object);
  if (!PyCapsule_CheckExact(object.ptr())) capsule = object.attr("__arrow_c_schema__")();
  auto* schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(capsule.ptr(), kSchemaCapsule));
  if (schema == nullptr) nb::raise_python_error();
  return arrow::Schema(schema);
}

void bind_streams(nb::module_& module) {
  nb::class_<PythonStream>(module, "Stream",
                           "Rows as Arrow, to be read once by whoever knows the Arrow PyCapsule interface.")
      .def(
          "__arrow_c_stream__", [](PythonStream& self, nb::handle) { return self.capsule(); },
          nb::arg("requested_schema").none() = nb::none())
      .def("__arrow_c_schema__", &PythonStream::schema_capsule);
  nb::class_<PythonRows>(module, "Rows", "Rows of a write as Arrow; every reading starts anew, while the write lasts.")
      .def(
          "__arrow_c_stream__", [](PythonRows& self, nb::handle) { return self.capsule(); },
          nb::arg("requested_schema").none() = nb::none())
      .def("__arrow_c_schema__", &PythonRows::schema_capsule);
}

}  // namespace metaxy::python
