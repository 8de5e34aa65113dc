// SPDX-License-Identifier: Apache-2.0
#include "lineage/provenance.hpp"

#include <algorithm>
#include <numeric>

#include "lineage/columns.hpp"

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

std::string field_name(std::size_t i) { return std::string(kInternalPrefix) + "f" + std::to_string(i); }

/// A parent's data version as it is hashed. The reference writes an optional upstream's NULL as an empty text.
rel::ExprPtr hashed_value(const graph::FeaturePlan& plan, const graph::FieldRef& parent, hash::Format format,
                          const std::function<rel::ExprPtr(const graph::FieldRef&)>& value) {
  const auto is_blank = [&](const graph::PlanDep& dep) {
    return dep.dep.feature == parent.feature && dep.dep.optional;
  };
  const bool blank = format == hash::Format::V0 && std::ranges::any_of(plan.deps, is_blank);
  return blank ? rel::coalesce({value(parent), rel::literal("")}) : value(parent);
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

std::vector<spec::FieldKey> keys_of(const std::vector<graph::PlanField>& fields) {
  std::vector<spec::FieldKey> out;
  for (const auto& field : fields) out.push_back(field.key);
  return out;
}

/// Computes the digest of each field, then the sample's, then packs them into the four version columns.
rel::RelPtr add_versions(rel::RelPtr rows, const graph::FeaturePlan& plan, const hash::Settings& settings,
                         const std::vector<std::string>& columns,
                         const std::function<rel::ExprPtr(const graph::FieldRef&)>& value) {
  auto first = rel::keep(columns);
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const auto& field = plan.fields[i];
    auto part = [&](std::size_t parent) { return hashed_value(plan, field.parents[parent], settings.format, value); };
    first.push_back({field_name(i), digest_of(field_preimage(field, settings.format), settings, part)});
  }
  rows = rel::project(rows, first);

  auto second = rel::keep(columns);
  std::vector<std::pair<std::string, rel::ExprPtr>> members;
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    members.emplace_back(plan.fields[i].key.struct_key(), rel::column(field_name(i)));
  }
  second.push_back({std::string(kProvenanceByField), rel::pack(members)});
  second.push_back({std::string(kProvenance), sample_version(keys_of(plan.fields), settings, [](std::size_t i) {
                      return rel::column(field_name(i));
                    })});
  rows = rel::project(rows, second);

  auto third = rel::keep(columns);
  for (auto [name, from] : {std::pair{kProvenanceByField, kProvenanceByField}, std::pair{kProvenance, kProvenance},
                            std::pair{kDataVersionByField, kProvenanceByField}, std::pair{kDataVersion, kProvenance}}) {
    third.push_back({std::string(name), rel::column(std::string(from))});
  }
  return rel::project(rows, third);
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
