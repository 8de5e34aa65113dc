// SPDX-License-Identifier: Apache-2.0
// Operands of the filter language: signs, names, constants, casts, CASE and calls.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"
#include "rel/parser.hpp"
#include "rel/typed_text.hpp"
#include "rel/vocabulary.hpp"

namespace metaxy::rel {

namespace {

constexpr int kMaxDepth = 200;
/// A level of the tree takes at most two of the parser: an operand and its parentheses.
constexpr int kMaxNesting = 2 * kMaxDepth + 10;

struct Hint {
  std::string_view word;
  std::string_view text;
};

constexpr std::string_view kAggregate = "a filter looks at one row: aggregates are not part of it";
constexpr std::string_view kMoment =
    "a filter must not depend on when it is run: write a constant like DATE '2025-01-31'";
constexpr auto kFunctionHints = std::to_array<Hint>({
    {"count", kAggregate},
    {"sum", kAggregate},
    {"avg", kAggregate},
    {"min", "the least of several values is least(a, b)"},
    {"max", "the greatest of several values is greatest(a, b)"},
    {"now", kMoment},
    {"today", kMoment},
    {"random", "a filter must give the same answer every time"},
    {"extract", "write year(x), month(x) or day(x)"},
    {"if", "write CASE WHEN a THEN b ELSE c END"},
    {"iif", "write CASE WHEN a THEN b ELSE c END"},
    {"ifnull", "write coalesce(a, b)"},
    {"nvl", "write coalesce(a, b)"},
    {"len", "write length(x)"},
    {"date", "write CAST(x AS date) or DATE '2025-01-31'"},
    {"timestamp", "write CAST(x AS timestamp)"},
    {"try_cast", "write CAST(x AS type)"},
    {"concat", "write a || b"},
    {"position", "write contains(text, part)"},
    {"regexp_matches", "use LIKE, contains, starts_with or ends_with"},
});

constexpr auto kRestHints = std::to_array<Hint>({
    {"over", "window functions are not part of the filter language"},
    {"similar", "use LIKE, contains, starts_with or ends_with"},
    {"glob", "use LIKE, contains, starts_with or ends_with"},
    {"regexp", "use LIKE, contains, starts_with or ends_with"},
    {"rlike", "use LIKE, contains, starts_with or ends_with"},
    {"collate", "texts are compared by their bytes; use lower(x) to ignore case"},
    {"order", "a filter is a condition only: leave out ORDER BY"},
    {"limit", "a filter is a condition only: leave out LIMIT"},
    {"union", "a filter is one expression"},
});

std::string hint_for(std::span<const Hint> hints, std::string_view word) {
  auto hint = std::find_if(hints.begin(), hints.end(), [&](const Hint& each) { return each.word == word; });
  return hint == hints.end() ? std::string() : std::string(hint->text);
}

template <class Words>
std::vector<std::string> names_of(const Words& words) {
  std::vector<std::string> names;
  for (const auto& word : words) names.emplace_back(word.name);
  return names;
}

bool begins_constant(std::string_view word) {
  return word == "date" || word == "time" || word == "timestamp" || word == "timestamptz" || word == "interval";
}

/// One spelling per value: no leading zeros but one before the point, no bare point.
std::string plain_decimal(std::string_view digits, bool negative) {
  std::string text(digits);
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty() || text.front() == '.') text.insert(0, "0");
  if (text.back() == '.') text += '0';
  if (negative) text.insert(0, "-");
  return text;
}

}  // namespace

Parser::Nesting::Nesting(Parser& parser) : parser_(parser) {
  if (++parser.nesting_ > kMaxNesting) {
    --parser.nesting_;
    parser.fail(parser.peek(), "the filter is nested too deeply", "use fewer parentheses");
  }
}

ExprPtr Parser::filter() {
  if (peek().kind == TokenKind::End) fail(peek(), "the filter is empty", "write a condition such as x > 1, or TRUE");
  if (sees_word("where") && peek(1).kind == TokenKind::Word && infix_level() == Level::None) {
    fail(peek(), "found `WHERE`", "write the condition only");
  }
  if (sees_word("select") || (sees_word("with") && peek(1).kind == TokenKind::Word)) {
    fail(peek(), "a filter is a condition, not a statement", "write what would stand behind WHERE");
  }
  Tree tree = expression(Level::Or);
  if (peek().kind != TokenKind::End) refuse_rest();
  return tree.expr;
}

