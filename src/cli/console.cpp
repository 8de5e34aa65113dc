// SPDX-License-Identifier: Apache-2.0
#include "cli/console.hpp"

#include <metaxy/error.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/system_remedy.hpp"
#include "base/text.hpp"

namespace metaxy::cli {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

struct Range {
  char32_t first;
  char32_t last;
};

// The common marks without a width and the East Asian and emoji blocks of width two; a full table is not worth it.
constexpr std::array<Range, 7> kNoWidth = {{{0x0300, 0x036F},
                                            {0x0483, 0x0489},
                                            {0x0591, 0x05BD},
                                            {0x064B, 0x065F},
                                            {0x200B, 0x200F},
                                            {0x20D0, 0x20FF},
                                            {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 11> kDouble = {{{0x1100, 0x115F},
                                            {0x2E80, 0x303E},
                                            {0x3041, 0xA4CF},
                                            {0xAC00, 0xD7A3},
                                            {0xF900, 0xFAFF},
                                            {0xFE30, 0xFE6F},
                                            {0xFF00, 0xFF60},
                                            {0xFFE0, 0xFFE6},
                                            {0x1F300, 0x1F64F},
                                            {0x1F900, 0x1F9FF},
                                            {0x20000, 0x3FFFD}}};

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  for (const Range& range : ranges)
    if (c >= range.first && c <= range.last) return true;
  return false;
}

std::size_t width_of(char32_t c) {
  if (c < 0x300) return 1;
  if (within(kNoWidth, c)) return 0;
  return within(kDouble, c) ? 2 : 1;
}

std::optional<std::size_t> terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return std::nullopt;
}

std::optional<std::size_t> columns_variable() {
  const char* text = std::getenv("COLUMNS");
  if (!text) return std::nullopt;
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
  if (error != std::errc() || *end != '\0' || value == 0) return std::nullopt;
  return value;
}

bool wants_no_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_colour && *no_colour) || (term && std::string_view(term) == "dumb");
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0)
      throw Error(ErrorCode::Io, std::string("cannot write standard output: ") + std::strerror(errno),
                  system_remedy(errno));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out = quote(text, text.size());
  out = out.substr(1, out.size() - 2);
  for (std::size_t at = out.find("\\x0"); at != std::string::npos; at = out.find("\\x0", at + 2)) {
    if (out.compare(at, 4, "\\x0a") == 0) out.replace(at, 4, "\\n");
    if (out.compare(at, 4, "\\x09") == 0) out.replace(at, 4, "\\t");
    if (out.compare(at, 4, "\\x0d") == 0) out.replace(at, 4, "\\r");
  }
  return out;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) width += width_of(next_code_point(text, at));
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  if (text.size() <= width || display_width(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    used += width_of(next_code_point(text, at));
    if (used > width - 1) break;
    end = at;
  }
  return std::string(text.substr(0, end)) + "…";
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::string styled(std::string_view text, Style style, bool colour) {
  if (!colour || style == Style::Plain || text.empty()) return std::string(text);
  std::string_view code;
  switch (style) {
    case Style::Plain: break;
    case Style::Bold: code = "1"; break;
    case Style::Dim: code = "2"; break;
    case Style::Red: code = "31"; break;
    case Style::Green: code = "32"; break;
    case Style::Yellow: code = "33"; break;
    case Style::Cyan: code = "36"; break;
  }
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

Console::Console() : out_terminal_(isatty(STDOUT_FILENO) == 1), err_terminal_(isatty(STDERR_FILENO) == 1) {
  colour_ = !wants_no_colour();
  width_ = out_terminal_ ? terminal_width() : std::nullopt;
  if (const auto columns = columns_variable()) width_ = columns;
}

Console::~Console() {
  try {
    flush();
  } catch (const Error&) {
    // Whoever cares about the data has flushed before.
  }
}

void Console::set(Settings settings) {
  settings_ = settings;
  colour_ = settings.colour && !wants_no_colour();
}

void Console::data(std::string_view text) {
  if (broken_) return;
  buffer_ += text;
  if (buffer_.size() >= kBufferSize) flush();
}

void Console::flush() {
  const std::string bytes = std::move(buffer_);
  buffer_.clear();
  broken_ = !bytes.empty();
  write_all(STDOUT_FILENO, bytes);
  broken_ = false;
  begun_ = begun_ || !bytes.empty();
}

bool Console::take_back() {
  if (begun_ || broken_) return false;
  buffer_.clear();
  return true;
}

void Console::remark(std::string_view line) {
  if (!settings_.quiet) complain(line);
}

void Console::complain(std::string_view text) {
  const std::string line = std::string(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void Console::warn(std::string_view text) { complain(on_remark("warning:", Style::Yellow) + " " + std::string(text)); }

std::string Console::on_remark(std::string_view text, Style style) const {
  return styled(text, style, err_terminal_ && colour_);
}

std::string Console::on_data(std::string_view text, Style style) const {
  return styled(text, style, data_has_colour());
}

}  // namespace metaxy::cli
