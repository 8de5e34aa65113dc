// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/numeric.hpp"

#include <metaxy/error.hpp>
#include <vector>

#include "stores/postgresql/wire.hpp"

namespace metaxy::stores::postgresql {

namespace {

constexpr std::size_t kGroup = 4;
constexpr std::uint16_t kNegative = 0x4000;

}  // namespace

std::string numeric_from_text(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const auto point = text.find('.');
  std::string whole(text.substr(0, point));
  std::string part(point == std::string_view::npos ? "" : text.substr(point + 1));
  const auto scale = part.size();
  whole.insert(0, (kGroup - whole.size() % kGroup) % kGroup, '0');
  part.append((kGroup - part.size() % kGroup) % kGroup, '0');
  auto weight = static_cast<std::int16_t>(whole.size() / kGroup) - 1;
  const auto digits = whole + part;
  std::vector<std::int16_t> groups;
  for (std::size_t i = 0; i < digits.size(); i += kGroup) {
    groups.push_back(static_cast<std::int16_t>(std::stoi(digits.substr(i, kGroup))));
  }
  while (!groups.empty() && groups.front() == 0) {
    groups.erase(groups.begin());
    --weight;
  }
  while (!groups.empty() && groups.back() == 0) groups.pop_back();
  std::string out;
  put(out, static_cast<std::int16_t>(groups.size()));
  put(out, static_cast<std::int16_t>(groups.empty() ? 0 : weight));
  put(out, static_cast<std::uint16_t>(negative && !groups.empty() ? kNegative : 0));
  put(out, static_cast<std::int16_t>(scale));
  for (const auto group : groups) put(out, group);
  return out;
}

std::string numeric_to_text(std::string_view binary, int scale) {
  const auto count = get<std::int16_t>(binary.data());
  const auto weight = get<std::int16_t>(binary.data() + 2);
  const auto sign = get<std::uint16_t>(binary.data() + 4);
  if (sign != 0 && sign != kNegative) {
    throw Error(ErrorCode::Unsupported, "a numeric that is not a number cannot be read",
                "replace NaN and infinities, or cast the column to double precision");
  }
  const auto group = [&](int place) {  // of ten thousands; 0: the ones
    const int at = weight - place;
    const int value = at >= 0 && at < count ? get<std::int16_t>(binary.data() + 8 + 2 * at) : 0;
    auto text = std::to_string(value);
    return text.insert(0, kGroup - text.size(), '0');
  };
  std::string out;
  for (int place = weight; place >= 0; --place) out += group(place);
  out.erase(0, out.find_first_not_of('0'));
  if (out.empty()) out = "0";
  std::string part;
  for (int place = -1; static_cast<int>(part.size()) < scale; --place) part += group(place);
  if (scale > 0) out += "." + part.substr(0, static_cast<std::size_t>(scale));
  return (sign == kNegative ? "-" : "") + out;
}

}  // namespace metaxy::stores::postgresql
