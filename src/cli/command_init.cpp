// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "base/json.hpp"
#include "base/system_remedy.hpp"
#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/output_file.hpp"
#include "project/project_name.hpp"

namespace metaxy::cli {

namespace {

constexpr std::string_view kConfig = R"toml(# Settings of a metaxy project. `mx config print` shows what is in force.

# Features of this project are versioned and listed under this name.
project = {project}

# The store that commands use unless they are told otherwise by --store.
store = "dev"

# Where features are declared, relative to this file.
features = ["features/*.toml"]

# A DuckDB file of its own, made when something is first written.
[stores.dev]
type = "duckdb"

[stores.dev.config]
database = "metaxy.duckdb"
)toml";

constexpr std::string_view kFeatures = R"toml(# Two features to begin with: raw videos, and what is computed from them.

[features."video/raw"]
description = "Videos as they arrive"
id_columns = ["path"]

# A field is a part with a version of its own: replacing the sound leaves `frames` as it was.
[features."video/raw".fields]
audio = "1"
frames = "1"

[features."video/loudness"]
description = "How loud a video is"
id_columns = ["path"]
deps = ["video/raw"]

# Only what reads `audio` is computed again when the sound changes. Raise the code version when the code changes.
[features."video/loudness".fields.loudness]
code_version = "1"
deps = ["video/raw.audio"]
)toml";

struct Given {
  std::string folder = ".";
  std::optional<std::string> project;
};

// A project is named after its folder when that is a possible name.
std::string name_of(const std::filesystem::path& folder) {
  std::string name = std::filesystem::weakly_canonical(folder).filename().string();
  for (char& c : name)
    if (std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-").find(c) ==
        std::string_view::npos)
      c = '-';
  return name.find_first_not_of('-') == std::string::npos ? "example" : name;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed)
    throw Error(ErrorCode::Io, "cannot make the folder " + quote(folder.string()) + ": " + failed.message(),
                system_remedy(failed.value()));
}

Exit init_project(Context& context, const Given& given) {
  const std::filesystem::path folder(given.folder);
  const std::string project = given.project.value_or(name_of(folder));
  if (const auto fault = project::project_name_fault(project))
    throw Error(ErrorCode::InvalidArgument, "project name " + quote(project) + ": " + *fault,
                "choose another: mx init --project NAME");
  std::string config(kConfig);
  constexpr std::string_view kHole = "{project}";
  config.replace(config.find(kHole), kHole.size(), dump_compact(project));
  for (const std::filesystem::path& file : {folder / "metaxy.toml", folder / "features" / "example.toml"})
    if (std::filesystem::exists(file))
      throw Error(ErrorCode::AlreadyExists, quote(file.string()) + " exists already; nothing was changed",
                  "choose another folder: mx init DIR");
  make_folder(folder / "features");
  create_file(folder / "metaxy.toml", config);
  create_file(folder / "features" / "example.toml", kFeatures);
  Console& console = context.console();
  console.remark("wrote " + quote((folder / "metaxy.toml").string()) + " and " +
                 quote((folder / "features" / "example.toml").string()));
  console.remark("next: mx lint, mx list features, mx graph render");
  return Exit::Done;
}

Action declare(Options& options) {
  auto given = std::make_shared<Given>();
  options.argument("DIR", given->folder, Need::Optional, "Folder of the new project (default: the present one)");
  options.text("--project", given->project, "NAME", "Name of the project (default: the folder's)");
  return [given](Context& context) { return init_project(context, *given); };
}

}  // namespace

const Command kInitCommand = {
    .name = "init",
    .summary = "Begin a project: a configuration and an example of features",
    .details = "Writes metaxy.toml and features/example.toml with comments. Never overwrites anything.",
    .examples = "mx init\nmx init videos --project videos",
    .declare = declare,
};

}  // namespace metaxy::cli
