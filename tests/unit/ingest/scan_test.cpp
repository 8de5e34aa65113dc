// SPDX-License-Identifier: Apache-2.0
#include "ingest/scan.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <metaxy/error.hpp>

#include <algorithm>

#include "media.hpp"

namespace metaxy::ingest {
namespace {

namespace fs = std::filesystem;
using testing::Folder;

std::vector<std::string> paths_in(const fs::path& folder, const Selection& selection = {}) {
  std::vector<std::string> paths;
  for (const auto& file : scan(folder, selection).files) paths.push_back(file.path);
  return paths;
}

using Paths = std::vector<std::string>;

TEST(Scan, FindsFilesInBytewiseOrderWithSizesAndTimes) {
  const Folder folder;
  folder.put("b/c.txt", "12345");
  folder.put("b.txt", "");
  folder.put("a/x/y.txt", "1");
  fs::create_directories(folder.path() / "nothing");
  const timespec times[2] = {{1700000000, 123456789}, {1700000000, 123456789}};
  ASSERT_EQ(utimensat(AT_FDCWD, folder.at("b/c.txt").c_str(), times, 0), 0);
  const auto found = scan(folder.path(), {});
  ASSERT_EQ(paths_in(folder.path()), (Paths{"a/x/y.txt", "b.txt", "b/c.txt"}));
  EXPECT_EQ(found.files[2].location, folder.at("b/c.txt"));
  EXPECT_EQ(found.files[2].stamp.size, 5);
  EXPECT_EQ(found.files[2].stamp.modified.time_since_epoch().count(), 1700000000123456);
  EXPECT_TRUE(found.unreadable.empty());
}

TEST(Scan, TakesAnyUtf8Name) {
  const Folder folder;
  const Paths names{" lead", "a\nb", "quo'te\"s;--", "tab\t", "back\\slash", "smile \xF0\x9F\x98\x80", "\xC3\xBC.mp4"};
  for (const auto& name : names) folder.put(name, "x");
  auto sorted = names;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(paths_in(folder.path()), sorted);
}

TEST(Scan, ListsWhatCannotBeASample) {
  const Folder folder;
  folder.put("good", "x");
  folder.put("bad\xFFname", "x");
  folder.put("bad\xFE/inside", "x");
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_symlink("self", folder.path() / "self");
  ASSERT_EQ(mkfifo(folder.at("pipe").c_str(), 0600), 0);
  fs::create_directories(folder.path() / "folder.mp4");
  const auto found = scan(folder.path(), {});
  EXPECT_EQ(paths_in(folder.path()), Paths{"good"});
  std::vector<std::string> lines;
  for (const auto& item : found.unreadable) lines.push_back(item.path + ": " + item.reason);
  EXPECT_EQ(lines,
            (Paths{"bad\\xfe: its name is not UTF-8; rename it", "bad\\xffname: its name is not UTF-8; rename it",
                   "dangling: a link to something that does not exist", "pipe: not a regular file but a named pipe",
                   "self: a link that leads nowhere: too many levels of symbolic links"}));
}

TEST(Scan, FollowsLinksOnceAndEndsLoops) {
  const Folder outside;
  outside.put("far.txt", "x");
  fs::create_directory_symlink(outside.path(), outside.path() / "again");
  const Folder folder;
  folder.put("z/real.txt", "x");
  fs::create_directory_symlink("z", folder.path() / "a_link_to_z");
  fs::create_directory_symlink(".", folder.path() / "loop");
  fs::create_directory_symlink("/", folder.path() / "everything");
  fs::create_directory_symlink(outside.path(), folder.path() / "out");
  fs::create_directory_symlink(outside.path(), folder.path() / "out_again");
  fs::create_symlink("z/real.txt", folder.path() / "file_link.txt");
  EXPECT_EQ(paths_in(folder.path()), (Paths{"file_link.txt", "out/far.txt", "z/real.txt"}));
}

TEST(Scan, SelectsByHiddenIncludeAndExclude) {
  const Folder folder;
  for (const auto* name :
       {"a.mp4", ".hidden.mp4", ".git/b.mp4", "sub/c.mp4", "sub/d.txt", "cache/e.mp4", "sub/cache/f.mp4"})
    folder.put(name, "x");
  EXPECT_EQ(paths_in(folder.path()), (Paths{"a.mp4", "cache/e.mp4", "sub/c.mp4", "sub/cache/f.mp4", "sub/d.txt"}));
  EXPECT_EQ(paths_in(folder.path(), {{"*.mp4"}, {"cache"}, false}), (Paths{"a.mp4", "sub/c.mp4"}));
  EXPECT_EQ(paths_in(folder.path(), {{}, {"/cache"}, true}),
            (Paths{".git/b.mp4", ".hidden.mp4", "a.mp4", "sub/c.mp4", "sub/cache/f.mp4", "sub/d.txt"}));
  EXPECT_EQ(paths_in(folder.path(), {{"sub/**"}, {"**/cache/**"}, false}), (Paths{"sub/c.mp4", "sub/d.txt"}));
}

TEST(Scan, RefusesWhatIsNoFolder) {
  const Folder folder;
  folder.put("file", "x");
  const auto code_of = [](const std::string& path) {
    try {
      scan(path, {});
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::Internal;
  };
  EXPECT_EQ(code_of(folder.at("missing")), ErrorCode::NotFound);
  EXPECT_EQ(code_of(folder.at("file")), ErrorCode::InvalidArgument);
}

TEST(Glob, MatchesPartsLikeAShell) {
  struct Case {
    const char* pattern;
    const char* path;
    bool matches;
  };
  for (const auto& [pattern, path, matches] : std::initializer_list<Case>{{"*.mp4", "a.mp4", true},
                                                                          {"*.mp4", "deep/er/a.mp4", true},
                                                                          {"/*.mp4", "deep/a.mp4", false},
                                                                          {"deep/*.mp4", "deep/er/a.mp4", false},
                                                                          {"deep/**/*.mp4", "deep/a.mp4", true},
                                                                          {"deep/**/*.mp4", "deep/e/r/a.mp4", true},
                                                                          {"**", "a/b", true},
                                                                          {"a?.[ab]", "ax.b", true},
                                                                          {"a?.[ab]", "ax.c", false},
                                                                          {"cache/", "x/cache", true},
                                                                          {"a/b", "a/b/c", false},
                                                                          {"", "a", false}})
    EXPECT_EQ(glob_matches(pattern, path), matches) << pattern << " on " << path;
}

}  // namespace
}  // namespace metaxy::ingest
