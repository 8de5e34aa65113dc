// SPDX-License-Identifier: Apache-2.0
// A pipeline in one program: features, a store, an increment, its processing, and the proof that nothing is left.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>

#include <metaxy/metaxy.hpp>

namespace fs = std::filesystem;
using metaxy::FeatureKey;
using metaxy::project::TableFormat;

constexpr auto kConfig = R"(
project = "notes"
store = "dev"
features = ["features.toml"]
stores.dev = { type = "duckdb", config = { database = "notes.duckdb" } }
)";
constexpr auto kFeatures = R"(
features."note/text" = { id = "note" }
features."note/words" = { id = "note", deps = ["note/text"], fields = { count = "1" } }
)";
constexpr auto kNotes = R"({"note": "a", "text": "to be or not to be", "metaxy_provenance_by_field": {"default": "v1"}}
{"note": "b", "text": "so it goes", "metaxy_provenance_by_field": {"default": "v1"}}
)";

void put(const fs::path& file, std::string_view text) { std::ofstream(file) << text; }

/// Adds a column `words` to each JSON line: the number of words in its text.
std::string count_words(const fs::path& file) {
  std::ifstream in(file);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    std::smatch text;
    std::regex_search(line, text, std::regex(R"("text":\s*"([^"]*)")"));
    const std::string value = text[1];
    const auto words = std::count(value.begin(), value.end(), ' ') + 1;
    out += line.substr(0, line.rfind('}')) + ", \"words\": " + std::to_string(words) + "}\n";
  }
  return out;
}

int main() {
  const fs::path folder = fs::temp_directory_path() / "metaxy_notes";
  fs::remove_all(folder);
  fs::create_directories(folder);
  put(folder / "metaxy.toml", kConfig);
  put(folder / "features.toml", kFeatures);
  put(folder / "notes.jsonl", kNotes);
  const auto rows_of = [&](const char* name) { return metaxy::project::read_table(folder / name, TableFormat::JsonLines); };
  const auto text = FeatureKey::parse("note/text"), words = FeatureKey::parse("note/words");

  auto store = metaxy::Project::load(folder / "metaxy.toml").open(metaxy::Project::Access::Write);
  const auto resolve = [&](const char* name) {
    return metaxy::project::write_table(store.resolve_update(words).rows, folder / name, TableFormat::JsonLines);
  };
  store.write(text, rows_of("notes.jsonl"), {.coerce = true});
  const auto todo = resolve("todo.jsonl");
  put(folder / "done.jsonl", count_words(folder / "todo.jsonl"));
  store.write(words, rows_of("done.jsonl"), {.coerce = true});
  const auto left = resolve("left.jsonl");
  std::cout << todo << " samples computed, " << left << " left\n";
  return todo == 2 && left == 0 ? 0 : 1;
}
