// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <metaxy/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.hpp"

namespace metaxy {

namespace {

// Integers that no 64 bits hold are kept as binary values of this subtype: the decimal text.
constexpr std::uint8_t kBigInteger = 1;
constexpr std::size_t kDeepest = 500;

bool is_decimal(std::string_view text) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <class Integer>
std::optional<Integer> to_integer(std::string_view text) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Place place_of(std::string_view text, std::size_t offset, const std::string& source) {
  offset = std::min(offset, text.size());
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {source, static_cast<int>(1 + std::count(before.begin(), before.end(), '\n')),
          static_cast<int>(1 + offset - line_start)};
}

// Builds the value itself because the stock builder turns big integers into floats and merges duplicate keys.
class Builder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    return add(is_decimal(text) ? make_integer(text) : Json(value));
  }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t& value) override { return add(Json::binary(std::move(value))); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& value) override {
    if (open_.back()->contains(value)) return fail("key " + quote(value) + " occurs twice in one object");
    key_ = std::move(value);
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token, const nlohmann::detail::exception&) override {
    offset_ = position == 0 ? 0 : position - 1;
    fault_ =
        token.empty() || token == "<U+0000>" ? "it ends too early or is broken here" : "unexpected " + quote(token, 40);
    return false;
  }

  Json root;
  const std::string& fault() const { return fault_; }
  std::optional<std::size_t> offset() const { return offset_; }

 private:
  bool add(Json value) { return place(std::move(value)) != nullptr; }

  Json* place(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return &root;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return &parent.back();
    }
    return &(parent[key_] = std::move(value));
  }

  bool open(Json value) {
    if (open_.size() >= kDeepest) return fail("nested deeper than " + std::to_string(kDeepest) + " levels");
    open_.push_back(place(std::move(value)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  bool fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  std::vector<Json*> open_;
  std::string key_;
  std::string fault_;
  std::optional<std::size_t> offset_;
};

}  // namespace

Json parse_json(std::string_view text, const std::string& source) {
  Builder builder;
  if (Json::sax_parse(text.begin(), text.end(), &builder)) return std::move(builder.root);
  Faults faults;
  Place place{source};
  if (builder.offset()) place = place_of(text, *builder.offset(), source);
  faults.add("", builder.fault(), "", place);
  faults.throw_if_any(ErrorCode::InvalidArgument, "this is not valid JSON");
  return {};
}

Json make_integer(std::string_view decimal) {
  if (!is_decimal(decimal)) throw Error(ErrorCode::InvalidArgument, quote(decimal) + " is not an integer");
  if (const auto value = to_integer<std::int64_t>(decimal)) return *value;
  if (const auto value = to_integer<std::uint64_t>(decimal)) return *value;
  const bool negative = decimal.front() == '-';
  const std::size_t first = decimal.find_first_not_of("-0");
  std::string text = negative ? "-" : "";
  text += decimal.substr(std::min(first, decimal.size() - 1));
  if (text.size() < 20) return make_integer(text);  // it was long by leading zeros only
  return Json::binary({text.begin(), text.end()}, kBigInteger);
}

bool is_integer(const Json& value) {
  return value.is_number_integer() ||
         (value.is_binary() && value.get_binary().has_subtype() && value.get_binary().subtype() == kBigInteger);
}

std::string python_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer;
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  std::string out;
  if (text.front() == '-') {
    out = "-";
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  std::string digits(text.substr(0, e));
  std::string_view exponent_text = text.substr(e + 1);
  if (exponent_text.front() == '+') exponent_text.remove_prefix(1);
  const int exponent = *to_integer<int>(exponent_text);
  if (digits.size() > 1) digits.erase(1, 1);  // the point
  if (exponent < -4 || exponent >= 16) {
    out += digits.substr(0, 1);
    if (digits.size() > 1) out += "." + digits.substr(1);
    const std::string magnitude = std::to_string(std::abs(exponent));
    return out + (exponent < 0 ? "e-" : "e+") + (magnitude.size() < 2 ? "0" : "") + magnitude;
  }
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) return out + digits + std::string(whole - digits.size(), '0') + ".0";
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

namespace {

void append_escape(std::string& out, unsigned unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
}

// The short escapes that both texts share; false when there is none for `c`.
bool append_short_escape(std::string& out, char32_t c) {
  switch (c) {
    case '"': out += "\\\""; return true;
    case '\\': out += "\\\\"; return true;
    case '\n': out += "\\n"; return true;
    case '\r': out += "\\r"; return true;
    case '\t': out += "\\t"; return true;
    case '\b': out += "\\b"; return true;
    case '\f': out += "\\f"; return true;
    default: return false;
  }
}

class Dump {
 public:
  Dump(bool python, Keys keys) : python_(python), keys_(keys) {}

  void value(const Json& value) {
    switch (value.type()) {
      case Json::value_t::null:
      case Json::value_t::discarded: out += "null"; break;
      case Json::value_t::boolean: out += value.get<bool>() ? "true" : "false"; break;
      case Json::value_t::number_integer: out += std::to_string(value.get<std::int64_t>()); break;
      case Json::value_t::number_unsigned: out += std::to_string(value.get<std::uint64_t>()); break;
      case Json::value_t::number_float: number(value.get<double>()); break;
      case Json::value_t::string: text(value.get_ref<const std::string&>()); break;
      case Json::value_t::array: array(value); break;
      case Json::value_t::object: object(value); break;
      case Json::value_t::binary: big_integer(value); break;
    }
  }

  std::string out;

 private:
  void number(double value) {
    if (std::isfinite(value)) {
      out += python_repr(value);
    } else if (!python_) {
      out += "null";  // JSON has no such numbers; Python writes these words all the same
    } else {
      out += std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
    }
  }

  void big_integer(const Json& value) {
    if (!is_integer(value)) throw Error(ErrorCode::InvalidArgument, "bytes have no JSON form");
    const auto& bytes = value.get_binary();
    out.append(bytes.begin(), bytes.end());
  }

  void text(const std::string& text) {
    if (const auto offset = find_invalid_utf8(text))
      throw Error(ErrorCode::InvalidArgument, "text " + quote(text) + " is not valid UTF-8");
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t begin = at;
      const char32_t c = next_code_point(text, at);
      if (append_short_escape(out, c)) continue;
      if (c < 0x20 || (python_ && (c == 0x7F || (c > 0x7F && c < 0x10000)))) {
        append_escape(out, c);
      } else if (python_ && c >= 0x10000) {
        append_escape(out, 0xD800 + ((c - 0x10000) >> 10));
        append_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
      } else {
        out.append(text, begin, at - begin);
      }
    }
    out += '"';
  }

  void array(const Json& value) {
    out += '[';
    bool first = true;
    for (const Json& item : value) {
      if (!first) out += python_ ? ", " : ",";
      first = false;
      this->value(item);
    }
    out += ']';
  }

  void object(const Json& value) {
    std::vector<std::pair<const std::string*, const Json*>> members;
    for (const auto& [key, member] : value.get_ref<const Json::object_t&>()) members.emplace_back(&key, &member);
    // Bytewise order of UTF-8 is the order of code points.
    if (keys_ == Keys::Sorted)
      std::sort(members.begin(), members.end(), [](const auto& a, const auto& b) { return *a.first < *b.first; });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += python_ ? ", " : ",";
      text(*members[i].first);
      out += python_ ? ": " : ":";
      this->value(*members[i].second);
    }
    out += '}';
  }

  bool python_;
  Keys keys_;
};

std::string dump(const Json& value, bool python, Keys keys) {
  Dump dump(python, keys);
  dump.value(value);
  return std::move(dump.out);
}

}  // namespace

std::string dump_python(const Json& value, Keys keys) { return dump(value, true, keys); }

std::string dump_compact(const Json& value) { return dump(value, false, Keys::AsGiven); }

}  // namespace metaxy
