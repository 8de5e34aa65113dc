// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/program.hpp"

namespace metaxy::cli {

namespace {

struct Given {
  std::vector<std::string> words;
  bool markdown = false;
};

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.arguments("COMMAND", given->words, Need::Optional, "Command to explain");
  options.flag("--markdown", given->markdown, "The help of all commands as one Markdown page");
  return [given](Context& context) {
    context.console().data(given->markdown ? render_markdown() : render_help(given->words));
    return Exit::Done;
  };
}

}  // namespace

const Command kHelpCommand = {
    .name = "help",
    .summary = "Explain a command",
    .details = "",
    .examples = "mx help\nmx help graph render\nmx help --markdown > docs/cli.md",
    .declare = declare,
};

}  // namespace metaxy::cli
