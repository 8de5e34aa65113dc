// SPDX-License-Identifier: Apache-2.0
#include <metaxy/project.hpp>

#include <fmt/format.h>

#include "base/text.hpp"
#include "project/project_name.hpp"
#include "rel/filter.hpp"

namespace metaxy::project {

Project::Project(Config config, std::vector<spec::FeatureDefinition> definitions)
    : config_(std::move(config)), definitions_(std::move(definitions)) {}

Project Project::load(const std::optional<std::filesystem::path>& config_file, const std::filesystem::path& start,
                      const Environment& environment) {
  Config config = load_config(config_file, start, environment);
  auto definitions =
      load_feature_files(find_feature_files(config), config.project.value_or(std::string(kDefaultProject)));
  return Project(std::move(config), std::move(definitions));
}

std::vector<Fault> check_filters(const std::vector<spec::FeatureDefinition>& definitions) {
  std::vector<Fault> out;
  for (const auto& definition : definitions) {
    for (const auto& dep : definition.spec.deps) {
      if (!dep.sql_filters) continue;
      for (const std::string& filter : *dep.sql_filters) {
        try {
          rel::parse_filter(filter);
        } catch (const Error& error) {
          out.push_back({fmt::format("feature {}, dep {}", definition.spec.key.to_string(), dep.feature.to_string()),
                         fmt::format("filter {}: {}", quote(filter), error.message()), error.hint(), definition.place});
        }
      }
    }
  }
  return out;
}

}  // namespace metaxy::project
