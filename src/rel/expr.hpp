// SPDX-License-Identifier: Apache-2.0
// Expressions over the columns of a relation: what filters are parsed into and what every dialect renders. Immutable
// trees shared by pointer. Whoever builds or lowers relations includes this; users write filter strings instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace metaxy::rel {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

/// Types that casts and typed literals can name.
enum class Type {
  Boolean,
  Int16,
  Int32,
  Int64,
  Float,
  Double,
  Decimal,
  Text,
  Binary,
  Date,
  Time,
  Timestamp,
  TimestampTz,
  Interval,
};

/// A typed literal whose text the database reads: DATE '…', TIMESTAMP '…', INTERVAL '…', exact decimals (at most 38
/// digits, no exponent).
struct TypedText {
  Type type;
  std::string text;
  bool operator==(const TypedText&) const = default;
};

/// A constant; monostate is NULL.
struct Literal {
  std::variant<std::monostate, bool, std::int64_t, double, std::string, TypedText> value;
};
/// What values are, as far as a type can be named.
struct ValueType {
  Type type = Type::Text;
  int precision = 0;     ///< of Decimal: digits in all
  int scale = 0;         ///< of Decimal: digits behind the point
  bool is_json = false;  ///< text that is a struct, map or list
  bool operator==(const ValueType&) const = default;
};
/// A column of the input relation, exactly as spelled. Databases whose values do not know their types are told it by
/// stores.
struct Column {
  std::string name;
  std::optional<ValueType> type = {};
};
/// What a member is looked up in. Stores find it out for databases that ask structs and maps in different words.
enum class Holder { Unknown, Struct, Map };
/// A member of a by-field column (struct, map or JSON, as the store keeps it), or of a user's struct column.
struct Member {
  ExprPtr of;
  std::string name;
  Holder holder = Holder::Unknown;
};

enum class UnaryOp { Not, Negate, IsNull, IsNotNull, IsTrue, IsNotTrue, IsFalse, IsNotFalse };
struct Unary {
  UnaryOp op;
  ExprPtr arg;
};

enum class BinaryOp {
  And,
  Or,
  Eq,
  Ne,
  Lt,
  Le,
  Gt,
  Ge,
  IsDistinct,
  IsNotDistinct,
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Concat,
  Like,
  NotLike,
  ILike,
  NotILike,
};
struct Binary {
  BinaryOp op;
  ExprPtr left;
  ExprPtr right;
};
struct In {
  ExprPtr arg;
  std::vector<ExprPtr> items;
  bool negated = false;
};
struct Between {
  ExprPtr arg;
  ExprPtr low;
  ExprPtr high;
  bool negated = false;
};
struct Cast {
  ExprPtr arg;
  Type type;
  int precision = 18;  ///< of Decimal: digits in all
  int scale = 3;       ///< of Decimal: digits behind the point
};
struct Case {
  std::vector<std::pair<ExprPtr, ExprPtr>> branches;
  ExprPtr otherwise;  ///< null: NULL
};

/// The functions of the language; each has one meaning (docs/filters.md) that every dialect reproduces. EpochMicros (of
/// a zoned timestamp, 64-bit) is for metaxy's own use and has no name in filters.
enum class Function {
  Coalesce,
  Lower,
  Upper,
  Length,
  Trim,
  Abs,
  Round,
  Floor,
  Ceil,
  Least,
  Greatest,
  NullIf,
  StartsWith,
  EndsWith,
  Contains,
  Substring,
  Replace,
  Year,
  Month,
  Day,
  EpochMicros,
};
struct Call {
  Function function;
  std::vector<ExprPtr> args;
};

/// Builds a by-field column from members in the given order.
struct Pack {
  std::vector<std::pair<std::string, ExprPtr>> members;
};

/// The items of values (docs/format.md), one after another, as text; a NULL is an item too.
struct Items {
  std::vector<ExprPtr> args;
};

/// Part of a pre-image: text that an expression has written already, appended as it is.
struct Written {
  ExprPtr text;
};

/// Digest of a pre-image made of raw text and values. Format 0 appends a value as it is and is NULL when any value
/// is; format 1 appends the value's item. `algorithm` and `format` name those of room `hash`.
struct Digest {
  int format;
  std::string algorithm;
  std::size_t length;
  std::vector<std::variant<std::string, ExprPtr, Written>> parts;
};

struct Expr {
  std::variant<Literal, Column, Member, Unary, Binary, In, Between, Cast, Case, Call, Pack, Items, Digest> node;
};

ExprPtr null();
ExprPtr literal(bool value);
ExprPtr literal(std::int64_t value);
ExprPtr literal(double value);
ExprPtr literal(std::string value);
ExprPtr literal(const char* value);
ExprPtr literal(TypedText value);
ExprPtr column(std::string name);
ExprPtr member(ExprPtr of, std::string name);
ExprPtr unary(UnaryOp op, ExprPtr arg);
ExprPtr binary(BinaryOp op, ExprPtr left, ExprPtr right);
ExprPtr equal(ExprPtr left, ExprPtr right);
ExprPtr is_null(ExprPtr arg);
ExprPtr is_not_null(ExprPtr arg);
ExprPtr negate(ExprPtr predicate);
/// AND / OR of any number; empty gives TRUE / FALSE.
ExprPtr all_of(const std::vector<ExprPtr>& predicates);
ExprPtr any_of(const std::vector<ExprPtr>& predicates);
/// FALSE when there are no items.
ExprPtr in(ExprPtr arg, const std::vector<std::string>& items);
ExprPtr call(Function function, std::vector<ExprPtr> args);
ExprPtr coalesce(std::vector<ExprPtr> args);
/// `otherwise` may be null: NULL.
ExprPtr case_when(std::vector<std::pair<ExprPtr, ExprPtr>> branches, ExprPtr otherwise);
ExprPtr cast(ExprPtr arg, Type type);
ExprPtr pack(std::vector<std::pair<std::string, ExprPtr>> members);
ExprPtr items(std::vector<ExprPtr> args);
ExprPtr digest(Digest digest);

/// Names of all columns that the expression reads.
std::set<std::string> columns_of(const Expr& expr);
/// The same expression with the named columns replaced by expressions; what replaces is not searched again.
ExprPtr replace_columns(const ExprPtr& expr, const std::vector<std::pair<std::string, ExprPtr>>& replacements);

/// The expression with the expressions that it is made of replaced.
ExprPtr replace_parts(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& replacement);

/// SQL-like text of an expression for messages and `explain`; parse_filter reads it back (except Pack and Digest).
std::string render(const Expr& expr);

}  // namespace metaxy::rel
