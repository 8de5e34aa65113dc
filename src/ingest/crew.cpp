// SPDX-License-Identifier: Apache-2.0
#include "ingest/crew.hpp"

#include <algorithm>
#include <utility>

#include <metaxy/error.hpp>

namespace metaxy::ingest {

Crew::Crew(const std::vector<FoundFile>& files, const std::vector<FieldSource>& sources, unsigned jobs)
    : files_(files) {
  const auto count = std::clamp<std::size_t>(files.size(), 1, std::max(jobs, 1U));
  readers_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) readers_.emplace_back(sources);
  working_ = count;
  try {
    for (const auto& reader : readers_) threads_.emplace_back([this, &reader] { work(reader); });
  } catch (const std::system_error&) {
    // Fewer threads than wished for will do; none will not.
    if (threads_.empty()) throw Error(ErrorCode::Io, "no thread can be started", "close other programs");
    const std::lock_guard lock(mutex_);
    working_ -= count - threads_.size();
  }
}

Crew::~Crew() { stop(); }

std::optional<Reading> Crew::read(const FileReader& reader, std::size_t file) const {
  Reading reading{file, {}, {}};
  try {
    reading.facts = reader.read(files_[file].location, stop_.get_token());
  } catch (const Error& error) {
    if (error.code() == ErrorCode::Cancelled) return {};
    reading.reason = error.message();
  } catch (const std::exception& error) {
    reading.reason = std::string("cannot be read: ") + error.what();
  }
  return reading;
}

void Crew::work(const FileReader& reader) {
  std::unique_lock lock(mutex_);
  while (next_ < files_.size() && !stop_.stop_requested()) {
    const auto file = next_++;
    lock.unlock();
    auto reading = read(reader, file);
    lock.lock();
    if (reading) readings_.push_back(std::move(*reading));
    changed_.notify_one();
  }
  --working_;
  changed_.notify_one();
}

std::vector<Reading> Crew::take(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return !readings_.empty() || working_ == 0; });
  return std::exchange(readings_, {});
}

bool Crew::done() {
  const std::lock_guard lock(mutex_);
  return working_ == 0 && readings_.empty();
}

}  // namespace metaxy::ingest
