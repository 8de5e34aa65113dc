// SPDX-License-Identifier: Apache-2.0
#include "project/python_environment.hpp"

#include <gtest/gtest.h>

#include "unit/project/project_test_files.hpp"

namespace metaxy::project {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPackages = "env/lib/python3.12/site-packages/";
constexpr const char* kDeclares = "[other]\na = b\n[metaxy.project]\n\n; ours\nm = m.f\n";

class Environments : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text = {}) const {
    return folder_.write(name, text).string();
  }
  PythonEnvironment find(const Environment& environment = {}) const {
    return find_python(folder_.path() / "env/bin/mx", environment);
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  Folder folder_;
};

TEST_F(Environments, ThePythonBesideTheProgram) {
  EXPECT_EQ(find().interpreter, "");
  write("env/bin/python3");
  EXPECT_EQ(find().interpreter, path("env/bin/python3"));
  write("env/bin/python");
  EXPECT_EQ(find().interpreter, path("env/bin/python"));
  EXPECT_EQ(find_python({}, {}).interpreter, "");
}

TEST_F(Environments, TheProgramOfAWheelLiesAmongThePackages) {
  write("env/bin/python");
  const fs::path program = folder_.path() / kPackages / "metaxy/bin/mx";
  const auto found = find_python(program, {});
  EXPECT_EQ(found.interpreter, path("env/bin/python"));
  EXPECT_TRUE(found.libraries.empty());
  write(std::string(kPackages) + "metaxy/bin/mx");
  EXPECT_EQ(find_python(program, {}).libraries,
            std::vector<fs::path>{folder_.path() / "env/lib/python3.12/site-packages"});
}

TEST_F(Environments, AVariableNamesAnother) {
  write("env/bin/python");
  const auto other = write("other/bin/python3.13");
  EXPECT_EQ(find({{"METAXY_PYTHON", other}}).interpreter, other);
  EXPECT_EQ(find({{"METAXY_PYTHON", "python3.13"}, {"PATH", "/none:" + path("other/bin")}}).interpreter, other);
  EXPECT_EQ(find({{"METAXY_PYTHON", "python9"}}).interpreter, "python9");
}

TEST_F(Environments, InstalledForOneUserTheVersionIsThatOfTheFolder) {
  write("system/python3.11");
  const auto wanted = write("system/python3.12");
  EXPECT_EQ(find({{"PATH", path("system")}}).interpreter, "");
  write(std::string(kPackages) + "metaxy/__init__.py");
  EXPECT_EQ(find({{"PATH", path("system")}}).interpreter, wanted);
}

TEST_F(Environments, EntryPointsAreSeenInMetadata) {
  write("env/bin/python");
  EXPECT_FALSE(may_have_entry_points(find()));
  write(std::string(kPackages) + "a-1.dist-info/entry_points.txt", "[metaxy.project]\n\n[metaxy.projects]\nm = m\n");
  write(std::string(kPackages) + "b/entry_points.txt", kDeclares);
  EXPECT_FALSE(may_have_entry_points(find()));
  write(std::string(kPackages) + "c-1.egg-info/entry_points.txt", kDeclares);
  EXPECT_TRUE(may_have_entry_points(find()));
}

TEST_F(Environments, PackagesOnPythonPathCountToo) {
  write("env/bin/python");
  write("more/a-1.dist-info/entry_points.txt", kDeclares);
  EXPECT_TRUE(may_have_entry_points(find({{"PYTHONPATH", "/none:" + path("more")}})));
}

TEST_F(Environments, WhereSystemPackagesAreShownOnlyPythonCanTell) {
  write("env/bin/python");
  write("env/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\n");
  EXPECT_FALSE(may_have_entry_points(find()));
  write("env/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = True\n");
  EXPECT_TRUE(may_have_entry_points(find()));
}

}  // namespace
}  // namespace metaxy::project
