// SPDX-License-Identifier: Apache-2.0
// The two streams of a command: data on standard output, everything else on standard error.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace metaxy::cli {

enum class Style { Plain, Bold, Dim, Red, Green, Yellow, Cyan };

/// Text for a terminal: control characters and broken bytes as `\xNN`, line breaks and tabs as `\n` and `\t`.
std::string printable(std::string_view text);
/// Columns that the text takes on a terminal. Requires: no control characters.
std::size_t display_width(std::string_view text);
/// The text cut to `width` columns, the last one an ellipsis when something was cut.
std::string fit(std::string_view text, std::size_t width);
/// `1 fault`, `2 faults`.
std::string counted(std::size_t number, std::string_view noun);
/// The text in a style; `colour` false gives it back.
std::string styled(std::string_view text, Style style, bool colour);

class Console {
 public:
  struct Settings {
    bool quiet = false;
    bool colour = true;  ///< where the stream is a terminal
  };
  /// Looks at the streams and at NO_COLOR, TERM and COLUMNS once.
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  void set(Settings settings);
  bool quiet() const { return settings_.quiet; }

  /// Data, as it is.
  void data(std::string_view text);
  /// Gives buffered data to the system. Throws: Io when it cannot be written (disk full); later data is dropped then.
  void flush();
  /// True once the system was given data.
  bool has_begun() const { return begun_; }
  /// Drops all data and gives true, unless the system was given some or cannot take any.
  bool take_back();
  bool data_is_terminal() const { return out_terminal_; }
  bool data_has_colour() const { return out_terminal_ && colour_; }
  /// Columns of the terminal that data goes to (or COLUMNS); absent: no limit.
  std::optional<std::size_t> data_width() const { return width_; }

  /// A remark on standard error; silent with --quiet.
  void remark(std::string_view line);
  /// A warning or error on standard error, always.
  void complain(std::string_view text);
  /// The same behind `warning:`.
  void warn(std::string_view text);
  bool remarks_are_terminal() const { return err_terminal_; }
  std::string on_remark(std::string_view text, Style style) const;
  std::string on_data(std::string_view text, Style style) const;

 private:
  Settings settings_;
  bool out_terminal_ = false;
  bool err_terminal_ = false;
  bool colour_ = true;
  std::optional<std::size_t> width_;
  std::string buffer_;
  bool begun_ = false;
  bool broken_ = false;
};

}  // namespace metaxy::cli
