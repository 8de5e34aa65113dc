// SPDX-License-Identifier: Apache-2.0
// Which fields of a stale sample must be recomputed, and why.
#pragma once

#include "lineage/increment.hpp"

namespace metaxy::lineage {

/// Reasons, as text in results.
inline constexpr std::string_view kReasonCode = "code";            ///< another code version of the field
inline constexpr std::string_view kReasonUpstream = "upstream";    ///< the definition of something that it reads
inline constexpr std::string_view kReasonData = "data";            ///< the data versions that it reads
inline constexpr std::string_view kReasonPredicate = "predicate";  ///< a staleness predicate, and nothing else

/// A by-field value with the reason for each stale field and NULL for fields that can be carried over. `previous` names
/// the column with the stored row; the expected provenance stands beside it.
rel::ExprPtr stale_fields(const Own& own, const std::string& previous);

/// The same for samples that are not stale: NULL, of the same type.
rel::ExprPtr no_stale_fields(const std::vector<spec::FieldKey>& fields);

}  // namespace metaxy::lineage
