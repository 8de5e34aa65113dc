// SPDX-License-Identifier: Apache-2.0
#include "project/filter_check.hpp"

#include <fmt/format.h>

#include <metaxy/project.hpp>

#include "base/pointer.hpp"
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
    const auto& deps = definition.spec.deps;
    for (std::size_t i = 0; i < deps.size(); ++i) {
      const auto filters = deps[i].sql_filters.value_or(std::vector<std::string>{});
      const std::string part = pointer("/deps", i) + "/sql_filters";
      for (std::size_t j = 0; j < filters.size(); ++j) {
        auto fault = filter_fault(filters[j]);
        if (!fault) continue;
        fault->subject =
            fmt::format("feature {}, dep {}", definition.spec.key.to_string(), deps[i].feature.to_string());
        fault->place = place_of(definition, pointer(part, j));
        out.push_back(std::move(*fault));
      }
    }
  }
  return out;
}

}  // namespace metaxy::project