Tree Parser::prefix(Level least) {
  if (sees_word("not") || sees_symbol("!")) return negation(least);
  if (sees_symbol("-") || sees_symbol("+")) return sign();
  return operand();
}

/// Loops, because NOT NOT NOT … must not cost stack.
Tree Parser::negation(Level least) {
  const Token& begin = peek();
  if (least > Level::Not) fail(begin, "expected a value, found " + found(begin), "put the negation in parentheses");
  int count = 0;
  while (take_word("not") || take_symbol("!")) ++count;
  Tree result = expression(Level::Is);
  while (count-- > 0) result = tree(negate(result.expr), result.depth, begin);
  return result;
}

Tree Parser::sign() {
  const Token& begin = peek();
  int minuses = 0;
  bool last_minus = false;
  while (sees_symbol("-") || sees_symbol("+")) {
    last_minus = take().text == "-";
    if (last_minus) ++minuses;
  }
  const Token& first = peek();
  Tree result = operand();
  // The minus belongs to the number when nothing else does: -1, but not -1::text.
  bool bare_number =
      first.kind == TokenKind::Number && result.depth == 1 && !std::holds_alternative<Cast>(result.expr->node);
  if (bare_number && last_minus) {
    result.expr = number(first, true);
    --minuses;
  }
  while (minuses-- > 0) result = tree(unary(UnaryOp::Negate, result.expr), result.depth, begin);
  return result;
}

/// A primary with members and casts behind it.
Tree Parser::operand() {
  Tree result = primary();
  for (;;) {
    const Token& at = peek();
    if (take_symbol(".")) {
      const Token& name = take();
      if (name.kind != TokenKind::Word && name.kind != TokenKind::QuotedName) {
        fail(name, "expected the name of a member after the point, found " + found(name),
             "put other names in double quotes: column.\"name\"");
      }
      result = tree(member(result.expr, name.kind == TokenKind::Word ? std::string(name.text) : name.value),
                    result.depth, at);
    } else if (take_symbol("::")) {
      result = cast_to(result, at);
    } else {
      return result;
    }
  }
}

Tree Parser::primary() {
  const Token& token = peek();
  switch (token.kind) {
    case TokenKind::Number: take(); return {number(token, false), 1};
    case TokenKind::String: take(); return {literal(token.value), 1};
    case TokenKind::QuotedName:
      take();
      if (sees_symbol("(")) fail(token, quote(token.value) + " is a quoted name, not a function");
      return {column(token.value), 1};
    case TokenKind::Word: return word();
    case TokenKind::Symbol:
      if (token.text == "(") return parentheses();
      break;
    case TokenKind::End: break;
  }
  fail(token, "expected a column, a constant or `(`, found " + found(token));
}

Tree Parser::parentheses() {
  const Token& open = take();
  refuse_subquery();
  Tree inner = expression(Level::Or);
  if (sees_symbol(",")) fail(open, "row values are not part of the filter language", "compare one value at a time");
  if (!sees_symbol(")")) {
    fail(peek(), "expected `)`, found " + found(peek()), hint_for(kRestHints, peek().value));
  }
  take();
  return inner;
}

Tree Parser::word() {
  const Token& token = peek();
  const Token& next = peek(1);
  bool calls = next.kind == TokenKind::Symbol && next.text == "(";
  if (token.value == "true" || token.value == "false") return {literal(take().value == "true"), 1};
  if (token.value == "null") return take(), Tree{null(), 1};
  if (token.value == "case") return conditional();
  if (token.value == "cast") return cast_call();
  if (token.value == "exists" || token.value == "select") {
    fail(token, "subqueries are not part of the filter language", "join with a feature or table instead");
  }
  if (is_reserved(token.value)) {
    fail(token, "expected a column, a constant or `(`, found " + found(token),
         fmt::format("a column of this name is written \"{}\"", token.text));
  }
  if (calls) return call();
  if (begins_constant(token.value)) {
    bool zoned = token.value == "timestamp" && next.kind == TokenKind::Word && next.value == "with";
    bool amount =
        next.kind == TokenKind::Number ||
        (next.kind == TokenKind::Symbol && (next.text == "-" || next.text == "+") &&
         peek(2).kind == TokenKind::Number && peek(3).kind == TokenKind::Word && is_interval_unit(peek(3).value));
    if (next.kind == TokenKind::String || zoned || (token.value == "interval" && amount)) return constant_of(take());
  }
  return {column(std::string(take().text)), 1};
}

