// SPDX-License-Identifier: Apache-2.0
#include "ingest/ingest.hpp"

#include "ingest/feature_samples.hpp"

namespace metaxy::ingest {

Report ingest(ops::MetadataStore& store, const spec::FeatureKey& feature, const std::filesystem::path& folder,
              const Options& options) {
  const auto& spec = store.graph().get(feature).spec;
  const auto fields = field_sources(spec, options.streams);
  FeatureSamples samples(store, spec, fields);
  return ingest(samples, fields, folder, options);
}

}  // namespace metaxy::ingest
