// SPDX-License-Identifier: Apache-2.0
#include "ingest/read_file.hpp"

#include <algorithm>

#include <metaxy/error.hpp>

#include "ingest/file_digest.hpp"
#include "ingest/stream_digest.hpp"

namespace metaxy::ingest {

std::vector<std::string> FileReader::versions_of(const OpenFile& file, const std::string& media_type,
                                                 const std::stop_token& stop) const {
  const auto streams = uses_streams(sources_) ? stream_digests(file, media_type, stop) : std::nullopt;
  if (!streams || streams->empty()) return {sources_.size(), file_digest(file, stop)};
  const bool needs_whole = std::ranges::any_of(sources_, [](const auto& source) { return !source.stream; });
  return container_versions(sources_, *streams, needs_whole ? file_digest(file, stop) : "");
}

FileFacts FileReader::read(const std::string& location, const std::stop_token& stop) const {
  const OpenFile file(location);
  FileFacts facts;
  facts.stamp = file.stamp();
  facts.media_type = media_types_.of(file);
  facts.versions = versions_of(file, facts.media_type, stop);
  if (file.stamp() != facts.stamp)
    throw Error(ErrorCode::Io, "changed while it was read", "run ingest again when nobody writes it");
  return facts;
}

}  // namespace metaxy::ingest