/// DATE '…' and its kin; the type's first word is taken.
Tree Parser::constant_of(const Token& type_word) {
  if (type_word.value == "interval") return interval(type_word);
  std::string name = type_word.value;
  if (take_word("with")) {
    expect_word("time");
    expect_word("zone");
    name = "timestamptz";
  }
  auto words = type_words();
  Type type = std::find_if(words.begin(), words.end(), [&](const TypeWord& each) { return each.name == name; })->type;
  const Token& text = take();
  if (text.kind != TokenKind::String) fail(text, "expected a text constant, found " + found(text));
  std::optional<std::string> spelled = typed_text(type, text.value);
  if (!spelled) fail(text, fmt::format("{} is not a {}", quote(text.value), name), std::string(typed_text_form(type)));
  return {literal(TypedText{type, std::move(*spelled)}), 1};
}

Tree Parser::interval(const Token& begin) {
  std::string text;
  if (peek().kind == TokenKind::String) {
    text = take().value;
  } else {
    if (take_symbol("-")) {
      text = "-";
    } else {
      take_symbol("+");
    }
    text += take().text;
  }
  if (peek().kind == TokenKind::Word && is_interval_unit(peek().value)) text += " " + take().value;
  if (!typed_text(Type::Interval, text)) {
    fail(begin, quote(text) + " is not an interval", std::string(typed_text_form(Type::Interval)));
  }
  return {literal(TypedText{Type::Interval, std::move(text)}), 1};
}

Tree Parser::cast_call() {
  const Token& begin = take();
  expect_symbol("(");
  Tree arg = expression(Level::Or);
  expect_word("as");
  Tree result = cast_to(arg, begin);
  expect_symbol(")");
  return result;
}

Tree Parser::cast_to(const Tree& arg, const Token& at) {
  const Token& name = take();
  auto words = type_words();
  auto word = std::find_if(words.begin(), words.end(), [&](const TypeWord& each) { return each.name == name.value; });
  if (name.kind != TokenKind::Word || word == words.end()) {
    fail(name, "expected a type, found " + found(name), did_you_mean(name.value, names_of(words)));
  }
  Cast cast{arg.expr, word->type};
  if (name.value == "double") take_word("precision");
  bool zoned = (name.value == "timestamp" && sees_word("with")) || sees_word("without");
  if (zoned && (cast.type == Type::Timestamp || cast.type == Type::Time)) {
    if (take().value == "with") cast.type = Type::TimestampTz;
    expect_word("time");
    expect_word("zone");
  }
  if (cast.type == Type::Decimal) {
    std::tie(cast.precision, cast.scale) = decimal_digits();
  } else if (sees_symbol("(")) {
    fail(peek(), fmt::format("{} takes no length", name.value), "leave it out");
  }
  return tree(node(std::move(cast)), arg.depth, at);
}

std::pair<int, int> Parser::decimal_digits() {
  if (!take_symbol("(")) return {18, 3};
  auto whole = [this](int least, int most) {
    const Token& token = take();
    int value = -1;
    if (token.kind == TokenKind::Number)
      std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
    if (value < least || value > most || token.text.find_first_not_of("0123456789") != std::string_view::npos) {
      fail(token, fmt::format("expected a number from {} to {}, found {}", least, most, found(token)),
           "decimal(18, 3) has 18 digits, 3 of them behind the point");
    }
    return value;
  };
  int precision = whole(1, 38);
  int scale = take_symbol(",") ? whole(0, precision) : 0;
  expect_symbol(")");
  return {precision, scale};
}

Tree Parser::conditional() {
  const Token& begin = take();
  ExprPtr subject;
  if (!sees_word("when")) {
    const Token& at = peek();
    subject = expression(Level::Or).expr;
    if (!std::holds_alternative<Column>(subject->node)) {
      fail(at, "the subject of CASE is not a column", "write CASE WHEN condition THEN …");
    }
  }
  Case result;
  int depth = 0;
  if (!sees_word("when")) expect_word("when");
  while (take_word("when")) {
    Tree when = expression(Level::Or);
    expect_word("then");
    Tree then = expression(Level::Or);
    depth = std::max({depth, when.depth + (subject ? 1 : 0), then.depth});
    result.branches.emplace_back(subject ? equal(subject, when.expr) : when.expr, then.expr);
  }
  if (take_word("else")) {
    Tree otherwise = expression(Level::Or);
    depth = std::max(depth, otherwise.depth);
    result.otherwise = otherwise.expr;
  }
  expect_word("end");
  return tree(node(std::move(result)), depth, begin);
}

