// SPDX-License-Identifier: Apache-2.0
#include "stores/duckdb/patience.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "stores/duckdb/errors.hpp"

namespace metaxy::stores::duckdb {

namespace {

constexpr auto kTellEvery = std::chrono::milliseconds(200);
/// Taking a file and letting it go takes moments even where nobody is to be waited for.
constexpr std::chrono::milliseconds kLeast{100};

}  // namespace

Patience::Patience(std::string path, std::chrono::milliseconds limit, const Watch& watch)
    : path_(std::move(path)), limit_(std::max(limit, kLeast)), watch_(watch) {}

void Patience::check(const std::function<std::string()>& whom) {
  watch_.throw_if_stopped();
  if (over()) throw in_use(path_, whom());
  const auto now = std::chrono::steady_clock::now();
  if (!watch_.progress || now - told_ < kTellEvery) return;
  told_ = now;
  const auto seconds = [](auto duration) {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
  };
  watch_.report(
      {fmt::format("waiting for {} to finish with {}", whom(), path_), seconds(now - start_), seconds(limit_)});
}

std::string name_process(long process) {
  std::error_code failure;
  const auto program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", process), failure);
  return failure ? fmt::format("process {}", process) : fmt::format("process {} ({})", process, program.string());
}

}  // namespace metaxy::stores::duckdb
