// SPDX-License-Identifier: Apache-2.0
#include "project/filter_check.hpp"

#include <fmt/format.h>

#include <metaxy/project.hpp>

#include "base/text.hpp"
#include "rel/filter.hpp"

namespace metaxy::project {

std::optional<Fault> filter_fault(const std::string& filter) {
  try {
    rel::parse_filter(filter);
    return std::nullopt;
  } catch (const Error& error) {
    return Fault{"", fmt::format("filter {}: {}", quote(filter), error.message()), error.hint(), std::nullopt};
  }
}

std::vector<Fault> check_filters(const std::vector<spec::FeatureDefinition>& definitions) {
  std::vector<Fault> out;
  for (const auto& definition : definitions) {
    for (const auto& dep : definition.spec.deps) {
      if (!dep.sql_filters) continue;
      for (const std::string& filter : *dep.sql_filters) {
        auto fault = filter_fault(filter);
        if (!fault) continue;
        fault->subject = fmt::format("feature {}, dep {}", definition.spec.key.to_string(), dep.feature.to_string());
        fault->place = definition.place;
        out.push_back(std::move(*fault));
      }
    }
  }
  return out;
}

}  // namespace metaxy::project
