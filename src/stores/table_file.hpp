// SPDX-License-Identifier: Apache-2.0
// Tabular files, read and written by the local engine: who uses them need not know which database that is.
#pragma once

#include "stores/duckdb/table_file.hpp"

namespace metaxy::stores {

using duckdb::FileFormat;
using duckdb::FileTypes;
using duckdb::read_table_file;
using duckdb::write_table_file;

}  // namespace metaxy::stores
