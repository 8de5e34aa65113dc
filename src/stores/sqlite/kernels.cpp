// SPDX-License-Identifier: Apache-2.0
// metaxy's digests as functions of SQLite.
#include <fmt/format.h>

#include <metaxy/hash.hpp>
#include <optional>

#include "stores/sqlite/function_values.hpp"

namespace metaxy::stores::sqlite {

namespace {

constexpr int kAnyNumber = -1;

hash::Settings settings_of(sqlite3_context* context, sqlite3_value* length) {
  auto settings = *static_cast<const hash::Settings*>(sqlite3_user_data(context));
  settings.length = static_cast<std::size_t>(sqlite3_value_int64(length));
  return settings;
}

std::optional<std::string_view> value_of(sqlite3_value* value) {
  return is_null(value) ? std::nullopt : std::optional(text_of(value));
}

void give_digest(sqlite3_context* context, const hash::Settings& settings, std::string_view bytes) {
  std::string out;
  hash::append_digest(settings, bytes, out);
  give(context, out);
}

/// metaxy_digest_<format>_<algorithm>(length, raw, value, raw, value, …)
void digest(sqlite3_context* context, Arguments args) {
  const auto settings = settings_of(context, args[0]);
  std::string bytes;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const auto value = value_of(args[i]);
    const bool raw = i % 2 == 1;
    if (!raw && settings.format == hash::Format::V1) {
      hash::append_item(bytes, value);
    } else if (!value) {
      return sqlite3_result_null(context);
    } else {
      bytes += *value;
    }
  }
  give_digest(context, settings, bytes);
}

/// metaxy_hash_<format>_<algorithm>(length, text): the digest of a pre-image that is written already.
void hash_of(sqlite3_context* context, Arguments args) {
  give_digest(context, settings_of(context, args[0]), text_of(args[1]));
}

void items(sqlite3_context* context, Arguments args) {
  std::string out;
  for (auto* value : args) hash::append_item(out, value_of(value));
  give(context, out);
}

}  // namespace

void register_kernels(sqlite3* database) {
  const auto destroy = [](void* settings) { delete static_cast<hash::Settings*>(settings); };
  for (const auto format : {hash::Format::V0, hash::Format::V1}) {
    for (const auto algorithm : hash::all_algorithms()) {
      const auto name = fmt::format("{}_{}", static_cast<int>(format), hash::to_string(algorithm));
      const hash::Settings settings{format, algorithm, 0};
      register_scalar(database, "metaxy_digest_" + name, kAnyNumber, call<digest, false>, new hash::Settings(settings),
                      destroy);
      register_scalar(database, "metaxy_hash_" + name, 2, call<hash_of>, new hash::Settings(settings), destroy);
    }
  }
  register_scalar(database, "metaxy_items", kAnyNumber, call<items, false>);
}

}  // namespace metaxy::stores::sqlite
