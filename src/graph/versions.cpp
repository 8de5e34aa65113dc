// SPDX-License-Identifier: Apache-2.0
#include "graph/versions.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/json.hpp"
#include "graph/order.hpp"

namespace metaxy::graph {
namespace {

/// A pre-image in the making: format 0 writes bare texts one after another, format 1 a tag and items.
class Preimage {
 public:
  Preimage(hash::Format format, std::string_view tag) : bare_(format == hash::Format::V0), bytes_(bare_ ? "" : tag) {}

  Preimage& add(std::string_view text) {
    if (bare_) {
      bytes_ += text;
    } else {
      hash::append_item(bytes_, text);
    }
    return *this;
  }
  std::string take() { return std::move(bytes_); }

 private:
  bool bare_;
  std::string bytes_;
};

using Pair = std::pair<std::string, std::string_view>;

std::string pairs_preimage(hash::Format format, std::string_view tag, std::vector<Pair> pairs) {
  std::ranges::sort(pairs);
  Preimage preimage(format, tag);
  for (const auto& [key, version] : pairs) preimage.add(key).add(version);
  return preimage.take();
}

std::string digest_of(std::string_view preimage, VersionSettings settings) {
  return hash::digest({settings.format, hash::Algorithm::Sha256, settings.length}, preimage);
}

}  // namespace

std::string code_version(const spec::FeatureSpec& spec, VersionSettings settings) {
  std::vector<Pair> pairs;
  for (const auto& field : spec.fields) pairs.emplace_back(field.key.to_string(), field.code_version);
  return digest_of(pairs_preimage(settings.format, hash::kTagCodeVersion, std::move(pairs)), settings);
}

std::string spec_version(const spec::FeatureSpec& spec, VersionSettings settings) {
  Preimage preimage(settings.format, hash::kTagSpecVersion);
  return digest_of(preimage.add(spec::render_canonical_json(spec)).take(), settings);
}

std::string definition_version(const std::string& spec_version, const std::string& schema, VersionSettings settings) {
  Preimage preimage(settings.format, hash::kTagDefinitionVersion);
  return digest_of(preimage.add(spec_version).add(schema).take(), settings);
}

std::string project_version(std::vector<std::pair<FeatureKey, std::string>> definitions, VersionSettings settings) {
  if (definitions.empty()) return "empty";
  // Format 0 sorts by the parts of keys, format 1 by their text.
  if (settings.format == hash::Format::V0) {
    std::ranges::sort(definitions, {}, &std::pair<FeatureKey, std::string>::first);
  } else {
    std::ranges::sort(definitions, {}, [](const auto& member) { return member.first.to_string(); });
  }
  Preimage preimage(settings.format, hash::kTagProjectVersion);
  for (const auto& [key, version] : definitions) preimage.add(key.to_string()).add(version);
  return digest_of(preimage.take(), settings);
}

std::vector<FeatureVersions> Versioner::run() {
  std::vector<FeatureVersions> versions(layout_.features.size());
  std::unordered_map<std::string_view, std::string> schemas;  // most features share one or a few
  for (const Index feature : upstreams_first(layout_, layout_.by_name)) {
    const auto& definition = layout_.definitions[feature];
    auto& out = versions[feature];
    Index field = layout_.features[feature].first_field;
    for (const auto& spec : definition.spec.fields) {
      const std::string* given = given_version(field);
      out.fields.push_back({spec.key, given ? *given : digest(field_preimage(field, versions))});
      ++field;
    }
    out.feature_version = feature_version(out.fields);
    out.code_version = graph::code_version(definition.spec, settings_);
    out.spec_version = graph::spec_version(definition.spec, settings_);
    auto& schema = schemas[definition.feature_schema];
    if (schema.empty()) schema = dump_python(parse_json(definition.feature_schema), Keys::Sorted);
    out.definition_version = graph::definition_version(out.spec_version, schema, settings_);
  }
  return versions;
}

std::string Versioner::field_preimage(Index field, const std::vector<FeatureVersions>& versions) const {
  const auto& node = layout_.fields[field];
  const auto& feature = layout_.features[node.feature];
  const auto& field_spec = layout_.spec(node.feature).fields[field - feature.first_field];
  Preimage preimage(settings_.format, hash::kTagFieldVersion);
  if (is_v0()) {
    preimage.add(node.name).add(field_spec.code_version);
    for (const Index parent : node.parents) preimage.add(parent_version(parent, versions));
    return preimage.take();
  }
  preimage.add(feature.key).add(field_spec.key.to_string()).add(field_spec.code_version);
  // By feature key, then field key: the pair `a`, `x` comes before `a-b`, `x`, the text `a.x` after `a-b.x`.
  std::vector<Index> parents = node.parents;
  const auto key_of = [&](Index parent) -> std::string_view {
    return layout_.features[layout_.fields[parent].feature].key;
  };
  std::ranges::stable_sort(parents, {}, key_of);
  for (const Index parent : parents) {
    const std::string_view key = key_of(parent);
    const auto parent_field = std::string_view(layout_.fields[parent].name).substr(key.size() + 1);
    preimage.add(key).add(parent_field).add(parent_version(parent, versions));
  }
  return preimage.take();
}

const std::string* Versioner::given_version(Index field) const {
  const auto& definition = layout_.definitions[layout_.fields[field].feature];
  if (!definition.is_external || !definition.provenance_by_field) return nullptr;
  const auto found = definition.provenance_by_field->find(layout_.field_key(field).to_string());
  return found == definition.provenance_by_field->end() ? nullptr : &found->second;
}

const std::string& Versioner::parent_version(Index field, const std::vector<FeatureVersions>& versions) const {
  const Index feature = layout_.fields[field].feature;
  return versions[feature].fields[field - layout_.features[feature].first_field].version;
}

std::string Versioner::project_version(std::string_view project, const std::vector<FeatureVersions>& versions) const {
  std::vector<std::pair<FeatureKey, std::string>> members;
  for (const Index i : layout_.by_name) {
    const auto& definition = layout_.definitions[i];
    if (!definition.is_external && definition.project == project)
      members.emplace_back(layout_.spec(i).key, versions[i].definition_version);
  }
  return graph::project_version(std::move(members), settings_);
}

std::string Versioner::digest(std::string_view preimage) const { return digest_of(preimage, settings_); }

std::string Versioner::feature_version(const std::vector<FieldVersion>& fields) const {
  std::vector<Pair> pairs;
  for (const auto& field : fields) pairs.emplace_back(field.key.to_string(), field.version);
  return digest(pairs_preimage(settings_.format, hash::kTagFeatureVersion, std::move(pairs)));
}

}  // namespace metaxy::graph
