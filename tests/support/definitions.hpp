// SPDX-License-Identifier: Apache-2.0
// Short ways to write definitions in tests.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <metaxy/error.hpp>
#include <metaxy/spec.hpp>

#include "support/errors.hpp"

namespace metaxy::test {

inline spec::FieldSpec field(const std::string& key, std::string code_version = "1") {
  return {.key = spec::FieldKey::parse(key), .code_version = std::move(code_version)};
}

inline spec::FieldSpec all_field(const std::string& key, std::string code_version) {
  return {.key = spec::FieldKey::parse(key), .code_version = std::move(code_version), .deps = spec::All{}};
}

inline spec::FieldDep field_dep(const std::string& feature, const std::vector<std::string>& fields) {
  std::vector<spec::FieldKey> keys;
  for (const auto& name : fields) keys.push_back(spec::FieldKey::parse(name));
  return {.feature = spec::FeatureKey::parse(feature), .fields = std::move(keys)};
}

inline spec::FeatureDep dep(const std::string& feature) { return {.feature = spec::FeatureKey::parse(feature)}; }

inline spec::FeatureDefinition feature(const std::string& key, std::vector<spec::FieldSpec> fields,
                                       std::vector<spec::FeatureDep> deps = {}) {
  spec::FeatureSpec made{.key = spec::FeatureKey::parse(key), .id_columns = {"id"}};
  made.deps = std::move(deps);
  made.fields = std::move(fields);
  return {.spec = std::move(made), .project = "demo"};
}

/// Old and new names, or field keys and versions.
using Names = std::map<std::string, std::string>;

/// Faults as `subject: message`, sorted.
inline std::vector<std::string> lines(const std::vector<Fault>& faults) {
  std::vector<std::string> out;
  for (const auto& fault : faults) out.push_back(fault.subject + ": " + fault.message);
  std::ranges::sort(out);
  return out;
}

}  // namespace metaxy::test
