// SPDX-License-Identifier: Apache-2.0
#include "sql/sqlite_functions.hpp"

#include <metaxy/error.hpp>

namespace metaxy::sql {

using rel::Type;

std::string_view text_function(const std::optional<rel::ValueType>& type) {
  if (!type) return "metaxy_text(";
  switch (type->type) {
    case Type::Text:
    case Type::Decimal: return "";
    case Type::Boolean: return "metaxy_boolean_text(";
    case Type::Float: return "metaxy_float_text(";
    case Type::Date: return "metaxy_date_text(";
    case Type::Time: return "metaxy_time_text(";
    case Type::Timestamp: return "metaxy_timestamp_text(";
    case Type::TimestampTz: return "metaxy_timestamptz_text(";
    case Type::Interval: return "metaxy_interval_text(";
    default: return "metaxy_text(";
  }
}

std::string_view cast_function(Type type) {
  switch (type) {
    case Type::Boolean: return "metaxy_to_boolean(";
    case Type::Int16: return "metaxy_to_int16(";
    case Type::Int32: return "metaxy_to_int32(";
    case Type::Int64: return "metaxy_to_int64(";
    case Type::Float: return "metaxy_to_float(";
    case Type::Double: return "metaxy_to_double(";
    case Type::Decimal: return "metaxy_to_decimal(";
    case Type::Binary: return "metaxy_to_binary(";
    case Type::Date: return "metaxy_to_date(";
    case Type::Time: return "metaxy_to_time(";
    case Type::Timestamp:
    case Type::TimestampTz: return "metaxy_to_timestamp(";
    case Type::Text: return "metaxy_text(";
    case Type::Interval: break;
  }
  throw Error(ErrorCode::Unsupported, "sqlite has no lengths of time that are not constants",
              "write them as INTERVAL '…'");
}

std::string_view sign_test(rel::BinaryOp op) {
  switch (op) {
    case rel::BinaryOp::Eq: return " = 0";
    case rel::BinaryOp::Ne: return " <> 0";
    case rel::BinaryOp::Lt: return " < 0";
    case rel::BinaryOp::Le: return " <= 0";
    case rel::BinaryOp::Gt: return " > 0";
    case rel::BinaryOp::Ge: return " >= 0";
    default: return {};
  }
}

}  // namespace metaxy::sql
