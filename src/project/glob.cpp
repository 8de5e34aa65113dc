// SPDX-License-Identifier: Apache-2.0
#include "project/glob.hpp"

#include <algorithm>
#include <set>
#include <system_error>

#include <fmt/format.h>
#include <fnmatch.h>

#include <metaxy/error.hpp>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::project {
namespace {

constexpr std::string_view kSpecial = "*?[\\";

std::string unquote(std::string_view segment) {
  std::string out;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] == '\\' && i + 1 < segment.size()) ++i;
    out += segment[i];
  }
  return out;
}

class GlobWalk {
 public:
  explicit GlobWalk(const std::string& pattern) {
    for (std::string& segment : split(pattern, '/'))
      if (!segment.empty() && segment != ".") segments_.push_back(std::move(segment));
  }

  std::vector<std::filesystem::path> files() {
    visit("/", 0);
    return {found_.begin(), found_.end()};
  }

 private:
  void visit(const std::filesystem::path& at, std::size_t depth) {
    std::error_code ignored;
    if (depth == segments_.size()) {
      if (type_of(at) == std::filesystem::file_type::regular) found_.insert(at.lexically_normal());
      return;
    }
    const std::string& segment = segments_[depth];
    if (segment == "**") {
      visit(at, depth + 1);
      for (const auto& entry : list(at))
        if (entry.is_directory(ignored) && !entry.is_symlink(ignored) && !is_hidden(entry)) visit(entry.path(), depth);
    } else if (!has_wildcard(segment)) {
      visit(at / unquote(segment), depth + 1);
    } else {
      for (const auto& entry : list(at))
        if (fnmatch(segment.c_str(), entry.path().filename().c_str(), FNM_PERIOD) == 0) visit(entry.path(), depth + 1);
    }
  }

  static bool is_hidden(const std::filesystem::directory_entry& entry) {
    return entry.path().filename().native().starts_with('.');
  }

  // What must not be looked at may be a file that is meant: passing over it would drop features without a word.
  static std::filesystem::file_type type_of(const std::filesystem::path& path) {
    std::error_code failed;
    const auto type = std::filesystem::status(path, failed).type();
    if (failed == std::errc::permission_denied) {
      throw Error(ErrorCode::Io, fmt::format("cannot look at {}: {}", quote(path.string()), failed.message()),
                  system_remedy(failed.value()));
    }
    return type;
  }

  static std::vector<std::filesystem::directory_entry> list(const std::filesystem::path& folder) {
    std::vector<std::filesystem::directory_entry> out;
    if (type_of(folder) != std::filesystem::file_type::directory) return out;
    std::error_code failed;
    std::filesystem::directory_iterator it(folder, failed);
    while (!failed && it != std::filesystem::directory_iterator()) {
      out.push_back(*it);
      it.increment(failed);
    }
    if (failed) {
      throw Error(ErrorCode::Io,
                  fmt::format("folder {} cannot be listed: {}", quote(folder.string()), failed.message()),
                  system_remedy(failed.value()));
    }
    return out;
  }

  std::vector<std::string> segments_;
  std::set<std::filesystem::path> found_;
};

}  // namespace

bool has_wildcard(std::string_view pattern) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      ++i;
    } else if (kSpecial.find(pattern[i]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string absolute_glob(const std::filesystem::path& folder, const std::string& pattern) {
  if (pattern.starts_with('/')) return pattern;
  std::string out;
  for (const char c : folder.string()) {
    if (kSpecial.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  if (!out.ends_with('/')) out += '/';
  return out + pattern;
}

std::vector<std::filesystem::path> expand_glob(const std::string& pattern) { return GlobWalk(pattern).files(); }

}  // namespace metaxy::project
