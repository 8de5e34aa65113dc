// SPDX-License-Identifier: Apache-2.0
#include "project/store_settings_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include <metaxy/hash.hpp>

#include "base/text.hpp"
#include "project/config_text.hpp"

namespace metaxy::project {
namespace {

bool is_file(std::string_view type) {
  return type == "duckdb" || type.ends_with("DuckDBMetadataStore") || type == "sqlite" ||
         type.ends_with("SQLiteMetadataStore");
}

// `:memory:` and addresses such as `md:…` or `s3://…` are no paths.
bool is_relative_file(std::string_view text) {
  return !text.empty() && text.front() != ':' && text.front() != '/' && text.find("://") == std::string_view::npos &&
         !text.starts_with("md:") && !text.starts_with("motherduck:");
}

bool names_file(std::string_view type, std::string_view option) {
  if (option == "path" || option == "root_path") return true;
  return (option == "database" || option == "location") && is_file(type);
}

/// Options of both forms, with their pointers, in the order written.
struct Option {
  std::string name;
  std::string at;
  const Json* value;
};
std::vector<Option> options_of(const std::string& at, const Json& table) {
  std::vector<Option> out;
  for (const auto& [name, value] : table.items()) {
    if (name == "type") continue;
    if (name == "config" && value.is_object()) {
      for (const auto& [inner, option] : value.items()) out.push_back({inner, pointer(at + "/config", inner), &option});
    } else {
      out.push_back({name, pointer(at, name), &value});
    }
  }
  return out;
}

class StoreReader {
 public:
  StoreReader(const SettingTree& tree, const std::string& name, Faults& faults)
      : tree_(tree), name_(name), at_(pointer("/stores", name)), faults_(faults) {}

  std::optional<StoreConfig> read(const Json& value) {
    const Origin* where = origin(at_);
    if (!value.is_object()) {
      wrong(at_, "should be a table with `type` and the options of that type");
      return std::nullopt;
    }
    const auto type = value.find("type");
    if (type == value.end()) {
      // A variable for a store of another project must not stop this one.
      if (!where || !where->is_loose) missing_type(value);
      return std::nullopt;
    }
    if (!type->is_string() || type->get<std::string>().empty()) {
      wrong(at_ + "/type", "should be the name of a store type", "for example \"duckdb\"");
      return std::nullopt;
    }
    StoreConfig out{.type = type->get<std::string>(), .options = {}, .place = {}};
    if (where) out.place = where->key;
    for (const Option& option : options_of(at_, value)) add(option, out);
    return out;
  }

 private:
  const Origin* origin(const std::string& at) const {
    const auto it = tree_.origins.find(at);
    return it == tree_.origins.end() ? nullptr : &it->second;
  }
  void wrong(const std::string& at, std::string message, std::string hint = {}) {
    const Origin* where = origin(at);
    faults_.add("store " + name_, std::move(message), std::move(hint),
                where ? std::optional(where->value) : std::nullopt);
  }

  void missing_type(const Json& table) {
    std::vector<std::string> names;
    for (const auto& [name, unused] : table.items()) names.push_back(name);
    std::string hint = "for example type = \"duckdb\"";
    if (const auto near = nearest("type", names))
      hint = fmt::format("did you mean `type` instead of {}?", quote(*near));
    const Origin* where = origin(at_);
    faults_.add("store " + name_, "has no `type`", std::move(hint), where ? std::optional(where->key) : std::nullopt);
  }

  void add(const Option& option, StoreConfig& out) {
    const Json& value = *option.value;
    if (value.is_null()) return;
    if (option.name == "fallback_stores") return add_fallbacks(option, out);
    std::string text = value.is_string() ? value.get<std::string>() : dump_compact(value);
    if (option.name == "hash_algorithm") check_algorithm(option, value);
    if (option.name == "hash_truncation_length" && !is_length(text))
      wrong(option.at, "should be an integer from 8 to 64");
    if (option.name == "auto_create_tables" && text != "true" && text != "false")
      wrong(option.at, "should be true or false");
    const Origin* where = origin(option.at);
    if (where && value.is_string() && names_file(out.type, option.name) && is_relative_file(text)) {
      text = (where->folder / text).lexically_normal().string();
    }
    if (!out.options.emplace(option.name, std::move(text)).second) {
      wrong(option.at, fmt::format("option {} is given in the table and in its `config`", quote(option.name)),
            "leave one of them out");
    }
  }

  void add_fallbacks(const Option& option, StoreConfig& out) {
    const Origin* where = origin(option.at);
    if (where) out.fallbacks_place = where->value;
    const bool is_one = option.value->is_string() && where && where->is_loose;
    const Json list = is_one ? Json::array({*option.value}) : *option.value;
    const auto is_name = [](const Json& item) { return item.is_string() && !item.get<std::string>().empty(); };
    if (!list.is_array() || !std::ranges::all_of(list, is_name)) {
      return wrong(option.at, "should be a list of names of stores", "for example fallback_stores = [\"prod\"]");
    }
    for (const Json& item : list) out.fallbacks.push_back(item.get<std::string>());
  }

  static bool is_length(std::string_view text) {
    int length = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), length);
    return failed == std::errc() && end == text.data() + text.size() && length >= 8 && length <= 64;
  }

  void check_algorithm(const Option& option, const Json& value) {
    try {
      hash::parse_algorithm(value.is_string() ? value.get<std::string>() : dump_compact(value));
    } catch (const Error& error) {
      wrong(option.at, error.message(), error.hint());
    }
  }

  const SettingTree& tree_;
  const std::string& name_;
  const std::string at_;
  Faults& faults_;
};

}  // namespace

std::optional<StoreConfig> read_store(const SettingTree& tree, const std::string& name, const Json& value,
                                      Faults& faults) {
  return StoreReader(tree, name, faults).read(value);
}

Json printed_store(const SettingTree& tree, const std::string& name, const StoreConfig& store) {
  Json options = Json::object();
  for (const Option& option : options_of(pointer("/stores", name), tree.values["stores"][name]))
    options.update(without_secrets(Json{{option.name, *option.value}}));
  return Json{{"type", store.type}, {"config", std::move(options)}};
}

}  // namespace metaxy::project
