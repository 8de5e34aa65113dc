// SPDX-License-Identifier: Apache-2.0
// Features that Python code declares: Python is started once to tell them, and only when there is such code.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <metaxy/project.hpp>

#include "project/python_environment.hpp"

namespace metaxy::project {

class PythonFeatures {
 public:
  /// Looks for what declares features in Python; starts nothing.
  static PythonFeatures find(const Config& config, const Environment& environment, const Loading& loading);

  /// What declares them, for messages; absent: nothing does.
  const std::optional<std::string>& declared_by() const { return declared_by_; }

  /// The definitions. `folder`: where modules are looked for first. Requires: `declared_by`. Throws: NotFound (no
  /// Python, or one without metaxy), InvalidSpec (the code fails), Cancelled.
  std::vector<spec::FeatureDefinition> load(const Config& config, const std::filesystem::path& folder) const;

 private:
  std::optional<std::string> declared_by_;
  PythonEnvironment python_;
  Environment environment_;
  std::function<Watch()> watch_;
};

/// Adds definitions of code to those of files. One of the same key takes the place of an external one; Python has
/// refused those that cannot.
void add_definitions(std::vector<spec::FeatureDefinition>& known, std::vector<spec::FeatureDefinition> found);

}  // namespace metaxy::project
