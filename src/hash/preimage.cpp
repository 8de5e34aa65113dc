// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include <charconv>
#include <cstring>

#include "base/text.hpp"

namespace metaxy::hash {

void append_item(std::string& out, std::optional<std::string_view> value) {
  const std::size_t before = out.size();
  out.resize(before + kItemFrame + (value ? value->size() : 0));
  out.resize(static_cast<std::size_t>(write_item(out.data() + before, value) - out.data()));
}

char* write_item(char* out, std::optional<std::string_view> value) {
  if (!value) {
    *out++ = '~';
    *out++ = ',';
    return out;
  }
  const std::size_t size = value->size();
  if (size < 10) {
    *out++ = static_cast<char>('0' + size);
  } else if (size < 100) {  // most ids and digests
    *out++ = static_cast<char>('0' + size / 10);
    *out++ = static_cast<char>('0' + size % 10);
  } else {
    out = std::to_chars(out, out + kItemFrame, size).ptr;
  }
  *out++ = ':';
  if (size > 0) std::memcpy(out, value->data(), size);
  out += size;
  *out++ = ',';
  return out;
}

namespace {

constexpr std::string_view kPrefix = "metaxy-preimage/1 ";

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::string tag() {
    const std::size_t end = bytes_.find(';');
    if (!bytes_.starts_with(kPrefix) || end == std::string_view::npos || end <= kPrefix.size())
      fail("it does not begin with " + quote(kPrefix) + ", a name and `;`");
    for (const char c : bytes_.substr(kPrefix.size(), end - kPrefix.size()))
      if (c != '-' && (c < 'a' || c > 'z')) fail("its tag has characters other than a-z and -");
    at_ = end + 1;
    return std::string(bytes_.substr(0, at_));
  }

  bool done() const { return at_ == bytes_.size(); }

  std::optional<std::string> item() {
    if (bytes_.substr(at_).starts_with("~,")) {
      at_ += 2;
      return std::nullopt;
    }
    const std::size_t size = length();
    if (size >= bytes_.size() - at_ || bytes_[at_ + size] != ',') fail("an item does not end with `,`");
    std::string value(bytes_.substr(at_, size));
    at_ += size + 1;
    return value;
  }

 private:
  // One way to write a length only, so that reading stays the inverse of writing: no sign, no leading zero.
  std::size_t length() {
    std::size_t value = 0;
    const char* begin = bytes_.data() + at_;
    const auto [end, error] = std::from_chars(begin, bytes_.data() + bytes_.size(), value);
    if (error != std::errc() || (*begin == '0' && end - begin > 1)) fail("an item does not begin with its length");
    at_ += static_cast<std::size_t>(end - begin);
    if (done() || bytes_[at_] != ':') fail("an item's length is not followed by `:`");
    ++at_;
    return value;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw Error(ErrorCode::InvalidArgument,
                "not a pre-image of hash format 1: " + why + " (byte " + std::to_string(at_) + ")");
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

ParsedPreimage parse_preimage(std::string_view bytes) {
  Reader reader(bytes);
  ParsedPreimage parsed{reader.tag(), {}};
  while (!reader.done()) parsed.items.push_back(reader.item());
  return parsed;
}

}  // namespace metaxy::hash
