// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>

#include "base/json.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "project/config_text.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::string format = "toml";
};

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.choice("-f,--format", given->format, {"toml", "json"}, "How to print (default: toml)");
  return [given](Context& context) {
    const Json config = project::without_secrets(parse_json(context.config().json, "configuration"));
    context.console().data(given->format == "json" ? config.dump(2) + "\n" : project::render_toml(config));
    return Exit::Done;
  };
}

}  // namespace

const Command kConfigPrintCommand = {
    .name = "config print",
    .summary = "Show the configuration in force",
    .details =
        "Merges the file, METAXY_* variables and defaults, in this order of rising precedence: defaults, file,\n"
        "variables. Passwords and other secrets are masked.",
    .examples =
        "mx config print\nmx config print --format json\nMETAXY_STORE=prod mx config print  # with another store",
    .declare = declare,
};

}  // namespace metaxy::cli
