// SPDX-License-Identifier: Apache-2.0
// Words of the databases that dialect_plain serves: data alone, without defaults, so that a new word does not compile
// until every database states it.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "sql/dialect.hpp"

namespace metaxy::sql {

/// Names of types in the order of rel::Type; empty: the database has none.
using TypeNames = std::array<std::string_view, 14>;

/// Where a word holds something, `{}` stands for the value and `{name}` for a name. What is empty the database cannot
/// say with our meaning, and the local engine computes it.
struct PlainWords {
  Traits traits;
  TypeNames cast_types;
  TypeNames column_types;

  std::string_view yes;
  std::string_view no;
  std::string_view text;  ///< a constant text that compares by its bytes
  std::string_view part;  ///< a constant text within a longer one
  bool backslash_known;   ///< whether it is sure what a backslash in a text means
  std::string_view date;  ///< constants, from their quoted texts
  std::string_view timestamp;
  std::string_view moment;   ///< of a timestamp with its offset
  bool compares_timestamps;  ///< whether they are more to the database than texts

  std::string_view place;         ///< of a row: greater of those written later; empty: nobody knows
  std::string_view same;          ///< the operator of IS NOT DISTINCT FROM; empty: it is written out
  std::string_view exact;         ///< a text that is equal to others only when no space at the end differs
  bool orders_texts;              ///< whether < and its kin compare texts by their bytes
  std::string_view computed;      ///< a text that was computed, so that it compares by its bytes
  std::string_view join_opening;  ///< texts joined to one, NULL when one of them is; empty: cannot
  std::string_view join_between;
  std::string_view join_closing;

  std::string_view utf8;    ///< a text in UTF-8, whatever the table keeps it in
  std::string_view bytes;   ///< how many bytes a text in UTF-8 has
  std::string_view sha256;  ///< lower-case hexadecimal digest of a text in UTF-8
  std::string_view md5;
  bool digests_keep_null;  ///< whether the digest of NULL is surely NULL
  std::string_view count;  ///< the name of a count of 64 bits

  std::string_view member;     ///< the text of a JSON member, NULL when it is null or missing
  std::string_view path;       ///< a path to a member; its `{}` is the name
  bool any_member;             ///< whether a path can hold any name
  bool members_in_aggregates;  ///< whether an aggregate takes what a member is written as
  std::string_view pack;       ///< text of a JSON object; `{}` is its members
  std::string_view packed;     ///< a member of it
};

std::span<const PlainWords> plain_words_of_servers();
std::span<const PlainWords> plain_words_of_warehouses();

}  // namespace metaxy::sql
