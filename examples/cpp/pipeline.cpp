// SPDX-License-Identifier: Apache-2.0
// A pipeline in one program: features, a store, an increment, its processing, and the proof that nothing is left.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <metaxy/metaxy.hpp>
#include <regex>

namespace fs = std::filesystem;
using metaxy::FeatureKey;
using metaxy::Project;
using metaxy::project::TableFormat;

constexpr auto kConfig = R"(project = "notes"
store = "dev"
features = ["features.toml"]
stores.dev = { type = "duckdb", config = { database = "notes.duckdb" } }
)";
constexpr auto kFeatures = R"(features."note/text" = { id = "note" }
features."note/words" = { id = "note", deps = ["note/text"], fields = { count = "1" } }
)";
constexpr auto kNotes = R"({"note": "a", "text": "to be or not to be", "metaxy_provenance_by_field": {"default": "v1"}}
{"note": "b", "text": "so it goes", "metaxy_provenance_by_field": {"default": "v1"}}
)";

void put(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }

/// Every row with one more column: the number of words of its text.
std::string count_words(const fs::path& rows) {
  std::ifstream in(rows);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    std::smatch text;
    std::regex_search(line, text, std::regex(R"re("text": *"([^"]*)")re"));
    const auto words = std::count(text[1].first, text[1].second, ' ') + 1;
    out += line.substr(0, line.rfind('}')) + ",\"words\":" + std::to_string(words) + "}\n";
  }
  return out;
}

int main() {
  const fs::path folder = fs::temp_directory_path() / "metaxy_notes";
  fs::remove_all(folder);
  fs::create_directories(folder);
  const fs::path notes = folder / "notes.jsonl", todo = folder / "todo.jsonl", done = folder / "done.jsonl";
  put(folder / "metaxy.toml", kConfig);
  put(folder / "features.toml", kFeatures);
  put(notes, kNotes);
  const auto text = FeatureKey::parse("note/text"), words = FeatureKey::parse("note/words");

  auto store = Project::load(folder / "metaxy.toml").open(Project::Access::Write);
  store.write(text, metaxy::project::read_table(notes, TableFormat::JsonLines), {.coerce = true});
  const auto found = metaxy::project::write_table(store.resolve_update(words).rows, todo, TableFormat::JsonLines);
  put(done, count_words(todo));
  store.write(words, metaxy::project::read_table(done, TableFormat::JsonLines), {.coerce = true});
  const auto left = metaxy::project::write_table(store.resolve_update(words).rows, todo, TableFormat::JsonLines);
  std::cout << found << " samples computed, " << left << " left\n";
  return found == 2 && left == 0 ? 0 : 1;
}
