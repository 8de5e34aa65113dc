// SPDX-License-Identifier: Apache-2.0
// The extension module metaxy._core.
#include "python/errors.hpp"
#include "python/stream.hpp"
#include "python/values.hpp"

NB_MODULE(_core, module) {
  using namespace metaxy::python;
  module.doc() = "The C++ core of metaxy.";
  module.attr("__version__") = METAXY_VERSION;
  // Other libraries may hold objects of ours until the process ends; the tests look for leaks themselves.
  nb::set_leak_warnings(false);
  bind_errors(module);
  bind_streams(module);
  bind_keys(module);
  bind_specs(module);
  bind_graph(module);
  bind_filters(module);
  bind_settings(module);
  bind_stores(module);
  bind_storages(module);
}
