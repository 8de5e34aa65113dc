// SPDX-License-Identifier: Apache-2.0
#include <metaxy/error.hpp>
#include <metaxy/hash.hpp>

#include <farmhash.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include "base/text.hpp"
#include "hash/wyhash.hpp"

namespace metaxy::hash {

namespace {

struct Name {
  Algorithm algorithm;
  std::string_view text;
};
constexpr std::array<Name, 6> kNames = {{{Algorithm::Xxhash32, "xxhash32"},
                                         {Algorithm::Xxhash64, "xxhash64"},
                                         {Algorithm::Wyhash, "wyhash"},
                                         {Algorithm::Sha256, "sha256"},
                                         {Algorithm::Md5, "md5"},
                                         {Algorithm::Farmhash, "farmhash"}}};

/// Text of a digest on the stack; the longest is SHA-256 in hex.
class DigestText {
 public:
  explicit DigestText(Format format, Algorithm algorithm, std::string_view bytes) {
    switch (algorithm) {
      case Algorithm::Xxhash32: number(format, XXH32(bytes.data(), bytes.size(), 0), 8); break;
      case Algorithm::Xxhash64: number(format, XXH64(bytes.data(), bytes.size(), 0), 16); break;
      case Algorithm::Wyhash: number(format, wyhash_v1(bytes), 16); break;
      case Algorithm::Farmhash: {
        const std::uint64_t value = util::Fingerprint64(bytes.data(), bytes.size());
        if (format == Format::V0) {
          decimal(static_cast<std::int64_t>(value));
        } else {
          hex(value, 16);
        }
        break;
      }
      case Algorithm::Sha256: message_digest(sha256(), bytes); break;
      case Algorithm::Md5: message_digest(md5(), bytes); break;
    }
  }

  std::string_view text() const { return {buffer_.data(), size_}; }

 private:
  static constexpr char kHex[] = "0123456789abcdef";

  void number(Format format, std::uint64_t value, std::size_t hex_digits) {
    if (format == Format::V0) {
      decimal(value);
    } else {
      hex(value, hex_digits);
    }
  }

  template <class Integer>
  void decimal(Integer value) {
    size_ = static_cast<std::size_t>(std::to_chars(buffer_.data(), buffer_.data() + buffer_.size(), value).ptr -
                                     buffer_.data());
  }

  void hex(std::uint64_t value, std::size_t digits) {
    for (size_ = 0; size_ < digits; ++size_) buffer_[size_] = kHex[value >> (4 * (digits - 1 - size_)) & 15];
  }

  // Fetched once: looking an algorithm up costs more than hashing a short text.
  static const EVP_MD* sha256() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> kMethod(EVP_MD_fetch(nullptr, "SHA256", nullptr),
                                                                         &EVP_MD_free);
    return kMethod.get();
  }
  static const EVP_MD* md5() {
    static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> kMethod(EVP_MD_fetch(nullptr, "MD5", nullptr),
                                                                         &EVP_MD_free);
    return kMethod.get();
  }

  void message_digest(const EVP_MD* method, std::string_view bytes) {
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                       &EVP_MD_CTX_free);
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
    unsigned length = 0;
    // A system in FIPS mode has no MD5.
    if (!method || !context || EVP_DigestInit_ex(context.get(), method, nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), raw.data(), &length) != 1 || 2 * length > buffer_.size())
      throw Error(ErrorCode::Unsupported, "the system's OpenSSL refuses this hash algorithm",
                  "choose another hash algorithm, for example sha256");
    for (unsigned i = 0; i < length; ++i) {
      buffer_[size_++] = kHex[raw[i] >> 4];
      buffer_[size_++] = kHex[raw[i] & 15];
    }
  }

  std::array<char, 64> buffer_;
  std::size_t size_ = 0;
};

}  // namespace

std::string_view to_string(Algorithm algorithm) {
  for (const Name& name : kNames)
    if (name.algorithm == algorithm) return name.text;
  throw Error(ErrorCode::Internal, "unknown hash algorithm");
}

Algorithm parse_algorithm(std::string_view name) {
  std::vector<std::string> known;
  for (const Name& candidate : kNames) {
    if (candidate.text == name) return candidate.algorithm;
    known.emplace_back(candidate.text);
  }
  throw Error(ErrorCode::InvalidArgument, "unknown hash algorithm " + quote(name) + ", known are " + join(known, ", "),
              did_you_mean(name, known));
}

const std::vector<Algorithm>& all_algorithms() {
  static const std::vector<Algorithm> kAll = [] {
    std::vector<Algorithm> all;
    for (const Name& name : kNames) all.push_back(name.algorithm);
    return all;
  }();
  return kAll;
}

std::string digest_text(Format format, Algorithm algorithm, std::string_view bytes) {
  return std::string(DigestText(format, algorithm, bytes).text());
}

std::string digest(const Settings& settings, std::string_view bytes) {
  std::string out;
  append_digest(settings, bytes, out);
  return out;
}

void append_digest(const Settings& settings, std::string_view bytes, std::string& out) {
  out += DigestText(settings.format, settings.algorithm, bytes).text().substr(0, settings.length);
}

}  // namespace metaxy::hash
