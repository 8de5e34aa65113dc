// SPDX-License-Identifier: Apache-2.0
#include "ingest/fields.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace metaxy::ingest {
namespace {

struct KindName {
  std::string_view name;
  StreamKind kind;
};
constexpr std::array<KindName, 7> kKindNames{{{"frames", StreamKind::Video},
                                              {"video", StreamKind::Video},
                                              {"audio", StreamKind::Audio},
                                              {"subtitles", StreamKind::Subtitles},
                                              {"picture", StreamKind::Picture},
                                              {"data", StreamKind::Data},
                                              {"attachment", StreamKind::Attachment}}};

/// The number behind `_`: 2 and above, written without leading zeros.
std::optional<int> find_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 2 || text.front() == '0') return {};
  return number;
}

}  // namespace

std::optional<StreamRef> find_stream(std::string_view field) {
  const auto cut = field.rfind('_');
  const auto number = cut == std::string_view::npos ? std::optional(1) : find_number(field.substr(cut + 1));
  if (!number) return {};
  const auto* known = std::ranges::find(kKindNames, field.substr(0, cut), &KindName::name);
  if (known == kKindNames.end()) return {};
  return StreamRef{known->kind, *number};
}

std::vector<FieldSource> field_sources(const spec::FeatureSpec& feature, bool streams) {
  std::vector<FieldSource> sources;
  for (const auto& field : feature.fields) {
    auto name = field.key.struct_key();
    auto stream = streams ? find_stream(name) : std::nullopt;
    sources.push_back({std::move(name), stream});
  }
  return sources;
}

bool uses_streams(const std::vector<FieldSource>& sources) {
  return std::ranges::any_of(sources, [](const auto& source) { return source.stream.has_value(); });
}

std::string describe(const FieldSource& source) {
  if (!source.stream) return "whole file";
  const auto* known = std::ranges::find(kKindNames, source.stream->kind, &KindName::kind);
  const auto name = known->kind == StreamKind::Video ? "video" : std::string(known->name);
  return name + " stream " + std::to_string(source.stream->number);
}

std::vector<std::string> container_versions(const std::vector<FieldSource>& sources,
                                            const std::vector<StreamDigest>& streams, const std::string& whole_file) {
  std::vector<std::string> versions;
  for (const auto& source : sources) {
    std::string version = source.stream ? std::string(kAbsent) : whole_file;
    int left = source.stream ? source.stream->number : 0;
    for (const auto& stream : streams)
      if (source.stream && stream.kind == source.stream->kind && --left == 0) version = stream.version;
    versions.push_back(std::move(version));
  }
  return versions;
}

}  // namespace metaxy::ingest
