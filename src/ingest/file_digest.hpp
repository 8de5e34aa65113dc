// SPDX-License-Identifier: Apache-2.0
// Digests of bytes too many to hold in memory.
#pragma once

#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "ingest/open_file.hpp"

struct evp_md_ctx_st;

namespace metaxy::ingest {

/// A SHA-256 that takes its bytes piece by piece.
class Sha256 {
 public:
  Sha256();
  void update(std::span<const unsigned char> bytes);
  /// Lower-case hex, 64 characters; afterwards the digest starts anew.
  std::string finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// What `sha256sum` prints for the file's bytes. Throws: Io, Cancelled.
std::string file_digest(const OpenFile& file, const std::stop_token& stop = {});

}  // namespace metaxy::ingest
