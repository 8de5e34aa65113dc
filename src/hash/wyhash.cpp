// SPDX-License-Identifier: Apache-2.0
#include "hash/wyhash.hpp"

#include <cstddef>

namespace metaxy::hash {

namespace {

constexpr std::uint64_t kP0 = 0xa0761d6478bd642f;
constexpr std::uint64_t kP1 = 0xe7037ed1a0b428db;
constexpr std::uint64_t kP2 = 0x8ebc6af09c88c6e3;
constexpr std::uint64_t kP3 = 0x589965cc75374cc3;
constexpr std::uint64_t kP4 = 0x1d8e4e27c47d124f;
constexpr std::uint64_t kP5 = 0xeb44accab455d165;

// Byte by byte, so that it is little-endian everywhere; compilers turn it into one load.
template <int kBytes>
std::uint64_t read(const char* p) {
  std::uint64_t value = 0;
  for (int i = 0; i < kBytes; ++i) value |= std::uint64_t{static_cast<unsigned char>(p[i])} << (8 * i);
  return value;
}

std::uint64_t read_swapped(const char* p) { return read<4>(p) << 32 | read<4>(p + 4); }

// The last 1 to 8 bytes.
std::uint64_t read_rest(const char* p, std::size_t length) {
  switch (length) {
    case 1: return read<1>(p);
    case 2: return read<2>(p);
    case 3: return read<2>(p) << 8 | read<1>(p + 2);
    case 4: return read<4>(p);
    case 5: return read<4>(p) << 8 | read<1>(p + 4);
    case 6: return read<4>(p) << 16 | read<2>(p + 4);
    case 7: return read<4>(p) << 24 | read<2>(p + 4) << 8 | read<1>(p + 6);
    default: return read_swapped(p);
  }
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t mix_block(std::uint64_t state, const char* p) {
  return mix(state ^ kP0,
             mix(read<8>(p) ^ kP1, read<8>(p + 8) ^ kP2) ^ mix(read<8>(p + 16) ^ kP3, read<8>(p + 24) ^ kP4));
}

// The last 1 to 31 bytes.
std::uint64_t mix_tail(std::uint64_t s, const char* p, std::size_t length) {
  switch ((length - 1) / 8) {
    case 0: return mix(s, read_rest(p, length) ^ kP1);
    case 1: return mix(read_swapped(p) ^ s, read_rest(p + 8, length - 8) ^ kP2);
    case 2: return mix(read_swapped(p) ^ s, read_swapped(p + 8) ^ kP2) ^ mix(s, read_rest(p + 16, length - 16) ^ kP3);
    default:
      return mix(read_swapped(p) ^ s, read_swapped(p + 8) ^ kP2) ^
             mix(read_swapped(p + 16) ^ s, read_rest(p + 24, length - 24) ^ kP4);
  }
}

}  // namespace

std::uint64_t wyhash_v1(std::string_view bytes) {
  std::uint64_t state = 0;
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; p += 32, left -= 32) state = mix_block(state, p);
  state ^= kP0;
  if (left > 0) state = mix_tail(state, p, left);
  return mix(state, bytes.size() ^ kP5);
}

}  // namespace metaxy::hash