Tree Parser::call() {
  const Token& name = take();
  auto words = function_words();
  auto word =
      std::find_if(words.begin(), words.end(), [&](const FunctionWord& each) { return each.name == name.value; });
  if (word == words.end()) {
    std::string hint = hint_for(kFunctionHints, name.value);
    fail(name, "there is no function " + quote(name.text, 60),
         hint.empty() ? did_you_mean(name.value, names_of(words)) : hint);
  }
  take();
  refuse_subquery();
  std::pair<std::vector<ExprPtr>, int> args{{}, 0};
  if (!take_symbol(")")) args = list(")");
  std::size_t count = args.first.size();
  if (count < word->least || count > word->most) {
    std::string wanted = word->least == word->most ? std::to_string(word->least)
                         : word->most > 3          ? fmt::format("{} or more", word->least)
                                                   : fmt::format("{} or {}", word->least, word->most);
    fail(name, fmt::format("`{}` takes {} argument{}, not {}", word->name, wanted, wanted == "1" ? "" : "s", count));
  }
  return tree(rel::call(word->function, std::move(args.first)), args.second, name);
}

ExprPtr Parser::number(const Token& token, bool negative) const {
  std::string_view text = token.text;
  std::string signed_text = (negative ? "-" : "") + std::string(text);
  const char* end = signed_text.data() + signed_text.size();
  if (text.find_first_of("eE") != std::string_view::npos) {
    double value = 0;
    auto [stop, error] = std::from_chars(signed_text.data(), end, value);
    if (error != std::errc() || stop != end) fail(token, "the number " + quote(text, 60) + " is out of range");
    return literal(value);
  }
  std::int64_t value = 0;
  auto [stop, error] = std::from_chars(signed_text.data(), end, value);
  if (error == std::errc() && stop == end) return literal(value);
  std::string decimal = plain_decimal(text, negative);
  if (!is_decimal(decimal)) {
    fail(token, "the number " + quote(text, 60) + " has more than 38 digits", "write it with an exponent: 1e40");
  }
  return literal(TypedText{Type::Decimal, std::move(decimal)});
}

std::pair<std::vector<ExprPtr>, int> Parser::list(std::string_view close) {
  std::vector<ExprPtr> items;
  int depth = 0;
  do {
    Tree item = expression(Level::Or);
    items.push_back(item.expr);
    depth = std::max(depth, item.depth);
  } while (take_symbol(","));
  expect_symbol(close);
  return {std::move(items), depth};
}

Tree Parser::tree(ExprPtr expr, int depth, const Token& at) const {
  if (depth >= kMaxDepth) {
    fail(at, fmt::format("more than {} operators lie one inside the other", kMaxDepth),
         "write long lists with IN, AND or OR");
  }
  return {std::move(expr), depth + 1};
}

void Parser::expect_word(std::string_view word) {
  if (take_word(word)) return;
  std::string upper(word);
  for (char& c : upper) c = static_cast<char>(c - 'a' + 'A');
  fail(peek(), fmt::format("expected {}, found {}", upper, found(peek())));
}

void Parser::expect_symbol(std::string_view symbol) {
  if (!take_symbol(symbol)) fail(peek(), fmt::format("expected `{}`, found {}", symbol, found(peek())));
}

void Parser::refuse_subquery() const {
  for (std::string_view word : {"select", "with", "values", "from"}) {
    bool begins = sees_word(word) && (word == "select" || peek(1).kind == TokenKind::Word);
    if (begins && (word == "select" || !is_reserved(peek(1).value))) {
      fail(peek(), "subqueries are not part of the filter language", "join with a feature or table instead");
    }
  }
}

void Parser::refuse_rest() const {
  const Token& token = peek();
  std::string hint = token.kind == TokenKind::Word ? hint_for(kRestHints, token.value) : std::string();
  if (hint.empty() && token.kind == TokenKind::QuotedName) hint = "texts are written in single quotes: 'text'";
  fail(token, "expected AND, OR or the end, found " + found(token), std::move(hint));
}

std::string Parser::found(const Token& token) {
  return token.kind == TokenKind::End ? "the end of the filter" : quote(token.text, 60);
}

void Parser::fail(const Token& at, const std::string& message, std::string hint) const {
  refuse(text_, at.at, message, std::move(hint));
}

}  // namespace metaxy::rel
