// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation_report.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/console.hpp"

namespace metaxy::cli {

namespace {

using ops::ExplainedField;
using ops::ExplainedParent;
using ops::ExplainedRecord;
using ops::Explanation;

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

// A pre-image of format 1 taken apart; absent for format 0, whose pre-image is text as it is.
std::optional<hash::ParsedPreimage> parsed(const std::string& preimage) {
  if (preimage.rfind("metaxy-preimage/", 0) != 0) return std::nullopt;
  try {
    return hash::parse_preimage(preimage);
  } catch (const Error&) {
    return std::nullopt;
  }
}

Json preimage_json(const std::optional<std::string>& preimage) {
  if (!preimage) return nullptr;
  Json out = Json::object();
  out["text"] = is_valid_utf8(*preimage) ? Json(*preimage) : Json(quote(*preimage, preimage->size()));
  out["tag"] = nullptr;
  out["items"] = nullptr;
  if (const auto parts = parsed(*preimage)) {
    out["tag"] = parts->tag;
    out["items"] = Json::array();
    for (const auto& item : parts->items) out["items"].push_back(text_or_null(item));
  }
  return out;
}

Json field_json(const ExplainedField& field) {
  Json out = Json::object();
  out["key"] = field.key.to_string();
  out["code_version"] = field.code_version;
  out["stale"] = field.stale;
  out["reason"] = field.reason;
  out["data_version"] = text_or_null(field.stored_data_version);
  out["stored_provenance"] = text_or_null(field.stored_provenance);
  out["expected_provenance"] = text_or_null(field.expected_provenance);
  out["preimage"] = preimage_json(field.preimage);
  out["parents"] = Json::array();
  for (const ExplainedParent& parent : field.parents) {
    Json item = Json::object();
    item["feature"] = parent.feature.to_string();
    item["field"] = parent.field.to_string();
    item["data_version"] = text_or_null(parent.data_version);
    item["group"] = preimage_json(parent.group_preimage);
    out["parents"].push_back(std::move(item));
  }
  return out;
}

// The JSON form has all of it.
constexpr std::size_t kMostItems = 60;
constexpr std::size_t kLongest = 1000;

class Text {
 public:
  explicit Text(bool colour) : colour_(colour) {}

  void line(std::size_t depth, const std::string& text) { out += std::string(2 * depth, ' ') + text + "\n"; }
  std::string in(std::string_view text, Style style) const { return styled(text, style, colour_); }

  void preimage(std::size_t depth, const std::optional<std::string>& bytes) {
    if (!bytes) return;
    const auto parts = parsed(*bytes);
    if (!parts) {
      line(depth, "pre-image  " + fit(printable(*bytes), kLongest));
      return;
    }
    line(depth, "pre-image  " + printable(parts->tag));
    std::size_t left = parts->items.size();
    for (const auto& item : parts->items) {
      if (parts->items.size() - left == kMostItems) return line(depth + 1, fmt::format("and {} more items", left));
      line(depth + 1, item ? fmt::format("{:>4}  {}", item->size(), printable(*item)) : in("   ~  null", Style::Dim));
      --left;
    }
  }

  std::string out;

