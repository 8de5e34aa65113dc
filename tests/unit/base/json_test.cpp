// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <metaxy/error.hpp>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace metaxy {
namespace {

std::string sorted(const std::string& text) { return dump_python(parse_json(text), Keys::Sorted); }

// Expected texts were printed by json.dumps(json.loads(text), sort_keys=True) of Python 3.11.
TEST(DumpPython, WritesWhatPythonWrites) {
  EXPECT_EQ(sorted(R"({"b":1,"a":[1,2.5,null,true,false],"A":{}})"),
            R"({"A": {}, "a": [1, 2.5, null, true, false], "b": 1})");
  EXPECT_EQ(sorted("[]"), "[]");
  EXPECT_EQ(sorted(R"({"z":{"b":1,"a":2},"é":1,"zz":2,"😀":3,"￿":4})"),
            R"({"z": {"a": 2, "b": 1}, "zz": 2, "\u00e9": 1, "\uffff": 4, "\ud83d\ude00": 3})");
  EXPECT_EQ(sorted(R"("a\"b\\c\/d\n\r\t\b\f\u0000\u001f\u007f\u0080 é 日 😀")"),
            R"("a\"b\\c/d\n\r\t\b\f\u0000\u001f\u007f\u0080 \u00e9 \u65e5 \ud83d\ude00")");
}

TEST(DumpPython, KeepsOrderWhenAsked) {
  EXPECT_EQ(dump_python(parse_json(R"({"b":1,"a":{"d":1,"c":2}})"), Keys::AsGiven),
            R"({"b": 1, "a": {"d": 1, "c": 2}})");
}

TEST(DumpPython, FloatsAsRepr) {
  const std::pair<double, const char*> kCases[] = {{1.0, "1.0"},
                                                   {-0.0, "-0.0"},
                                                   {0.1, "0.1"},
                                                   {1e-7, "1e-07"},
                                                   {1e16, "1e+16"},
                                                   {1e15, "1000000000000000.0"},
                                                   {0.0001, "0.0001"},
                                                   {0.00001, "1e-05"},
                                                   {123456789012345680.0, "1.2345678901234568e+17"},
                                                   {9999999999999998.0, "9999999999999998.0"},
                                                   {1.5e300, "1.5e+300"},
                                                   {5e-324, "5e-324"},
                                                   {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
                                                   {-2.5, "-2.5"},
                                                   {1234.5678, "1234.5678"},
                                                   {100.0, "100.0"},
                                                   {1e22, "1e+22"},
                                                   {0.000123, "0.000123"}};
  for (const auto& [value, text] : kCases) EXPECT_EQ(dump_python(Json(value), Keys::AsGiven), text);
  EXPECT_EQ(dump_python(Json(std::nan("")), Keys::AsGiven), "NaN");
  EXPECT_EQ(dump_python(Json(-std::numeric_limits<double>::infinity()), Keys::AsGiven), "-Infinity");
  EXPECT_EQ(dump_compact(Json(std::nan(""))), "null");
}

TEST(DumpPython, BigIntegersSurvive) {
  const std::string text =
      "[18446744073709551615, 18446744073709551616, -9223372036854775809, "
      "123456789012345678901234567890, -9223372036854775808]";
  EXPECT_EQ(dump_python(parse_json(text), Keys::Sorted), text);
  EXPECT_TRUE(is_integer(parse_json("123456789012345678901234567890")));
  EXPECT_FALSE(is_integer(parse_json("1e30")));
  EXPECT_EQ(sorted("1e30"), "1e+30");
  EXPECT_EQ(make_integer("-00000000000000000000000000007"), -7);
}

TEST(DumpPython, BrokenTextIsRefused) {
  EXPECT_THROW(dump_python(Json("\xC3"), Keys::Sorted), Error);
  EXPECT_THROW(dump_compact(Json("\xED\xA0\x80")), Error);
}

TEST(DumpCompact, RawUtf8WithoutSpaces) {
  EXPECT_EQ(dump_compact(parse_json("{\"b\": [1, \"é\\u0001\\n\"], \"a\": null}")),
            "{\"b\":[1,\"é\\u0001\\n\"],\"a\":null}");
}

std::string refusal(const std::string& text) {
  try {
    parse_json(text, "f.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::InvalidArgument);
    return error.what();
  }
  return "taken";
}

TEST(ParseJson, ErrorsHaveAPlace) {
  EXPECT_EQ(refusal("{\"a\": 1,\n  \"b\": x}"), "this is not valid JSON\n  f.json:2:8: unexpected `\"b\": x`");
  EXPECT_NE(refusal("").find("f.json:1:1"), std::string::npos);
  EXPECT_NE(refusal("[1").find("f.json:1:"), std::string::npos);
  EXPECT_NE(refusal("\"\xFF\""), "taken");
  EXPECT_NE(refusal("\"\\ud800\""), "taken");
  EXPECT_NE(refusal("1e999"), "taken");
  EXPECT_NE(refusal("1 2"), "taken");
}

TEST(ParseJson, DuplicateKeysAndDepthAreRefused) {
  EXPECT_EQ(refusal(R"({"a":1,"a":2})"), "this is not valid JSON\n  f.json: key `a` occurs twice in one object");
  EXPECT_EQ(refusal(std::string(100000, '[')), "this is not valid JSON\n  f.json: nested deeper than 500 levels");
  EXPECT_NO_THROW(parse_json(std::string(499, '[') + std::string(499, ']')));
}

RC_GTEST_PROP(JsonLaws, TextIsReadBack, (const std::string& ascii)) {
  std::string text;
  for (const char c : ascii) text += static_cast<char>(c & 0x7F);
  RC_ASSERT(parse_json(dump_python(Json(text), Keys::Sorted)) == Json(text));
  RC_ASSERT(parse_json(dump_compact(Json(text))) == Json(text));
}

RC_GTEST_PROP(JsonLaws, FloatsAreReadBack, (std::uint64_t bits)) {
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  RC_PRE(std::isfinite(value));
  const std::string text = python_repr(value);
  double back = 0;
  RC_ASSERT(std::from_chars(text.data(), text.data() + text.size(), back).ec == std::errc());
  RC_ASSERT(std::memcmp(&back, &value, sizeof value) == 0);
}

}  // namespace
}  // namespace metaxy
