// SPDX-License-Identifier: Apache-2.0
#include "base/by_place.hpp"

#include <algorithm>
#include <tuple>

namespace metaxy {

std::vector<Fault> by_place(std::vector<Fault> faults) {
  std::ranges::stable_sort(faults, {}, [](const Fault& fault) {
    const Place place = fault.place.value_or(Place{});
    return std::tuple(place.file, place.line, place.column);
  });
  return faults;
}

}  // namespace metaxy
