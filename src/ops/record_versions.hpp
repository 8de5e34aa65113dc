// SPDX-License-Identifier: Apache-2.0
// Provenance and data versions of written rows: as given, or computed.
#pragma once

#include <vector>

#include <metaxy/ops.hpp>
#include <metaxy/spec.hpp>

#include "rel/relation.hpp"
#include "store/session.hpp"

namespace metaxy::ops {

/// The four version columns of records made from rows with columns `given` (among them provenance by field).
/// Provenance is kept, that of the sample computed when it lacks. A data version counts as given by the user when it is
/// another than the provenance, which `resolve_update` hands out: one of a field is kept, one of the sample is kept and
/// counts for every field when none has one of its own; the rest is computed. Under the reference's rules
/// (spec/03 §4) a sample's data version that comes without those of fields is replaced.
std::vector<rel::Named> version_columns(const spec::FeatureSpec& spec, const store::TableSchema& given,
                                        const Rules& rules);

/// TRUE for records whose provenance is not made of that of their fields.
rel::ExprPtr contradicts_provenance(const spec::FeatureSpec& spec, const hash::Settings& settings);

/// TRUE for records whose data version contradicts those of its fields: neither made of them nor the same for each.
rel::ExprPtr contradicts_fields(const spec::FeatureSpec& spec, const hash::Settings& settings);

}  // namespace metaxy::ops
