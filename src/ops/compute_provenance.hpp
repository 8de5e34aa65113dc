// SPDX-License-Identifier: Apache-2.0
// Versions of rows that a caller joined by itself.
#pragma once

#include <string>

#include <metaxy/ops.hpp>

namespace metaxy::ops {

/// Adds the four version columns to rows that carry, for every dependency, its data versions by field in
/// `metaxy_data_version_by_field` and the upstream's column suffix; those and the upstreams' provenance are left out.
/// Throws: NotFound (unknown feature), SchemaMismatch naming the columns that are missing.
arrow::Stream compute_provenance(MetadataStore& store, const FeatureKey& feature, arrow::Stream rows,
                                 const Watch& watch = {});

/// Adds the version of a sample, made from the members of a by-field column. Throws: NotFound, SchemaMismatch.
arrow::Stream add_sample_version(MetadataStore& store, const FeatureKey& feature, arrow::Stream rows,
                                 const std::string& by_field, const std::string& version, const Watch& watch = {});

}  // namespace metaxy::ops
