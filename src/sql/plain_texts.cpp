// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "sql/plain.hpp"

namespace metaxy::sql::plain {

namespace {

/// Chains of operators are trees as deep as they are long, and functions take so many arguments.
constexpr std::size_t kPartsOfText = 50;
constexpr std::size_t kMembersOfPack = 50;

bool is_json(const rel::Expr& expr) {
  if (const auto* member = std::get_if<rel::Member>(&expr.node)) return is_json(*member->of);
  const auto type = rel::type_of(expr);
  return type && type->is_json;
}

}  // namespace

bool is_null(const rel::Expr& expr) {
  if (const auto* cast = std::get_if<rel::Cast>(&expr.node)) return is_null(*cast->arg);
  const auto* literal = std::get_if<rel::Literal>(&expr.node);
  return literal && std::holds_alternative<std::monostate>(literal->value);
}

bool is_plain_text(const Known& type) { return rel::is_type(type, Type::Text) && !type->is_json; }

/// Writes a word with what it holds.
void fill(Writer& out, std::string_view word, const Write& value, const Write& name) {
  constexpr std::string_view kValue = "{}";
  constexpr std::string_view kName = "{name}";
  while (!word.empty()) {
    const auto at = std::min(word.find(kValue), word.find(kName));
    out.sql(word.substr(0, at));
    if (at == std::string_view::npos) return;
    word.remove_prefix(at);
    const bool is_value = word.starts_with(kValue);
    is_value ? value() : name();
    word.remove_prefix(is_value ? kValue.size() : kName.size());
  }
}

void Plain::text(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  const auto* cast = std::get_if<rel::Cast>(&expr.node);
  if (cast && cast->type == Type::Text && !is_null(expr)) return text(out, *cast->arg, write);
  const auto type = rel::type_of(expr);
  if (is_null(expr) || rel::is_integer(type)) {
    out.sql("CAST(");
    write(expr);
    out.sql(" AS ").sql(type_name(Type::Text)).sql(")");
  } else if (is_plain_text(type)) {
    const bool operation = std::holds_alternative<rel::Binary>(expr.node);
    out.sql(operation ? "(" : "");
    write(expr);
    out.sql(operation ? ")" : "");
  } else if (rel::is_type(type, Type::Boolean)) {
    out.sql("CASE WHEN ");
    condition(out, expr, write);
    out.sql(" THEN 'true' WHEN NOT (");
    condition(out, expr, write);
    out.sql(") THEN 'false' END");
  } else {
    refuse("write values of this type, or of one that nobody told, as metaxy does");
  }
}

void Plain::joined(Writer& out, std::span<const Write> parts) const {
  if (words_.join_opening.empty()) refuse("join texts as metaxy does");
  if (parts.size() == 1) return parts.front()();
  out.sql(words_.join_opening);
  const std::size_t size = std::max(kPartsOfText, (parts.size() + kPartsOfText - 1) / kPartsOfText);
  const bool flat = parts.size() <= kPartsOfText;
  for (std::size_t i = 0; i < parts.size(); i += flat ? 1 : size) {
    if (i > 0) out.sql(words_.join_between);
    joined(out, parts.subspan(i, flat ? 1 : std::min(size, parts.size() - i)));
  }
  out.sql(words_.join_closing);
}

/// The item of a value (docs/format.md).
void Plain::item(Writer& out, const rel::Expr& expr, const WriteExpr& write) const {
  if (words_.bytes.empty()) refuse("count the bytes of a text");
  const Write whole = [&] { fill(out, words_.utf8, [&] { text(out, expr, write); }); };
  const Write length = [&] {
    out.sql("CAST(");
    fill(out, words_.bytes, whole);
    out.sql(" AS ").sql(type_name(Type::Text)).sql(")");
  };
  const std::array<Write, 4> parts = {length, [&] { out.sql("':'"); }, whole, [&] { out.sql("','"); }};
  out.sql("COALESCE(");
  joined(out, parts);
  out.sql(", '~,')");
}

void Plain::write_items(Writer& out, const rel::Items& items, const WriteExpr& write) const {
  std::vector<Write> parts;
  for (const auto& arg : items.args) parts.emplace_back([&, arg] { item(out, *arg, write); });
  if (parts.empty()) return constant(out, words_.text, "");
  fill(out, words_.computed, [&] { joined(out, parts); });
}

bool Plain::write_digest(Writer& out, const rel::Digest& digest, const WriteExpr& write) const {
  const auto word = digest.algorithm == "sha256" ? words_.sha256
                    : digest.algorithm == "md5"  ? words_.md5
                                                 : std::string_view();
  if (word.empty()) return false;
  std::vector<Write> parts;
  std::vector<const rel::Expr*> nullable;
  const auto whole = [&](const rel::ExprPtr& expr) {
    nullable.push_back(expr.get());
    parts.emplace_back([&, at = expr.get()] { fill(out, words_.utf8, [&] { text(out, *at, write); }); });
  };
  for (const auto& part : digest.parts) {
    if (const auto* raw = std::get_if<std::string>(&part)) {
      parts.emplace_back([&, raw] { constant(out, words_.part, *raw); });
    } else if (const auto* written = std::get_if<rel::Written>(&part)) {
      whole(written->text);
    } else if (digest.format == 0) {
      whole(std::get<rel::ExprPtr>(part));
    } else {
      parts.emplace_back([&, at = std::get<rel::ExprPtr>(part).get()] { item(out, *at, write); });
    }
  }
  if (parts.empty()) parts.emplace_back([&] { constant(out, words_.part, ""); });
  const bool guarded = !words_.digests_keep_null && !nullable.empty();
  out.sql(guarded ? "CASE WHEN " : "");
  for (std::size_t i = 0; guarded && i < nullable.size(); ++i) {
    out.sql(i > 0 ? " AND " : "");
    text(out, *nullable[i], write);
    out.sql(" IS NOT NULL");
  }
  out.sql(guarded ? " THEN " : "");
  fill(out, words_.computed, [&] {
    out.sql("SUBSTRING(");
    fill(out, word, [&] { joined(out, parts); });
    out.sql(", 1, ").number(std::uint64_t{digest.length}).sql(")");
  });
  out.sql(guarded ? " END" : "");
  return true;
}

void Plain::write_member(Writer& out, const rel::Member& member, const WriteExpr& write) const {
  if (words_.member.empty() || !is_json(*member.of)) refuse("read members of this value as metaxy does");
  constexpr std::string_view kOthers = "_-/ ";
  const bool simple = std::all_of(member.name.begin(), member.name.end(), [kOthers](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || kOthers.find(c) != std::string_view::npos;
  });
  const bool plain = simple && !member.name.empty() && !member.name.ends_with(' ');
  if (!words_.any_member && !plain) refuse("name the member " + member.name);
  const auto at = words_.path.find("{}");
  const auto path = std::string(words_.path.substr(0, at)) + member.name + std::string(words_.path.substr(at + 2));
  fill(out, words_.computed, [&] {
    fill(
        out, words_.member, [&] { write(*member.of); }, [&] { out << Text{path}; });
  });
}

void Plain::write_pack(Writer& out, const rel::Pack& pack, const WriteExpr& write) const {
  if (pack.members.empty()) throw Error(ErrorCode::Internal, "a by-field column has no members");
  if (words_.pack.empty() || pack.members.size() > kMembersOfPack) refuse("write such an object");
  const auto members = [&] {
    bool first = true;
    for (const auto& [name, member] : pack.members) {
      if (!is_null(*member) && !is_plain_text(rel::type_of(*member))) refuse("write members of this type");
      if (!std::exchange(first, false)) out.sql(", ");
      fill(
          out, words_.packed, [&, &expr = *member] { value(out, expr, write); },
          [&, &key = name] { out << Text{key}; });
    }
  };
  fill(out, words_.computed, [&] { fill(out, words_.pack, members); });
}

}  // namespace metaxy::sql::plain
