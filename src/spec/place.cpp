// SPDX-License-Identifier: Apache-2.0
#include <metaxy/spec.hpp>

namespace metaxy::spec {

std::optional<Place> place_of(const FeatureDefinition& definition, std::string_view pointer) {
  if (!definition.part_places) return definition.place;
  for (std::size_t end = pointer.size(); end != pointer.npos && end > 0; end = pointer.rfind('/', end - 1)) {
    const auto found = definition.part_places->find(pointer.substr(0, end));
    if (found != definition.part_places->end()) return found->second;
  }
  return definition.place;
}

}  // namespace metaxy::spec
