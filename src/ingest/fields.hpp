// SPDX-License-Identifier: Apache-2.0
// Which part of a file versions which field of a feature (docs/ingest.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/spec.hpp>

#include "ingest/stream_digest.hpp"

namespace metaxy::ingest {

/// The version of a field whose stream a container lacks.
inline constexpr std::string_view kAbsent = "absent";

/// The n-th stream of a kind, counted from 1.
struct StreamRef {
  StreamKind kind = StreamKind::Video;
  int number = 1;
  bool operator==(const StreamRef&) const = default;
};

/// Where one field's version comes from.
struct FieldSource {
  std::string field;                ///< member of the by-field columns
  std::optional<StreamRef> stream;  ///< absent: the whole file
  bool operator==(const FieldSource&) const = default;
};

/// The stream that a field name stands for: `frames` or `video`, `audio`, `subtitles`, `picture`, `data`,
/// `attachment`, with `_2`, `_3` … for further streams of the kind.
std::optional<StreamRef> find_stream(std::string_view field);

/// In the feature's order. Every field takes the whole file unless `streams` and its name stands for a stream.
std::vector<FieldSource> field_sources(const spec::FeatureSpec& feature, bool streams);
bool uses_streams(const std::vector<FieldSource>& sources);
/// For people: `audio stream 1`, `whole file`.
std::string describe(const FieldSource& source);

/// Versions of a container's fields, in the order of `sources`. Requires: `whole_file` when a source needs it.
std::vector<std::string> container_versions(const std::vector<FieldSource>& sources,
                                            const std::vector<StreamDigest>& streams, const std::string& whole_file);

}  // namespace metaxy::ingest
