// SPDX-License-Identifier: Apache-2.0
// Long work without the GIL, stopped by Ctrl-C.
#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <thread>
#include <utility>

#include <nanobind/nanobind.h>
#include <metaxy/progress.hpp>

#ifdef Py_LIMITED_API
// The headers of the stable ABI leave them out; they are documented, and every CPython since 3.7 exports them.
extern "C" {
PyAPI_FUNC(int) PyGILState_Check(void);
PyAPI_FUNC(PyObject*) PyContext_Copy(PyObject*);
PyAPI_FUNC(PyObject*) PyContext_CopyCurrent(void);
PyAPI_FUNC(int) PyContext_Enter(PyObject*);
PyAPI_FUNC(int) PyContext_Exit(PyObject*);
}
#endif

namespace metaxy::python {

namespace nb = nanobind;

inline bool on_main_thread() {
  const nb::object threading = nb::module_::import_("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

/// Lets other threads run Python code meanwhile, whether this one has the GIL or not.
class WithoutGil {
 public:
  WithoutGil() {
    if (PyGILState_Check() == 1) unlocked_.emplace();
  }

 private:
  std::optional<nb::gil_scoped_release> unlocked_;
};

/// The context (contextvars) of whoever started the work of this thread; null when it is the thread's own.
inline PyObject*& caller_context() {
  static thread_local PyObject* context = nullptr;
  return context;
}

/// The GIL, and the context variables of the caller: Python code that the work calls sees the active graph.
class InCallerContext {
 public:
  InCallerContext() {
    if (caller_context() == nullptr) return;
    // A context can be entered once at a time, and calls can lie one within another.
    context_ = nb::steal(PyContext_Copy(caller_context()));
    if (!context_.is_valid() || PyContext_Enter(context_.ptr()) != 0) nb::raise_python_error();
  }
  ~InCallerContext() {
    if (context_.is_valid() && PyContext_Exit(context_.ptr()) != 0) PyErr_Clear();
  }
  InCallerContext(const InCallerContext&) = delete;
  InCallerContext& operator=(const InCallerContext&) = delete;

 private:
  nb::gil_scoped_acquire gil_;
  nb::object context_;
};

/// Runs `work(watch)`; Python sees signals only on its main thread, so there the work goes to another thread.
/// Throws: KeyboardInterrupt (or what else a signal handler raises) once the work has stopped.
template <class Work>
auto run_off_gil(Work work) {
  if (!on_main_thread()) {
    const nb::gil_scoped_release unlocked;
    return work(Watch{});
  }
  std::stop_source stop;
  std::optional<nb::python_error> raised;
  const nb::object context = nb::steal(PyContext_CopyCurrent());
  std::packaged_task<decltype(work(Watch{}))()> task([&] {
    caller_context() = context.ptr();
    return work(Watch{stop.get_token(), {}});
  });
  auto result = task.get_future();
  {
    const nb::gil_scoped_release unlocked;
    const std::jthread worker([&task] { task(); });
    while (result.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready) {
      const nb::gil_scoped_acquire gil;
      if (raised || PyErr_CheckSignals() == 0) continue;
      raised.emplace();
      stop.request_stop();
    }
  }
  if (raised) throw std::move(*raised);
  return result.get();
}

}  // namespace metaxy::python
