// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include "base/text.hpp"

namespace metaxy::cli {

void Options::argument(const std::string& name, std::string& value, Need need, const std::string& help) {
  app_->add_option(name, value, help)->required(need == Need::Required)->option_text(" ");
}

void Options::arguments(const std::string& name, std::vector<std::string>& values, Need need, const std::string& help) {
  app_->add_option(name, values, help)->required(need == Need::Required)->option_text(" ");
}

void Options::flag(const std::string& names, bool& value, const std::string& help) {
  app_->add_flag(names, value, help)->group(group_);
}

void Options::toggle(const std::string& name, bool& value, const std::string& help) {
  app_->add_flag("--" + name + ",!--no-" + name, value, help + (value ? " (default: yes)" : " (default: no)"))
      ->group(group_);
}

void Options::text(const std::string& names, std::optional<std::string>& value, const std::string& placeholder,
                   const std::string& help) {
  app_->add_option(names, value, help)->option_text(placeholder)->group(group_);
}

void Options::number(const std::string& names, std::optional<std::uint64_t>& value, const std::string& help) {
  auto* option = app_->add_option(names, value, help)->option_text("N")->group(group_);
  option->check(CLI::Validator(
      [](std::string& given) {
        constexpr std::size_t kMostDigits = 18;
        const bool number =
            !given.empty() && given.size() <= kMostDigits && given.find_first_not_of("0123456789") == std::string::npos;
        return number ? std::string() : quote(given) + " is no whole number";
      },
      ""));
}

void Options::list(const std::string& names, std::vector<std::string>& values, const std::string& placeholder,
                   const std::string& help) {
  app_->add_option(names, values, help)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->option_text(placeholder + " ...")
      ->group(group_);
}

void Options::choice(const std::string& names, std::string& value, const std::vector<std::string>& choices,
                     const std::string& help) {
  auto* option = app_->add_option(names, value, help)->option_text(join(choices, "|"))->group(group_);
  option->check(CLI::Validator(
      [choices](std::string& given) {
        for (const std::string& choice : choices)
          if (choice == given) return std::string();
        const std::string hint = did_you_mean(given, choices);
        return quote(given) + " is none of " + join(choices, ", ") + (hint.empty() ? "" : "; " + hint);
      },
      ""));
}

}  // namespace metaxy::cli
