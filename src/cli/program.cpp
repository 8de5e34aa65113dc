// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <signal.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "cli/context.hpp"
#include "cli/error_report.hpp"

namespace metaxy::cli {

namespace {

constexpr std::string_view kAbout = "metaxy finds out which samples must be computed, or computed again, and why.\n";

// A command with its parser; options are bound to variables that `action` and `globals` own.
struct Parser {
  explicit Parser(const Command& which) : command(&which), app(std::string(which.summary)) {
    app.name("mx " + std::string(which.name));
    if (!which.details.empty()) app.description(fmt::format("{}.\n\n{}\n", which.summary, which.details));
    if (which.details.empty()) app.description(fmt::format("{}.\n", which.summary));
    app.set_help_flag();  // comes last, with its group
    std::string examples = "Examples:";
    for (const std::string& line : split(trim(which.examples), '\n')) examples += "\n  " + std::string(trim(line));
    app.footer(examples);
    Options options(app);
    action = which.declare(options);
    options.group("Global options");
    options.text("--config-file", globals.config_file, "FILE",
                 "Configuration to use instead of the metaxy.toml found upwards");
    if (which.name != "init") options.text("--project", globals.project, "NAME", "Project whose features are meant");
    options.flag("--all-projects", globals.all_projects, "Features of every project");
    options.flag("-q,--quiet", globals.quiet, "Print data and errors only");
    options.flag("--no-color", globals.no_color, "No colours (also: NO_COLOR=1)");
    app.set_help_flag("-h,--help", "Print this help")->group("Global options");
    app.get_formatter()->column_width(34);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  const Command* command;
  CLI::App app;
  Globals globals;
  Action action;
};

std::vector<std::string> words_of(const Command& command) { return split(command.name, ' '); }

const Command* find_command(std::string_view name) {
  for (const Command* command : commands())
    if (command->name == name || (!command->alias.empty() && command->alias == name)) return command;
  return nullptr;
}

bool is_group(std::string_view word) {
  const std::string prefix = std::string(word) + " ";
  return std::any_of(commands().begin(), commands().end(), [&](const Command* command) {
    return command->name.substr(0, prefix.size()) == prefix || command->alias.substr(0, prefix.size()) == prefix;
  });
}

std::vector<std::string> known_words(const std::string& group) {
  std::vector<std::string> out;
  for (const Command* command : commands()) {
    const auto words = words_of(*command);
    if (group.empty() && std::find(out.begin(), out.end(), words[0]) == out.end()) out.push_back(words[0]);
    if (!group.empty() && words.size() == 2 && words[0] == group) out.push_back(words[1]);
  }
  return out;
}

// Where the next command word is, options before it left out.
std::optional<std::size_t> find_word(const std::vector<std::string>& arguments, std::size_t from) {
  for (std::size_t i = from; i < arguments.size(); ++i) {
    if (arguments[i] == "--config-file" || arguments[i] == "--project")
      ++i;
    else if (arguments[i].empty() || arguments[i][0] != '-')
      return i;
  }
  return std::nullopt;
}

struct Selected {
  const Command* command = nullptr;    // null: only help or version can be meant
  std::vector<std::string> words;      // the command's, as far as given
  std::vector<std::string> arguments;  // everything else
};

[[noreturn]] void throw_unknown(const std::string& group, const std::string& word) {
  const auto known = known_words(group);
  std::string hint = did_you_mean(word, known);
  if (hint.empty()) hint = known.empty() ? "see `mx --help`" : "commands: " + join(known, ", ");
  throw UsageError(fmt::format("{} is no command{}", quote(word), group.empty() ? "" : " of `mx " + group + "`"), hint);
}

// The words of a command come off here and not in the parser, which would take arguments for commands.
Selected select_command(std::vector<std::string> arguments) {
  Selected out;
  const auto first = find_word(arguments, 0);
  if (first) {
    out.words.push_back(arguments[*first]);
    arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(*first));
    out.command = find_command(out.words[0]);
    if (!out.command && !is_group(out.words[0])) throw_unknown("", out.words[0]);
    const auto second = out.command ? std::nullopt : find_word(arguments, *first);
    if (second) {
      out.words.push_back(arguments[*second]);
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(*second));
      out.command = find_command(join(out.words, " "));
      if (!out.command) throw_unknown(out.words[0], out.words[1]);
    }
  }
  out.arguments = std::move(arguments);
  return out;
}

bool contains(const std::vector<std::string>& arguments, std::string_view name) {
  return std::find(arguments.begin(), arguments.end(), name) != arguments.end();
}

// Errors can occur before options are parsed; how to print them must be known all the same.
bool wants_json(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--format=json" || argument == "-f=json" || argument == "-fjson" || argument == "--json")
      return true;
    if ((argument == "--format" || argument == "-f") && i + 1 < arguments.size() && arguments[i + 1] == "json")
      return true;
  }
  return false;
}

std::string usage_hint(const Parser& parser) { return fmt::format("see `mx {} --help`", parser.command->name); }

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

[[noreturn]] void throw_unexpected(const Parser& parser, const std::vector<std::string>& left) {
  for (const std::string& argument : left) {
    if (argument.size() < 2 || argument[0] != '-') continue;
    const std::string name = argument.substr(0, argument.find('='));
    const std::string near = did_you_mean(name, option_names(parser.app));
    throw UsageError(fmt::format("`mx {}` has no option {}", parser.command->name, quote(name)),
                     near.empty() ? usage_hint(parser) : near);
  }
  std::vector<std::string> quoted;
  for (const std::string& argument : left) quoted.push_back(quote(argument));
  throw UsageError(fmt::format("`mx {}` does not know what to do with {}", parser.command->name, join(quoted, " ")),
                   usage_hint(parser));
}

