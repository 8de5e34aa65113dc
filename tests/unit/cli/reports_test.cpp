// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <metaxy/hash.hpp>

#include "cli/error_report.hpp"
#include "cli/explanation_report.hpp"
#include "cli/progress_bar.hpp"
#include "cli/status_report.hpp"
#include "project/config_text.hpp"

namespace metaxy::cli {
using project::render_toml;
using project::without_secrets;
namespace {

using spec::FeatureKey;

StatusResult result(ops::FeatureStatus status) {
  const FeatureKey key = status.key;
  return {.key = key, .version = "v1", .status = std::move(status), .error = {}};
}

ops::FeatureStatus status_of(const std::string& key) {
  return {.key = FeatureKey::parse(key), .exists = true, .missing_upstreams = {}};
}

TEST(Category, FollowsTheReference) {
  auto status = status_of("a");
  EXPECT_EQ(category(result(status)), "up_to_date");
  status.stale = 1;
  EXPECT_EQ(category(result(status)), "needs_update");
  status.is_root = true;
  EXPECT_EQ(category(result(status)), "root_feature");
  status.waiting = 1;
  EXPECT_EQ(category(result(status)), "waiting");
  status.exists = false;
  EXPECT_EQ(category(result(status)), "missing");
  EXPECT_EQ(
      category({.key = FeatureKey::parse("a"), .version = "v", .status = {}, .error = Error(ErrorCode::Backend, "no")}),
      "error");
}

TEST(StatusJson, HasEveryMemberAndNullsForWhatIsNotKnown) {
  auto root = status_of("a");
  root.is_root = true;
  root.rows = 3;
  auto child = status_of("b");
  child.up_to_date = 3;
  child.new_samples = 1;
  const Json json = status_json({result(root), result(child)}, "pv");
  EXPECT_EQ(json["project_version"], "pv");
  EXPECT_EQ(json["needs_update"], true);
  EXPECT_EQ(json["features"]["a"]["stale"], nullptr);
  EXPECT_EQ(json["features"]["a"]["store_rows"], 3);
  EXPECT_EQ(json["features"]["b"]["missing"], 1);
  EXPECT_EQ(json["features"]["b"]["stale"], 0);
  EXPECT_EQ(json["features"]["b"]["progress_percentage"], 75.0);
  EXPECT_EQ(json["features"]["a"].size(), json["features"]["b"].size());
  EXPECT_EQ(json["warnings"], nullptr);
}

TEST(StatusJson, TellsWaitingFromUpToDate) {
  auto child = status_of("b");
  child.waiting = 2;
  const Json json = status_json({result(child)}, "pv");
  EXPECT_EQ(json["features"]["b"]["status"], "waiting");
  EXPECT_EQ(json["features"]["b"]["waiting"], 2);
  EXPECT_EQ(json["needs_update"], false);
}

TEST(StatusJson, SaysWhenThereIsNothing) {
  const Json json = status_json({}, {});
  EXPECT_EQ(json["warning"], "No valid features to check");
  EXPECT_EQ(json["needs_update"], false);
}

TEST(ErrorJson, HasPlacesOfFaults) {
  Faults faults;
  faults.add("feature a", "is wrong", "do this", Place{"f.toml", 3, 4});
  const Error error(ErrorCode::InvalidSpec, "bad", faults.items());
  const Json json = error_json(error);
  EXPECT_EQ(dump_compact(json),
            "{\"error\":\"invalid_spec\",\"message\":\"bad\",\"hint\":null,\"notes\":[],\"faults\":[{\"subject\":"
            "\"feature a\","
            "\"message\":\"is wrong\",\"hint\":\"do this\",\"file\":\"f.toml\",\"line\":3,\"column\":4}]}");
}

TEST(ErrorJson, SurvivesMessagesThatAreNoText) {
  EXPECT_EQ(error_json(Error(ErrorCode::Backend, "bad \xff"))["message"], "`bad \\xff`");
}

ops::Explanation explanation() {
  ops::Explanation out{.feature = FeatureKey::parse("b"),
                       .id = {{"id", "x"}},
                       .state = "stale",
                       .reason = "field f changed",
                       .current_feature_version = "v2",
                       .stored_feature_version = "v1",
                       .sample_preimage = {},
                       .expected_provenance = "new",
                       .stored_provenance = "old",
                       .fields = {},
                       .upstream = {}};
  std::string preimage(hash::kTagFieldVersion);
  hash::append_item(preimage, "f");
  hash::append_item(preimage, std::nullopt);
  out.fields.push_back({.key = spec::FieldKey::parse("f"),
                        .code_version = "1",
                        .parents = {{FeatureKey::parse("a"), spec::FieldKey::parse("g"), std::nullopt}},
                        .preimage = preimage,
                        .expected_provenance = "new",
                        .stored_provenance = "old",
                        .stored_data_version = "old",
                        .stale = true,
                        .reason = "a.g has no version"});
  out.upstream.push_back({.feature = FeatureKey::parse("a"), .optional = true, .feature_version = "", .record = ""});
  return out;
}

TEST(Explanation, ShowsPreimagesItemByItem) {
  EXPECT_EQ(explanation_text(explanation(), false),
            "b  id=x  stale\n"
            "  field f changed\n"
            "  feature version      v2\n"
            "  stored under         v1\n"
            "  provenance stored    old\n"
            "  provenance expected  new\n"
            "\n"
            "field f  stale\n"
            "  a.g has no version\n"
            "  code version         1\n"
            "  data version         old\n"
            "  provenance stored    old\n"
            "  provenance expected  new\n"
            "  pre-image  metaxy-preimage/1 field-version;\n"
            "       1  f\n"
            "       ~  null\n"
            "  reads a.g  none\n"
            "\n"
            "upstream a  optional\n"
            "  no record\n");
  const Json json = explanation_json(explanation());
  EXPECT_EQ(json["fields"][0]["preimage"]["items"], Json::array({"f", nullptr}));
  EXPECT_EQ(json["upstream"][0]["record"], nullptr);
}

TEST(Explanation, ShowsPreimagesOfFormat0AsTheyAre) {
  auto given = explanation();
  given.fields[0].preimage = "a/b|x|1|y";
  EXPECT_NE(explanation_text(given, false).find("  pre-image  a/b|x|1|y\n"), std::string::npos);
  EXPECT_EQ(explanation_json(given)["fields"][0]["preimage"]["items"], nullptr);
}

TEST(Secrets, AreMasked) {
  const Json config = {{"password", "p"},
                       {"uri", "postgres://u:p@h/d"},
                       {"stores", {{"s3", {{"secret_access_key", "p"}, {"region", "eu"}}}}}};
  const std::string shown = dump_compact(without_secrets(config));
  EXPECT_EQ(shown,
            "{\"password\":\"***\",\"uri\":\"postgres://***:***@h/"
            "d\",\"stores\":{\"s3\":{\"secret_access_key\":\"***\",\"region\":\"eu\"}}}");
}

TEST(RenderToml, WritesTablesAndLeavesNullsOut) {
  const Json config = {{"a", 1}, {"n", nullptr}, {"t", {{"dotted.key", "x\ny"}, {"list", {true, 1.5}}}}};
  EXPECT_EQ(render_toml(config), "a = 1\n\n[t]\n\"dotted.key\" = \"x\\ny\"\nlist = [true, 1.5]\n");
}

TEST(ProgressLine, ShowsWhatIsKnown) {
  using std::chrono::milliseconds;
  EXPECT_EQ(render_progress({"hashing files", 5, 10}, milliseconds(2500), 80),
            "hashing files  [############------------] 5/10  2 s");
  EXPECT_EQ(render_progress({"reading", 7, {}}, milliseconds(0), 80), "reading  7  0 s");
  EXPECT_EQ(render_progress({"x", 20, 10}, milliseconds(0), 80), "x  [########################] 10/10  0 s");
  EXPECT_EQ(render_progress({"hashing files", 5, 10}, milliseconds(0), 10), "hashing f…");
}

}  // namespace
}  // namespace metaxy::cli
