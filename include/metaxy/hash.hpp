// SPDX-License-Identifier: Apache-2.0
// Digests and pre-images: the only place that turns values into hashed bytes. The bytes of both formats are
// specified in docs/format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace metaxy::hash {

/// A hash function. Its name in configuration and stores is the lower-case enumerator.
enum class Algorithm { Xxhash32, Xxhash64, Wyhash, Sha256, Md5, Farmhash };

/// How pre-images and digests are written: V0 is the reference's, V1 is `metaxy-preimage/1`.
enum class Format { V0 = 0, V1 = 1 };

inline constexpr std::size_t kDefaultLengthV0 = 8;
inline constexpr std::size_t kLengthV1 = 32;

std::string_view to_string(Algorithm algorithm);
/// Throws: InvalidArgument with the known names.
Algorithm parse_algorithm(std::string_view name);
const std::vector<Algorithm>& all_algorithms();

/// How sample-level digests of a store are made. `length` counts characters of the digest's text.
struct Settings {
  Format format = Format::V1;
  Algorithm algorithm = Algorithm::Sha256;
  std::size_t length = kLengthV1;

  bool operator==(const Settings&) const = default;
};

/// The digest's whole text: format 0 writes integers in decimal (farmhash signed), format 1 all in lower-case hex.
std::string digest_text(Format format, Algorithm algorithm, std::string_view bytes);

/// `digest_text` cut to `settings.length` characters.
std::string digest(const Settings& settings, std::string_view bytes);

/// Appends `digest` to `out` without allocating; for kernels.
void append_digest(const Settings& settings, std::string_view bytes, std::string& out);

/// Appends format 1's item of a value: byte length, `:`, bytes, `,`; null is `~,`.
void append_item(std::string& out, std::optional<std::string_view> value);

/// What an item needs at most beside the bytes of its value.
inline constexpr std::size_t kItemFrame = 22;
/// Writes what `append_item` appends and returns the end; `out` has room for the value's bytes and `kItemFrame`.
char* write_item(char* out, std::optional<std::string_view> value);

/// A pre-image of format 1 read back: its tag and items. Throws: InvalidArgument when `bytes` is none.
struct ParsedPreimage {
  std::string tag;
  std::vector<std::optional<std::string>> items;
};
ParsedPreimage parse_preimage(std::string_view bytes);

/// Tags of format 1's pre-images (docs/format.md).
inline constexpr std::string_view kTagFieldVersion = "metaxy-preimage/1 field-version;";
inline constexpr std::string_view kTagFeatureVersion = "metaxy-preimage/1 feature-version;";
inline constexpr std::string_view kTagCodeVersion = "metaxy-preimage/1 code-version;";
inline constexpr std::string_view kTagSpecVersion = "metaxy-preimage/1 spec-version;";
inline constexpr std::string_view kTagDefinitionVersion = "metaxy-preimage/1 definition-version;";
inline constexpr std::string_view kTagProjectVersion = "metaxy-preimage/1 project-version;";
inline constexpr std::string_view kTagFieldProvenance = "metaxy-preimage/1 field-provenance;";
inline constexpr std::string_view kTagSampleProvenance = "metaxy-preimage/1 sample-provenance;";
inline constexpr std::string_view kTagGroup = "metaxy-preimage/1 group;";

}  // namespace metaxy::hash
