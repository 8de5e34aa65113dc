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

namespace metaxy::python {

namespace nb = nanobind;

inline bool on_main_thread() {
  const nb::object threading = nb::module_::import_("threading");
  return threading.attr("current_thread")().is(threading.attr("main_thread")());
}

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
  std::packaged_task<decltype(work(Watch{}))()> task([&] { return work(Watch{stop.get_token(), {}}); });
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
