// SPDX-License-Identifier: Apache-2.0
#include "sql/interval.hpp"

#include <charconv>
#include <string>

#include "base/text.hpp"

namespace metaxy::sql {

namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 86'400 * kSecond;

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  Interval read() {
    while (take(' '), !rest_.empty()) part();
    return out_;
  }

 private:
  bool take(char c) {
    const auto before = rest_.size();
    while (rest_.starts_with(c)) rest_.remove_prefix(1);
    return rest_.size() < before;
  }

  std::int64_t number() {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(failure == std::errc() ? static_cast<std::size_t>(end - rest_.data()) : rest_.size());
    return value;
  }

  void part() {
    const std::int64_t sign = rest_.front() == '-' ? -1 : 1;
    if (rest_.front() == '-' || rest_.front() == '+') rest_.remove_prefix(1);
    const std::int64_t value = number();
    rest_.starts_with(':') ? clock(sign, value) : unit(sign * value);
  }

  void clock(std::int64_t sign, std::int64_t hours) {
    take(':');
    std::int64_t total = (hours * 60 + number()) * 60 * kSecond;
    if (take(':')) total += number() * kSecond;
    if (take('.')) {
      std::int64_t scale = kSecond / 10;
      while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
        total += (rest_.front() - '0') * scale;
        scale /= 10;
        rest_.remove_prefix(1);
      }
    }
    out_.microseconds += sign * total;
  }

  void unit(std::int64_t value) {
    take(' ');
    const std::string word = to_lower(rest_.substr(0, rest_.find(' ')));
    while (!rest_.empty() && ((rest_.front() | 0x20) >= 'a' && (rest_.front() | 0x20) <= 'z')) rest_.remove_prefix(1);
    if (word.starts_with("year")) out_.months += 12 * value;
    if (word.starts_with("month")) out_.months += value;
    if (word.starts_with("week")) out_.microseconds += 7 * kDay * value;
    if (word.starts_with("day")) out_.microseconds += kDay * value;
    if (word.starts_with("hour")) out_.microseconds += 3600 * kSecond * value;
    if (word.starts_with("minute")) out_.microseconds += 60 * kSecond * value;
    if (word.starts_with("second")) out_.microseconds += kSecond * value;
    if (word.starts_with("milli")) out_.microseconds += kSecond / 1000 * value;
    if (word.starts_with("micro")) out_.microseconds += value;
  }

  std::string_view rest_;
  Interval out_;
};

}  // namespace

Interval read_interval(std::string_view text) { return Reader(text).read(); }

}  // namespace metaxy::sql
