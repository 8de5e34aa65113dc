// SPDX-License-Identifier: Apache-2.0
// Feature specs as JSON text. Written straight into the text: a graph of a thousand features asks for all of them.
#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>

#include <metaxy/spec.hpp>

#include "base/json.hpp"
#include "spec/json_read.hpp"

namespace metaxy::spec {
namespace {

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; });
}

class SpecWriter {
 public:
  explicit SpecWriter(Keys keys) : keys_(keys) {}

  void feature(const FeatureSpec& spec) {
    object({{"key", [&] { text(spec.key.to_string()); }},
            {"id_columns", [&] { texts(spec.id_columns); }},
            {"deps", [&] { list(spec.deps, [this](const FeatureDep& item) { dep(item); }); }},
            {"fields", [&] { list(spec.fields, [this](const FieldSpec& item) { field(item); }); }},
            {"metadata", [&] { metadata(spec.metadata); }},
            {"description", [&] { text_or_null(spec.description); }}});
  }

  std::string out;

  void dep(const FeatureDep& dep) {
    object({{"feature", [&] { text(dep.feature.to_string()); }},
            {"select", [&] { texts_or_null(dep.select); }},
            {"rename", [&] { rename(dep.rename); }},
            {"fields_mapping", [&] { wrapped("mapping", dep.fields_mapping); }},
            {"sql_filters", [&] { texts_or_null(dep.sql_filters); }},
            {"lineage", [&] { wrapped("relationship", dep.lineage); }},
            {"optional", [&] { boolean(dep.optional); }}});
  }

  void field_dep(const FieldDep& dep) {
    object({{"feature", [&] { text(dep.feature.to_string()); }}, {"fields", [&] {
                                                                    const auto* given =
                                                                        std::get_if<std::vector<FieldKey>>(&dep.fields);
                                                                    given ? keys(*given) : text(kAllDep);
                                                                  }}});
  }

  void field(const FieldSpec& field) {
    object({{"key", [&] { text(field.key.to_string()); }},
            {"code_version", [&] { text(field.code_version); }},
            {"deps", [&] {
               const auto* given = std::get_if<std::vector<FieldDep>>(&field.deps);
               given ? list(*given, [this](const FieldDep& item) { field_dep(item); }) : text(kAllDep);
             }}});
  }

  /// A variant behind its one-member wrapper.
  template <class Variant>
  void wrapped(const char* name, const Variant& variant) {
    object({{name, [&] { std::visit([this](const auto& kind) { this->write(kind); }, variant); }}});
  }

 private:
  using Write = std::function<void()>;
  using Member = std::pair<std::string, Write>;

  void object(std::vector<Member> members) {
    if (keys_ == Keys::Sorted) std::ranges::sort(members, {}, &Member::first);
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ", ";
      text(members[i].first);
      out += ": ";
      members[i].second();
    }
    out += '}';
  }

  template <class Items, class WriteItem>
  void list(const Items& items, WriteItem write) {
    out += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out += ", ";
      write(items[i]);
    }
    out += ']';
  }

  void text(std::string_view text) {
    if (!is_plain(text)) {
      out += dump_python(Json(text), keys_);
      return;
    }
    out += '"';
    out += text;
    out += '"';
  }

  void null() { out += "null"; }
  void boolean(bool value) { out += value ? "true" : "false"; }

  void texts(const std::vector<std::string>& items) {
    list(items, [this](const std::string& item) { text(item); });
  }

  void texts_or_null(const std::optional<std::vector<std::string>>& items) { items ? texts(*items) : null(); }
  void text_or_null(const std::optional<std::string>& value) { value ? text(*value) : null(); }

  void metadata(const std::string& json) {
    if (json == "{}") {
      out += json;
    } else {
      out += dump_python(parse_json(json), keys_);
    }
  }

  void write(const DefaultMapping& mapping) {
    object({{"type", [this] { text("default"); }},
            {"match_suffix", [&] { boolean(mapping.match_suffix); }},
            {"exclude_fields", [&] { keys(mapping.exclude_fields); }}});
  }

  void write(const SpecificMapping& mapping) {
    object({{"type", [this] { text("specific"); }}, {"mapping", [&] { specific(mapping); }}});
  }

  void specific(const SpecificMapping& mapping) {
    std::vector<Member> members;
    for (const auto& [field, upstream] : mapping.mapping) {
      members.emplace_back(field.to_string(), [this, &upstream = upstream] { key_set(upstream); });
    }
    object(std::move(members));
  }

  void key_set(std::vector<FieldKey> keys) {
    std::ranges::sort(keys);
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    list(keys, [this](const FieldKey& key) { texts(key.parts()); });
  }

  void keys(const std::vector<FieldKey>& keys) {
    list(keys, [this](const FieldKey& key) { text(key.to_string()); });
  }

  void write(const AllMapping&) {
    object({{"type", [this] { text("all"); }}});
  }
  void write(const NoMapping&) {
    object({{"type", [this] { text("none"); }}});
  }

  void write(const Identity&) {
    object({{"type", [this] { text("1:1"); }}});
  }

  void write(const Aggregation& lineage) {
    object({{"type", [this] { text("N:1"); }}, {"on", [&] { texts_or_null(lineage.on); }}});
  }

  void write(const Expansion& lineage) {
    object({{"type", [this] { text("1:N"); }},
            {"on", [&] { texts(lineage.on); }},
            {"id_generation_pattern", [&] { text_or_null(lineage.id_generation_pattern); }}});
  }

  void rename(const std::optional<std::map<std::string, std::string>>& names) {
    if (!names) {
      null();
      return;
    }
    std::vector<Member> members;
    for (const auto& [from, to] : *names) members.emplace_back(from, [this, &to = to] { text(to); });
    object(std::move(members));
  }

  Keys keys_;
};

template <class Write>
std::string written(Write write) {
  SpecWriter writer(Keys::AsGiven);
  write(writer);
  return std::move(writer.out);
}

std::string render(const FeatureSpec& spec, Keys keys) {
  SpecWriter writer(keys);
  writer.feature(spec);
  return std::move(writer.out);
}

}  // namespace

template <>
std::string render_part(const FieldSpec& part) {
  return written([&](SpecWriter& writer) { writer.field(part); });
}
template <>
std::string render_part(const FieldDep& part) {
  return written([&](SpecWriter& writer) { writer.field_dep(part); });
}
template <>
std::string render_part(const FeatureDep& part) {
  return written([&](SpecWriter& writer) { writer.dep(part); });
}
template <>
std::string render_part(const FieldsMapping& part) {
  return written([&](SpecWriter& writer) { writer.wrapped("mapping", part); });
}
template <>
std::string render_part(const Lineage& part) {
  return written([&](SpecWriter& writer) { writer.wrapped("relationship", part); });
}
template <>
std::string render_part(const FeatureSpec& part) {
  return render(part, Keys::AsGiven);
}

std::string render_canonical_json(const FeatureSpec& spec) { return render(spec, Keys::Sorted); }

std::string render_json(const FeatureSpec& spec) { return render(spec, Keys::AsGiven); }

}  // namespace metaxy::spec
