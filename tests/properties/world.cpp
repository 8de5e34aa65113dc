// SPDX-License-Identifier: Apache-2.0
#include "properties/world.hpp"

#include <algorithm>

namespace metaxy {

namespace {

int count(const Edits& edits, const std::string& thing) {
  const auto found = edits.find(thing);
  return found == edits.end() ? 0 : found->second;
}

/// A field of this code version.
std::string field(const std::string& key, const Edits& edits, const std::string& thing, const std::string& deps = "") {
  return R"({"key":")" + key + R"(","code_version":")" + std::to_string(count(edits, thing) + 1) + "\"" +
         (deps.empty() ? "" : R"(,"deps":[)" + deps + "]") + "}";
}
std::string reads(const std::string& feature, const std::string& upstream_field) {
  return R"({"feature":")" + feature + R"(","fields":[")" + upstream_field + R"("]})";
}

/// The text while a thing is as it was at first, or while it is not.
std::string at_first(const Edits& edits, const std::string& thing, const std::string& text) {
  return count(edits, thing) % 2 == 0 ? text : "";
}
std::string later(const Edits& edits, const std::string& thing, const std::string& text) {
  return count(edits, thing) % 2 == 0 ? "" : text;
}

std::string feature(const std::string& key, const std::string& ids, const std::string& deps,
                    const std::string& fields) {
  return R"({"key":")" + key + R"(","id_columns":[)" + ids + R"(],"deps":[)" + deps + R"(],"fields":[)" + fields + "]}";
}
std::string dep(const std::string& upstream, const std::string& more = "") {
  return R"({"feature":")" + upstream + "\"" + (more.empty() ? "" : "," + more) + "}";
}
std::string lineage(const std::string& type, const std::string& on) {
  return R"("lineage":{"relationship":{"type":")" + type + R"(","on":[)" + on + "]}}";
}

const std::string kOptional = R"("optional":true)";

std::vector<std::string> pipeline_specs(const Edits& edits) {
  const std::string id = R"("rename":{"vid":"id"})";
  return {
      feature("video/raw", R"("vid")", "", field("audio", edits, "audio") + "," + field("frames", edits, "frames")),
      feature("text/raw", R"("id")", "", field("words", edits, "words")),
      feature("crop", R"("id")", dep("video/raw", id),
              field("audio", edits, "", reads("video/raw", "audio")) + "," +
                  field("box/face", edits, "box", reads("video/raw", "frames")) +
                  later(edits, "hue", "," + field("hue", edits, "", reads("video/raw", "frames")))),
      feature("joined", R"("id")",
              dep("crop", R"("select":[],"filters":["grp <> 'g1'"])") +
                  at_first(edits, "note", "," + dep("text/raw", R"("select":[],)" + kOptional)),
              field("score", edits, "",
                    reads("crop", "box/face") + at_first(edits, "note", "," + reads("text/raw", "words")))),
      feature("stats", R"("grp")", dep("crop", lineage("N:1", R"("grp")")),
              field("mean", edits, "", reads("crop", "audio")) + "," + field("count", edits, "")),
      feature("frame", R"("id","n")", dep("video/raw", id + "," + lineage("1:N", R"("vid")")),
              field("pixels", edits, "", reads("video/raw", "frames"))),
      feature("mosaic", R"("id")",
              dep("crop", R"("select":[])") + "," + dep("frame", R"("select":["n"],)" + lineage("N:1", R"("id")")),
              field("tile", edits, "")),
  };
}

std::vector<std::string> meetings_specs(const Edits& edits) {
  const auto clip = [](const std::string& more) {
    return dep("clip", R"("rename":{"cid":"clip"},"select":[],)" + more);
  };
  return {
      feature("clip", R"("cid")", "", field("audio", edits, "audio") + "," + field("frames", edits, "frames")),
      feature("note", R"("nid","no")", "", field("words", edits, "words") + "," + field("mood", edits, "")),
      feature("daily", R"("grp")",
              dep("clip", lineage("N:1", R"("grp")")) + "," +
                  dep("note", R"("rename":{"topic":"grp","nid":"note_id"},)" + lineage("N:1", R"("topic")") +
                                  later(edits, "optional", "," + kOptional)),
              field("mean", edits, "mean", reads("clip", "frames") + "," + reads("note", "words")) + "," +
                  field("mood", edits, "", reads("note", "mood"))),
      feature("either", R"("id")",
              dep("clip", R"("rename":{"cid":"id"},"filters":["id <> 's3'"],)" + kOptional) + "," +
                  dep("note", R"("rename":{"nid":"id"},"select":[],)" + kOptional + "," + lineage("N:1", R"("id")")),
              field("any", edits, "", reads("clip", "frames") + "," + reads("note", "words")) + "," +
                  field("sound", edits, "sound", reads("clip", "audio"))),
      feature("shot", R"("clip","shot")", clip(lineage("1:N", R"("clip")")),
              field("pixels", edits, "pixels", reads("clip", "frames"))),
      feature("tile", R"("clip","no","n")",
              clip(lineage("1:N", R"("cid")")) + "," +
                  dep("shot", R"("rename":{"shot":"no"},"select":[],)" + lineage("1:N", R"("clip","no")")),
              field("tile", edits, "", reads("clip", "audio") + "," + reads("shot", "pixels"))),
      feature("pair", R"("clip","grp","n")",
              clip(lineage("1:N", R"("clip")")) + "," + dep("daily", R"("select":[],)" + lineage("1:N", R"("grp")")),
              field("score", edits, "", reads("clip", "frames") + "," + reads("daily", "mean"))),
      feature(
          "line", R"("clip","n")",
          clip(kOptional + "," + lineage("1:N", R"("clip")")) + "," +
              dep("either", R"("rename":{"id":"clip"},"select":[],)" + kOptional + "," + lineage("1:N", R"("clip")")),
          field("text", edits, "", reads("clip", "audio") + "," + reads("either", "any"))),
  };
}