// False: help was asked for.
bool parse(Parser& parser, std::vector<std::string> arguments) {
  std::reverse(arguments.begin(), arguments.end());
  try {
    parser.app.parse(arguments);
    return true;
  } catch (const CLI::CallForHelp&) {
    return false;
  } catch (const CLI::ExtrasError&) {
    throw_unexpected(parser, parser.app.remaining());
  } catch (const CLI::RequiredError& error) {
    const std::string what = error.what();
    const std::string name = what.substr(0, what.find(" is required"));
    throw UsageError(fmt::format("`mx {}` needs {}", parser.command->name, name), usage_hint(parser));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what(), usage_hint(parser));
  }
}

void print_error(Console& console, const Error& error, bool json) {
  if (json) {
    console.data(dump_compact(error_json(error)) + "\n");
    return;
  }
  const std::string label = error.code() == ErrorCode::Internal ? "internal error" : "error";
  console.complain(console.on_remark(label + ":", Style::Red) + " " + error.what());
}

Exit dispatch(const std::vector<std::string>& arguments, Console& console) {
  Selected selected = select_command(arguments);
  if (!selected.command) {
    if (selected.words.empty() && contains(arguments, "--version")) {
      console.data(METAXY_VERSION "\n");
      return Exit::Done;
    }
    for (const std::string& argument : selected.arguments)
      if (argument != "-h" && argument != "--help")
        throw UsageError(fmt::format("`mx` has no option {} before a command", quote(argument)), "see `mx --help`");
    console.data(render_help(selected.words));
    return Exit::Done;
  }
  Parser parser(*selected.command);
  if (!parse(parser, selected.arguments)) {
    console.data(render_help(words_of(*selected.command)));
    return Exit::Done;
  }
  console.set({.quiet = parser.globals.quiet, .colour = !parser.globals.no_color});
  Context context(console, parser.globals);
  return parser.action(context);
}

// Everything that an operation can throw, as an Error. `current` must be handled inside a catch.
Error translate_current() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ErrorCode::Io, "out of memory", "set a memory limit for the store, or take fewer rows at once");
  } catch (const std::filesystem::filesystem_error& error) {
    return Error(ErrorCode::Io, error.what());
  } catch (const std::system_error& error) {
    return Error(ErrorCode::Io, error.what());
  } catch (const std::exception& error) {
    return Error(ErrorCode::Internal, error.what(), "this is a defect of metaxy; please report it");
  } catch (...) {
    return Error(ErrorCode::Internal, "an unknown exception", "this is a defect of metaxy; please report it");
  }
}

// A closed standard output (`mx read x | head`) is no error, and nobody is there to be told.
bool output_is_gone(const Error& error) {
  return error.code() == ErrorCode::Io && error.message().find(std::strerror(EPIPE)) != std::string::npos;
}

Exit report(const Error& error, Exit exit, Console& console, bool json) {
  if (output_is_gone(error)) _exit(128 + SIGPIPE);
  json = json && console.take_back();  // a document that was begun says itself what went wrong
  const bool interrupted = error.code() == ErrorCode::Cancelled;
  if (interrupted && !json)
    console.complain("interrupted");
  else
    print_error(console, error, json);
  return interrupted ? Exit::Interrupted : exit;
}

}  // namespace

Exit run(const std::vector<std::string>& arguments) {
  signal(SIGPIPE, SIG_DFL);
  Console console;
  const bool json = wants_json(arguments);
  Exit exit = Exit::Failed;
  try {
    exit = dispatch(arguments, console);
    console.flush();
  } catch (const UsageError& error) {
    exit = report(error, Exit::Usage, console, json);
  } catch (...) {
    exit = report(translate_current(), Exit::Failed, console, json);
  }
  try {
    console.flush();
  } catch (const Error& error) {
    console.complain(std::string("error: ") + error.what());
    return Exit::Failed;
  }
  return exit;
}

namespace {

std::string list_commands(const std::string& group) {
  std::string out;
  for (const Command* command : commands()) {
    const std::string name(command->name);
    if (!group.empty() && name.substr(0, group.size() + 1) != group + " ") continue;
    out += fmt::format("  {:<18}{}\n", name, command->summary);
  }
  return out;
}

}  // namespace

std::string render_help(const std::vector<std::string>& words) {
  if (words.empty())
    return fmt::format(
        "{}\nUsage: mx COMMAND [OPTIONS]\n\nCommands:\n{}\n"
        "`mx COMMAND --help` explains a command and shows examples; `mx --version` prints the version.\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 work is pending (where asked for), 130 interrupted.\n",
        kAbout, list_commands(""));
  const Command* command = find_command(join(words, " "));
  if (command) {
    std::string help = Parser(*command).app.help();
    for (std::size_t at = help.find("\n\n\n"); at != std::string::npos; at = help.find("\n\n\n")) help.erase(at, 1);
    return help;
  }
  if (words.size() == 1 && is_group(words[0]) && !known_words(words[0]).empty())
    return fmt::format("Usage: mx {} COMMAND [OPTIONS]\n\nCommands:\n{}", words[0], list_commands(words[0]));
  if (words.size() > 1 && is_group(words[0])) throw_unknown(words[0], words[1]);
  throw_unknown("", words[0]);
}

std::string render_markdown() {
  std::string out = "# The command line tool `mx`\n\nMade by `mx help --markdown`; do not edit.\n\n```text\n" +
                    render_help({}) + "```\n";
  for (const Command* command : commands())
    out += fmt::format("\n## mx {}\n\n```text\n{}```\n", command->name, render_help(words_of(*command)));
  return out;
}

}  // namespace metaxy::cli
