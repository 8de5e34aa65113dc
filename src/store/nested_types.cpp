// SPDX-License-Identifier: Apache-2.0
#include "store/nested_types.hpp"

#include "base/json.hpp"

namespace metaxy::store {

namespace {

ColumnType json_of(const OwnTypes& own, Kind kind) { return {kind, std::string(own.json()), {}, {}}; }

Json to_json(const OwnTypes& own, const ColumnType& type) {
  if (type.kind == Kind::Struct) {
    Json members = Json::array();
    for (std::size_t i = 0; i < type.members.size(); ++i) {
      members.push_back(Json::array({type.members[i], to_json(own, type.member_types[i])}));
    }
    return Json{{"struct", members}};
  }
  if (type.kind == Kind::Map) {
    return Json{{"map", Json::array({to_json(own, type.member_types[0]), to_json(own, type.member_types[1])})}};
  }
  if (type.kind == Kind::List) return Json{{"list", to_json(own, type.member_types[0])}};
  return own.write_scalar(type);
}

std::optional<ColumnType> from_json(const OwnTypes& own, const Json& json) {
  if (json.is_string()) return own.read_scalar(json.get<std::string>());
  if (!json.is_object() || json.size() != 1) return std::nullopt;
  const auto& inner = json.begin().value();
  if (json.begin().key() == "list") {
    auto element = from_json(own, inner);
    if (!element) return std::nullopt;
    return own.list_of(*std::move(element));
  }
  if (json.begin().key() == "map" && inner.is_array() && inner.size() == 2) {
    auto key = from_json(own, inner[0]);
    auto value = from_json(own, inner[1]);
    if (!key || !value) return std::nullopt;
    auto out = json_of(own, Kind::Map);
    out.member_types = {*std::move(key), *std::move(value)};
    return out;
  }
  if (json.begin().key() != "struct" || !inner.is_array()) return std::nullopt;
  auto out = json_of(own, Kind::Struct);
  for (const auto& member : inner) {
    if (!member.is_array() || member.size() != 2 || !member[0].is_string()) return std::nullopt;
    auto type = from_json(own, member[1]);
    if (!type) return std::nullopt;
    out.members.push_back(member[0].get<std::string>());
    out.member_types.push_back(*std::move(type));
  }
  return out;
}

}  // namespace

bool is_nested(const ColumnType& type) {
  return type.kind == Kind::Struct || type.kind == Kind::Map || type.kind == Kind::List;
}

ColumnType column_type(const OwnTypes& own, const arrow::TypeNode& type, const ArrowSchema& schema) {
  if (type.dictionary) return column_type(own, *type.dictionary, *schema.dictionary);
  switch (type.view.type) {
    case NANOARROW_TYPE_STRUCT: {
      auto out = json_of(own, Kind::Struct);
      for (std::size_t i = 0; i < type.children.size(); ++i) {
        out.members.emplace_back(schema.children[i]->name ? schema.children[i]->name : "");
        out.member_types.push_back(column_type(own, type.children[i], *schema.children[i]));
      }
      return out;
    }
    case NANOARROW_TYPE_MAP: {
      auto out = json_of(own, Kind::Map);
      for (std::size_t i = 0; i < 2; ++i) {
        out.member_types.push_back(column_type(own, type.children[0].children[i], *schema.children[0]->children[i]));
      }
      return out;
    }
    case NANOARROW_TYPE_LIST:
    case NANOARROW_TYPE_LARGE_LIST:
    case NANOARROW_TYPE_FIXED_SIZE_LIST: return own.list_of(column_type(own, type.children[0], *schema.children[0]));
    default: return own.scalar_of(type.view);
  }
}

std::string write_type(const OwnTypes& own, const ColumnType& type) { return dump_compact(to_json(own, type)); }

std::optional<ColumnType> read_type(const OwnTypes& own, const std::string& text) {
  const auto json = Json::parse(text, nullptr, false);
  return json.is_discarded() ? std::nullopt : from_json(own, json);
}

}  // namespace metaxy::store
