// SPDX-License-Identifier: Apache-2.0
// Pre-images of sample-level versions as expressions (docs/format.md); `ops` shows the same ones to people.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <metaxy/graph.hpp>
#include <metaxy/hash.hpp>

#include "rel/relation.hpp"

namespace metaxy::lineage {

/// A pre-image: raw bytes and places where a value is put in.
template <class Value>
using PreimageParts = std::vector<std::variant<std::string, Value>>;

/// Raw text and values (indices into the field's parents) of a field's provenance.
PreimageParts<std::size_t> field_preimage(const graph::PlanField& field, hash::Format format);

/// Raw text and values (indices into `fields` as given) of a sample's provenance; one value alone in format 1 means
/// that the sample's provenance is that field's.
PreimageParts<std::size_t> sample_preimage(const std::vector<spec::FieldKey>& fields, hash::Format format);

/// Digest expression for parts whose values are looked up by `value`.
rel::ExprPtr digest_of(const PreimageParts<std::size_t>& parts, const hash::Settings& settings,
                       const std::function<rel::ExprPtr(std::size_t)>& value);

/// A sample's provenance (or data version) from its fields' values, given in the order of `fields`.
rel::ExprPtr sample_version(const std::vector<spec::FieldKey>& fields, const hash::Settings& settings,
                            const std::function<rel::ExprPtr(std::size_t)>& value);

/// Keys of a plan's fields, in declaration order.
std::vector<spec::FieldKey> keys_of(const std::vector<graph::PlanField>& fields);

/// Rows with `columns` and the four version columns. `value`: the data version of an upstream's field in a row.
rel::RelPtr add_versions(rel::RelPtr rows, const graph::FeaturePlan& plan, const hash::Settings& settings,
                         const std::vector<std::string>& columns,
                         const std::function<rel::ExprPtr(const graph::FieldRef&)>& value);

/// Bytes of a pre-image with its values filled in; absent when format 0 makes it NULL.
std::optional<std::string> preimage_bytes(const PreimageParts<std::size_t>& parts, hash::Format format,
                                          const std::function<std::optional<std::string>(std::size_t)>& value);

}  // namespace metaxy::lineage
