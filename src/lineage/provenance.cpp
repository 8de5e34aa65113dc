// SPDX-License-Identifier: Apache-2.0
#include "lineage/provenance.hpp"

#include <algorithm>
#include <numeric>

namespace metaxy::lineage {

namespace {

/// Adjacent raw texts are one text.
void add_raw(PreimageParts<std::size_t>& parts, std::string text) {
  if (!parts.empty() && std::holds_alternative<std::string>(parts.back())) {
    std::get<std::string>(parts.back()) += text;
  } else {
    parts.emplace_back(std::move(text));
  }
}

std::string item(std::string_view text) {
  std::string out;
  hash::append_item(out, text);
  return out;
}

/// Field positions in the order that a sample's pre-image lists them: format 0 sorts by struct key, format 1 by key.
std::vector<std::size_t> sample_order(const std::vector<spec::FieldKey>& fields, hash::Format format) {
  std::vector<std::size_t> order(fields.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto name = [&](std::size_t i) {
    return format == hash::Format::V0 ? fields[i].struct_key() : fields[i].to_string();
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return name(a) < name(b); });
  return order;
}

}  // namespace

PreimageParts<std::size_t> field_preimage(const graph::PlanField& field, hash::Format format) {
  PreimageParts<std::size_t> parts;
  if (format == hash::Format::V0) {
    add_raw(parts, field.key.to_string() + "|" + field.code_version);
    for (std::size_t i = 0; i < field.parents.size(); ++i) {
      add_raw(parts, "|" + field.parents[i].to_string() + "|");
      parts.emplace_back(i);
    }
    return parts;
  }
  add_raw(parts, std::string(hash::kTagFieldProvenance) + item(field.key.to_string()) + item(field.code_version));
  std::vector<std::size_t> order(field.parents.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  auto name = [&](std::size_t i) {
    return std::pair(field.parents[i].feature.to_string(), field.parents[i].field.to_string());
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return name(a) < name(b); });
  for (auto i : order) {
    auto [feature, parent] = name(i);
    add_raw(parts, item(feature) + item(parent));
    parts.emplace_back(i);
  }
  return parts;
}

PreimageParts<std::size_t> sample_preimage(const std::vector<spec::FieldKey>& fields, hash::Format format) {
  PreimageParts<std::size_t> parts;
  if (format == hash::Format::V1 && fields.size() == 1) {
    parts.emplace_back(std::size_t{0});
    return parts;
  }
  if (format == hash::Format::V1) add_raw(parts, std::string(hash::kTagSampleProvenance));
  bool first = true;
  for (auto i : sample_order(fields, format)) {
    if (format == hash::Format::V0 && !first) add_raw(parts, "|");
    parts.emplace_back(i);
    first = false;
  }
  return parts;
}

rel::ExprPtr digest_of(const PreimageParts<std::size_t>& parts, const hash::Settings& settings,
                       const std::function<rel::ExprPtr(std::size_t)>& value) {
  rel::Digest digest{
      static_cast<int>(settings.format), std::string(hash::to_string(settings.algorithm)), settings.length, {}};
  for (const auto& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      digest.parts.emplace_back(*text);
    } else {
      digest.parts.emplace_back(value(std::get<std::size_t>(part)));
    }
  }
  return rel::digest(std::move(digest));
}

rel::ExprPtr sample_version(const std::vector<spec::FieldKey>& fields, const hash::Settings& settings,
                            const std::function<rel::ExprPtr(std::size_t)>& value) {
  if (settings.format == hash::Format::V1 && fields.size() == 1) return value(0);
  return digest_of(sample_preimage(fields, settings.format), settings, value);
}

std::optional<std::string> preimage_bytes(const PreimageParts<std::size_t>& parts, hash::Format format,
                                          const std::function<std::optional<std::string>(std::size_t)>& value) {
  std::string out;
  for (const auto& part : parts) {
    if (const auto* text = std::get_if<std::string>(&part)) {
      out += *text;
      continue;
    }
    auto filled = value(std::get<std::size_t>(part));
    if (format == hash::Format::V1) {
      hash::append_item(out, filled ? std::optional<std::string_view>(*filled) : std::nullopt);
    } else if (filled) {
      out += *filled;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace metaxy::lineage
