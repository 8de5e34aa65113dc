// SPDX-License-Identifier: Apache-2.0
// What a command takes, bound to variables. Keeps the argument parser out of the commands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the name of somebody else
class App;
}

namespace metaxy::cli {

enum class Need { Required, Optional };

/// Declares arguments and options of one command; the variables must outlive parsing.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(&app) {}

  void argument(const std::string& name, std::string& value, Need need, const std::string& help);
  void arguments(const std::string& name, std::vector<std::string>& values, Need need, const std::string& help);
  void flag(const std::string& names, bool& value, const std::string& help);
  /// `--name` and `--no-name`.
  void toggle(const std::string& name, bool& value, const std::string& help);
  void text(const std::string& names, std::optional<std::string>& value, const std::string& placeholder,
            const std::string& help);
  void number(const std::string& names, std::optional<std::uint64_t>& value, const std::string& help);
  /// May be given several times.
  void list(const std::string& names, std::vector<std::string>& values, const std::string& placeholder,
            const std::string& help);
  /// One of `choices`; the variable's value is the default, empty for none.
  void choice(const std::string& names, std::string& value, const std::vector<std::string>& choices,
              const std::string& help);
  /// Options from here on come under this title in the help.
  void group(const std::string& title) { group_ = title; }

 private:
  CLI::App* app_;
  std::string group_ = "Options";
};

}  // namespace metaxy::cli