 private:
  bool colour_;
};

std::string version_text(const std::optional<std::string>& version) { return version ? printable(*version) : "none"; }

void append_version(Text& text, const std::string& name, const std::optional<std::string>& version) {
  if (version) text.line(1, fmt::format("{:<21}{}", name, printable(*version)));
}

void append_field(Text& text, const ExplainedField& field) {
  const std::string state = field.stale               ? "  " + text.in("stale", Style::Yellow)
                            : field.stored_provenance ? "  " + text.in("up to date", Style::Green)
                                                      : "";
  text.line(0, text.in("field " + field.key.to_string(), Style::Bold) + state);
  if (!field.reason.empty()) text.line(1, printable(field.reason));
  append_version(text, "code version", field.code_version);
  append_version(text, "data version", field.stored_data_version);
  append_version(text, "provenance stored", field.stored_provenance);
  append_version(text, "provenance expected", field.expected_provenance);
  text.preimage(1, field.preimage);
  for (const ExplainedParent& parent : field.parents) {
    text.line(1, fmt::format("reads {}.{}  {}", parent.feature.to_string(), parent.field.to_string(),
                             version_text(parent.data_version)));
    text.preimage(2, parent.group_preimage);
  }
}

// The user's columns and what the children read; the JSON form has them all.
bool shown_column(const std::string& name) {
  return name.rfind("metaxy_", 0) != 0 || name == "metaxy_data_version_by_field" || name == "metaxy_updated_at";
}

void append_upstream(Text& text, const ExplainedRecord& record, std::size_t number) {
  std::string head = text.in("upstream " + record.feature.to_string(), Style::Bold);
  if (record.optional) head += "  optional";
  if (record.members > 0) head += fmt::format("  member {} of {}", number, record.members);
  text.line(0, head);
  if (record.record.empty()) {
    text.line(1, "no record");
    return;
  }
  text.line(1, "feature version  " + printable(record.feature_version));
  const Json row = parse_json(record.record, "record of " + record.feature.to_string());
  if (!row.is_object()) return;
  for (const auto& [name, value] : row.items())
    if (shown_column(name))
      text.line(1, printable(name) + " = " +
                       fit(printable(value.is_string() ? value.get<std::string>() : dump_compact(value)), 200));
}

Style state_style(const std::string& state) {
  if (state == "up_to_date") return Style::Green;
  if (state == "orphaned" || state == "unknown") return Style::Red;
  return Style::Yellow;
}

}  // namespace

Json explanation_json(const Explanation& explanation) {
  Json out = Json::object();
  out["feature"] = explanation.feature.to_string();
  out["id"] = Json::object();
  for (const auto& [name, value] : explanation.id) out["id"][name] = value;
  out["records"] = explanation.records;
  out["state"] = explanation.state;
  out["reason"] = explanation.reason;
  out["feature_version"] = explanation.current_feature_version;
  out["stored_feature_version"] = text_or_null(explanation.stored_feature_version);
  out["expected_provenance"] = text_or_null(explanation.expected_provenance);
  out["stored_provenance"] = text_or_null(explanation.stored_provenance);
  out["preimage"] = preimage_json(explanation.sample_preimage);
  out["fields"] = Json::array();
  for (const ExplainedField& field : explanation.fields) out["fields"].push_back(field_json(field));
  out["upstream"] = Json::array();
  for (const ExplainedRecord& record : explanation.upstream) {
    Json item = Json::object();
    item["feature"] = record.feature.to_string();
    item["optional"] = record.optional;
    item["feature_version"] = record.feature_version.empty() ? Json(nullptr) : Json(record.feature_version);
    item["members"] = record.members > 0 ? Json(record.members) : Json(nullptr);
    item["record"] = record.record.empty() ? Json(nullptr) : parse_json(record.record, "record");
    out["upstream"].push_back(std::move(item));
  }
  return out;
}

std::string explanation_text(const Explanation& explanation, bool colour) {
  Text text(colour);
  std::vector<std::string> id;
  for (const auto& [name, value] : explanation.id) id.push_back(printable(name) + "=" + printable(value));
  std::string state = explanation.state;
  for (char& c : state)
    if (c == '_') c = ' ';
  text.line(0, text.in(explanation.feature.to_string(), Style::Bold) + "  " + join(id, ", ") + "  " +
                   text.in(state, state_style(explanation.state)));
  if (!explanation.reason.empty()) text.line(1, printable(explanation.reason));
  text.line(1, "feature version      " + printable(explanation.current_feature_version));
  if (explanation.stored_feature_version && *explanation.stored_feature_version != explanation.current_feature_version)
    text.line(1, "stored under         " + printable(*explanation.stored_feature_version));
  if (explanation.records > 1)
    text.line(1, fmt::format("{:<21}{}, one of them shown", "children stored", explanation.records));
  append_version(text, "provenance stored", explanation.stored_provenance);
  append_version(text, "provenance expected", explanation.expected_provenance);
  if (explanation.fields.size() > 1) text.preimage(1, explanation.sample_preimage);
  for (const ExplainedField& field : explanation.fields) {
    text.line(0, "");
    append_field(text, field);
  }
  std::size_t number = 0;
  const ExplainedRecord* before = nullptr;
  for (const ExplainedRecord& record : explanation.upstream) {
    number = before && before->feature == record.feature ? number + 1 : 1;
    before = &record;
    text.line(0, "");
    append_upstream(text, record, number);
  }
  return text.out;
}

}  // namespace metaxy::cli
