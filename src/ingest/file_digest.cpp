// SPDX-License-Identifier: Apache-2.0
#include "ingest/file_digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <vector>

#include <metaxy/error.hpp>

namespace metaxy::ingest {
namespace {

constexpr std::size_t kBlock = 1 << 20;

void require(int outcome) {
  if (outcome != 1) throw Error(ErrorCode::Internal, "OpenSSL cannot compute SHA-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr);
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::update(std::span<const unsigned char> bytes) {
  require(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

std::string Sha256::finish() {
  std::array<unsigned char, 32> bytes{};
  require(EVP_DigestFinal_ex(context_.get(), bytes.data(), nullptr));
  require(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const auto byte : bytes) {
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string file_digest(const OpenFile& file, const std::stop_token& stop) {
  Sha256 digest;
  std::vector<unsigned char> buffer(kBlock);
  for (std::uint64_t offset = 0;;) {
    if (stop.stop_requested()) throw Error(ErrorCode::Cancelled, "reading was interrupted");
    const auto got = file.read_at(offset, buffer);
    digest.update(std::span(buffer).first(got));
    offset += got;
    if (got < buffer.size()) return digest.finish();
  }
}

}  // namespace metaxy::ingest
