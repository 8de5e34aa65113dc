// SPDX-License-Identifier: Apache-2.0
// Whatever a feature file or a configuration contains, reading it gives definitions or metaxy::Error, and a graph of
// what was read gives a graph or metaxy::Error.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <metaxy/project.hpp>

#include "project/config_reader.hpp"
#include "project/feature_file.hpp"
#include "project/setting_tree.hpp"
#include "project/toml_text.hpp"

using namespace metaxy;

namespace {

void read_features(std::string_view text) {
  Faults faults;
  auto definitions = project::parse_feature_file(text, "f.toml", "p", faults).definitions;
  for (const Fault& fault : faults.items())
    if (!fault.place || fault.place->line < 1 || fault.place->column < 1)
      throw std::logic_error("broken: the place of a fault");
  try {
    project::Project(project::Config{}, std::move(definitions)).graph();
  } catch (const Error&) {
  }
}

void read_configuration(std::string_view text) {
  Faults faults;
  const auto root = project::parse_toml(text, "metaxy.toml", faults);
  if (!root) return;
  const project::Environment environment = {{"A", "a"}, {"METAXY_STORES__DEV__PATH", "x"}};
  auto tree = project::read_settings(*root, "metaxy.toml", "/", environment, faults);
  tree = project::extend_settings(tree, tree);
  project::apply_environment(tree, environment, "/", faults);
  project::read_config(tree, faults);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_features(text);
  read_configuration(text);
  return 0;
}
