// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: every file of the folders given, then mutations of them that are the same in
// every run: METAXY_MUTATIONS of them, 1000 otherwise. A target reports a broken invariant by an exception.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMutations = 1000;

bool holds(const std::string& input) {
  try {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    return true;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\ninput, %zu bytes in hexadecimal:\n", error.what(), input.size());
    for (char c : input) std::fprintf(stderr, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    std::fprintf(stderr, "\n");
    return false;
  }
}

std::vector<std::string> read_inputs(int count, char** paths) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(paths[i])) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const auto& path : files) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& inputs) : inputs_(inputs) {}

  std::string next() {
    std::string input = any();
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) edit(input);
    return input;
  }

 private:
  // Not a distribution of the standard library: those differ between its makers.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }
  const std::string& any() { return inputs_[below(inputs_.size())]; }

  void edit(std::string& input) {
    std::size_t at = below(input.size() + 1);
    switch (below(5)) {
      case 0: input.insert(at, 1, static_cast<char>(below(256))); break;
      case 1: input.erase(at, 1 + below(4)); break;
      case 2:
        if (at < input.size()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
        break;
      case 3: input.insert(at, input.substr(below(input.size()), below(12))); break;
      default: {
        const std::string& other = any();
        input.insert(at, other.substr(below(other.size()), below(24)));
      }
    }
  }

  const std::vector<std::string>& inputs_;
  std::mt19937_64 random_{20250131};
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> inputs = read_inputs(argc, argv);
  if (inputs.empty()) {
    std::fprintf(stderr, "usage: %s FOLDER…, with at least one input file\n", argv[0]);
    return 2;
  }
  bool good = std::all_of(inputs.begin(), inputs.end(), holds);
  const char* wanted = std::getenv("METAXY_MUTATIONS");
  std::size_t mutations = wanted ? std::strtoull(wanted, nullptr, 10) : kMutations;
  Mutator mutator(inputs);
  for (std::size_t i = 0; good && i < mutations; ++i) good = holds(mutator.next());
  std::printf("%zu inputs, %zu mutations: %s\n", inputs.size(), mutations, good ? "good" : "an invariant is broken");
  return good ? 0 : 1;
}
