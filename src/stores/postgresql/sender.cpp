// SPDX-License-Identifier: Apache-2.0
#include "stores/postgresql/sender.hpp"

#include <utility>

namespace metaxy::stores::postgresql {

namespace {

constexpr std::size_t kMostWaiting = 16;

}  // namespace

Sender::Sender(std::function<void(const std::string& part)> send)
    : send_(std::move(send)), thread_([this] { run(); }) {}

Sender::~Sender() {
  {
    const std::lock_guard lock(mutex_);
    waiting_.clear();
    ended_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sender::throw_failure() {
  if (failure_) std::rethrow_exception(failure_);
}

void Sender::take(std::string& part) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.size() < kMostWaiting || failure_; });
  throw_failure();
  std::string next;
  if (!sent_.empty()) {
    next = std::move(sent_.back());
    sent_.pop_back();
    next.clear();
  }
  waiting_.push_back(std::exchange(part, std::move(next)));
  lock.unlock();
  changed_.notify_all();
}

void Sender::finish() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
  throw_failure();
}

void Sender::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    std::string part = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    std::exception_ptr failure;
    try {
      send_(part);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    sent_.push_back(std::move(part));
    if (failure) {
      failure_ = failure;
      waiting_.clear();
      ended_ = true;
    }
    changed_.notify_all();
  }
}

}  // namespace metaxy::stores::postgresql
