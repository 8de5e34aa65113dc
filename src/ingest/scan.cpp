// SPDX-License-Identifier: Apache-2.0
#include "ingest/scan.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <set>
#include <utility>

#include <metaxy/error.hpp>

#include "base/text.hpp"

namespace metaxy::ingest {
namespace {

namespace fs = std::filesystem;

using FolderId = std::pair<dev_t, ino_t>;

FolderId id_of(const struct stat& status) { return {status.st_dev, status.st_ino}; }

/// Names in a folder, sorted; `error` is an errno when it cannot be listed.
std::vector<std::string> names_in(const std::string& folder, int& error) {
  const std::unique_ptr<DIR, int (*)(DIR*)> handle(opendir(folder.c_str()), closedir);
  std::vector<std::string> names;
  error = handle ? 0 : errno;
  if (!handle) return names;
  errno = 0;
  while (const dirent* entry = readdir(handle.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  error = errno;
  std::sort(names.begin(), names.end());
  return names;
}

class Walk {
 public:
  Walk(std::string root, const Selection& selection, const Watch& watch) : selection_(selection), watch_(watch) {
    scan_.root = std::move(root);
    // A link to a folder above the root would lead back into it.
    for (fs::path above = scan_.root; above.has_relative_path(); above = above.parent_path()) mark(above.parent_path());
  }

  Scan run() {
    mark(scan_.root);
    folders_.push_back("");
    walk_folders();
    while (!links_.empty()) {
      const auto link = *links_.begin();
      links_.erase(links_.begin());
      if (!mark(location_of(link))) continue;
      folders_.push_back(link);
      walk_folders();
    }
    const auto by_path = [](const auto& left, const auto& right) { return left.path < right.path; };
    std::sort(scan_.files.begin(), scan_.files.end(), by_path);
    std::sort(scan_.unreadable.begin(), scan_.unreadable.end(), by_path);
    return std::move(scan_);
  }

 private:
  std::string location_of(const std::string& path) const {
    if (path.empty()) return scan_.root;
    return scan_.root == "/" ? "/" + path : scan_.root + "/" + path;
  }

  /// False when the folder was walked already or is gone.
  bool mark(const std::string& location) {
    struct stat status {};
    return stat(location.c_str(), &status) == 0 && walked_.insert(id_of(status)).second;
  }

  void refuse(const std::string& path, std::string reason) { scan_.unreadable.push_back({path, std::move(reason)}); }

  void walk_folders() {
    while (!folders_.empty()) {
      const auto folder = folders_.back();
      folders_.pop_back();
      watch_.throw_if_stopped();
      int error = 0;
      const auto names = names_in(location_of(folder), error);
      if (error != 0) {
        const auto words = system_words(error);
        if (folder.empty()) throw Error(ErrorCode::Io, "folder " + quote(scan_.root) + " cannot be listed: " + words);
        refuse(folder, "folder cannot be listed: " + words);
        scan_.blind_folders.push_back(folder);
        continue;
      }
      for (const auto& name : names) visit(folder, name);
      watch_.report({"looking for files", scan_.files.size(), {}});
    }
  }

  void visit(const std::string& folder, const std::string& name) {
    const auto path = folder.empty() ? name : folder + "/" + name;
    if (!selection_.admits_folder(path)) return;
    if (!is_valid_utf8(name)) {
      // An id is text; quote() shows the bytes, without its backticks.
      const auto shown = quote(path, path.size() * 4 + 2);
      return refuse(shown.substr(1, shown.size() - 2), "its name is not UTF-8; rename it");
    }
    const auto location = location_of(path);
    struct stat own {};
    struct stat status {};
    if (lstat(location.c_str(), &own) != 0) return refuse_file(path, errno);
    const bool is_link = S_ISLNK(own.st_mode);
    if (is_link && stat(location.c_str(), &status) != 0) return refuse_link(path, errno);
    if (!is_link) status = own;
    if (S_ISDIR(status.st_mode)) return visit_folder(path, status, is_link);
    if (!selection_.admits_file(path)) return;
    if (!S_ISREG(status.st_mode)) return refuse(path, "not a regular file but " + kind_of(status.st_mode));
    scan_.files.push_back({path, location, stamp_of(status)});
  }

  void visit_folder(const std::string& path, const struct stat& status, bool is_link) {
    if (is_link) {
      links_.insert(path);
    } else if (walked_.insert(id_of(status)).second) {
      folders_.push_back(path);
    }
  }

  void refuse_file(const std::string& path, int error) {
    // Gone since the folder was listed: like any file that is not there.
    if (error != ENOENT && selection_.admits_file(path)) refuse(path, "cannot be looked at: " + system_words(error));
  }

  void refuse_link(const std::string& path, int error) {
    if (!selection_.admits_file(path)) return;
    refuse(path, error == ENOENT ? "a link to something that does not exist"
                                 : "a link that leads nowhere: " + system_words(error));
  }

  const Selection& selection_;
  const Watch& watch_;
  Scan scan_;
  std::vector<std::string> folders_;
  std::set<std::string> links_;
  std::set<FolderId> walked_;
};

}  // namespace

Scan scan(const fs::path& folder, const Selection& selection, const Watch& watch) {
  std::error_code error;
  const auto status = fs::status(folder, error);
  if (!fs::exists(status)) throw Error(ErrorCode::NotFound, "folder " + quote(folder.string()) + " does not exist");
  if (!fs::is_directory(status)) throw Error(ErrorCode::InvalidArgument, quote(folder.string()) + " is not a folder");
  const auto root = fs::canonical(folder, error).string();
  if (error)
    throw Error(ErrorCode::Io, "folder " + quote(folder.string()) + " cannot be found: " + to_lower(error.message()));
  if (!is_valid_utf8(root))
    throw Error(ErrorCode::InvalidArgument, "the path of folder " + quote(root) + " is not UTF-8", "rename the folder");
  return Walk(root, selection, watch).run();
}

}  // namespace metaxy::ingest
