// SPDX-License-Identifier: Apache-2.0
#include <metaxy/spec.hpp>

namespace metaxy::spec {

std::optional<Place> place_of(const PartPlaces& places, std::string_view pointer) {
  for (std::size_t end = pointer.size(); end != pointer.npos && end > 0; end = pointer.rfind('/', end - 1)) {
    const auto found = places.find(pointer.substr(0, end));
    if (found != places.end()) return found->second;
  }
  return std::nullopt;
}

std::optional<Place> place_of(const FeatureDefinition& definition, std::string_view pointer) {
  const auto part = definition.part_places ? place_of(*definition.part_places, pointer) : std::nullopt;
  return part ? part : definition.place;
}

}  // namespace metaxy::spec