std::vector<std::string> neighbours_specs(const Edits& edits) {
  const std::string id = R"("rename":{"vid":"id"})";
  return {
      feature("raw", R"("vid")", "", field("audio", edits, "audio") + "," + field("frames", edits, "frames")),
      feature("crop", R"("id")", dep("raw", id),
              field("face", edits, "face", reads("raw", "frames")) + "," +
                  field("sound", edits, "sound", reads("raw", "audio"))),
      feature("faces", R"("id")", dep("crop", R"("filters":["grp <> 'g1'"])"),
              field("box", edits, "box", reads("crop", "face"))),
      feature("stats", R"("grp")", dep("crop", lineage("N:1", R"("grp")")),
              field("mean", edits, "", reads("crop", "sound")) + "," + field("face", edits, "", reads("crop", "face"))),
      feature("still", R"("id","n")", dep("raw", id + "," + lineage("1:N", R"("vid")")),
              field("pixels", edits, "pixels", reads("raw", "frames"))),
  };
}

}  // namespace

std::vector<std::string> World::roots() const {
  std::vector<std::string> out;
  for (const auto& text : specs({})) {
    const auto spec = spec::parse_feature_spec(text);
    if (spec.deps.empty()) out.push_back(spec.key.to_string());
  }
  return out;
}

std::vector<std::string> World::derived() const {
  const auto first = roots();
  std::vector<std::string> out;
  std::ranges::remove_copy_if(features, std::back_inserter(out),
                              [&](const auto& each) { return std::ranges::count(first, each) > 0; });
  return out;
}

const World& pipeline() {
  static const World world{"pipeline",
                           {"video/raw", "text/raw", "crop", "joined", "stats", "frame", "mosaic"},
                           {"frames", "words", "audio", "box", "note", "hue"},
                           {{"crop", "grp"}, {"joined", "mark"}, {"mosaic", "size"}},
                           {},
                           pipeline_specs};
  return world;
}

const World& meetings() {
  static const World world{"meetings",
                           {"clip", "note", "daily", "either", "shot", "tile", "pair", "line"},
                           {"frames", "words", "audio", "mean", "optional", "pixels", "sound"},
                           {{"clip", "grp"}, {"note", "topic"}, {"either", "language"}, {"shot", "look"}},
                           {},
                           meetings_specs};
  return world;
}

const World& neighbours() {
  static const World world{"neighbours",
                           {"raw", "crop", "faces", "stats", "still"},
                           {"frames", "audio", "face", "box", "pixels", "sound"},
                           {{"crop", "grp"}, {"faces", "mark"}},
                           {"raw", "crop"},
                           neighbours_specs};
  return world;
}

const std::vector<const World*>& worlds() {
  static const std::vector<const World*> all = {&pipeline(), &meetings(), &neighbours()};
  return all;
}

std::vector<spec::FeatureDefinition> definitions(const World& world, const Edits& edits,
                                                 const std::set<std::string>& features) {
  std::vector<spec::FeatureDefinition> out;
  const auto specs = world.specs(edits);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (!features.count(world.features[i])) continue;
    out.push_back({.spec = spec::parse_feature_spec(specs[i])});
    out.back().project = world.theirs.count(world.features[i]) ? "theirs" : "ours";
  }
  return out;
}

std::vector<spec::FeatureDefinition> stand_ins(const World& world, const graph::VersionSettings& settings) {
  auto out = definitions(world, {}, world.theirs);
  const auto real = graph::FeatureGraph::build(out, settings);
  for (auto& definition : out) {
    definition.is_external = true;
    const auto& first = real.versions(definition.spec.key).fields.front();
    definition.provenance_by_field.emplace()[first.key.to_string()] = first.version;
    definition.spec.deps.clear();
    for (auto& field : definition.spec.fields) field = spec::FieldSpec{.key = field.key};
  }
  return out;
}

}  // namespace metaxy
