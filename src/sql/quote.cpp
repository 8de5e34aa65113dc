// SPDX-License-Identifier: Apache-2.0
#include "sql/quote.hpp"

namespace metaxy::sql {

std::string quote_name(const Dialect& dialect, std::string_view name) {
  Writer writer = writer_of(dialect);
  writer << Ident{name};
  return writer.take();
}

std::string quote_text(const Dialect& dialect, std::string_view text) {
  Writer writer = writer_of(dialect);
  writer << Text{text};
  return writer.take();
}

}  // namespace metaxy::sql
