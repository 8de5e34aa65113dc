// SPDX-License-Identifier: Apache-2.0
// The cases and the documents' examples that tests/schemas/check_schemas.py holds against the JSON Schemas.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include <metaxy/project.hpp>

#include "project/toml_text.hpp"
#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

const std::filesystem::path kVectors = METAXY_VECTORS_DIR;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Case {
  std::string name;
  std::string text;
  bool accepted;
};

std::vector<Case> cases(const std::string& kind, const std::string& document) {
  std::vector<Case> out;
  Faults faults;
  const auto root = parse_toml(text_of(kVectors / "toml" / (kind + ".toml")), kind, faults);
  for (const auto& node : *(*root)["case"].as_array()) {
    const auto& table = *node.as_table();
    out.push_back(
        {*table["name"].value<std::string>(), *table["text"].value<std::string>(), *table["accepted"].value<bool>()});
  }
  const std::string text = text_of(kVectors.parent_path().parent_path() / "docs" / document);
  const std::string open = "\n```toml\n";
  std::size_t examples = 0;
  for (std::size_t at = text.find(open); at != text.npos; at = text.find(open, at)) {
    at += open.size();
    out.push_back(
        {document + ", example " + std::to_string(++examples), text.substr(at, text.find("\n```", at) + 1 - at), true});
  }
  EXPECT_GT(examples, 0u);
  return out;
}

TEST(ExampleFiles, FeatureFilesAreAcceptedAndRefused) {
  for (const Case& one : cases("features", "features.md")) {
    Faults faults;
    parse_feature_file(one.text, "f.toml", "p", faults);
    EXPECT_EQ(faults.empty(), one.accepted) << one.name << testing::PrintToString(texts(faults.items()));
  }
}

TEST(ExampleFiles, ConfigurationsAreAcceptedAndRefused) {
  for (const Case& one : cases("metaxy", "configuration.md")) {
    const Folder folder;
    folder.write("project/metaxy.toml", one.text);
    folder.write("metaxy.base.toml", "project = \"base\"");
    std::string refused;
    try {
      load_config(std::nullopt, folder.path() / "project", {});
    } catch (const Error& error) {
      refused = error.what();
    }
    EXPECT_EQ(refused.empty(), one.accepted) << one.name << ": " << refused;
  }
}

// Examples of docs/features.md that stand alone must make a graph, too.
TEST(ExampleFiles, ExamplesOfTheDocumentMakeGraphs) {
  for (const Case& one : cases("features", "features.md")) {
    if (!one.name.starts_with("features.md")) continue;
    EXPECT_GT(Project(Config{}, parsed(one.text)).graph().size(), 0u) << one.name;
  }
}

}  // namespace
}  // namespace metaxy::project
