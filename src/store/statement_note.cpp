// SPDX-License-Identifier: Apache-2.0
#include "store/statement_note.hpp"

#include <string>

namespace metaxy::store {

void note_statement(Error& error, std::string_view sql, std::size_t most) {
  if (sql.empty()) return;
  error.note("in the statement: " + std::string(sql.substr(0, most)) + (sql.size() > most ? " …" : ""));
}

}  // namespace metaxy::store
