// SPDX-License-Identifier: Apache-2.0
// A key that parses is written as the text it was parsed from, and that text parses to the same key.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <metaxy/spec.hpp>

namespace {

template <class Key>
void round_trip(std::string_view text) {
  try {
    const Key key = Key::parse(text);
    if (key.to_string() != text) throw std::logic_error("broken: the text of a key");
    if (Key::parse(key.to_string()) != key || Key::from_parts(key.parts()) != key)
      throw std::logic_error("broken: parsing the text of a key");
    if (key.column_suffix() != "__" + key.struct_key()) throw std::logic_error("broken: the column suffix");
    if (key.table_name().find_first_of("/-") != std::string::npos) throw std::logic_error("broken: the table name");
  } catch (const metaxy::Error& error) {
    if (error.code() != metaxy::ErrorCode::InvalidSpec) throw std::logic_error("broken: the code of the error");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  round_trip<metaxy::spec::FeatureKey>(text);
  round_trip<metaxy::spec::FieldKey>(text);
  return 0;
}
