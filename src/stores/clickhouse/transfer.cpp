// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/transfer.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <metaxy/error.hpp>

#include "base/text.hpp"

namespace metaxy::stores::clickhouse {

namespace {

constexpr std::size_t kEnough = 8U << 20;  // bytes that wait to be read before the server has to
constexpr std::size_t kTail = 16U << 10;
constexpr int kLookEveryMilliseconds = 50;

bool never_arrived(CURLcode code) {
  return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY;
}

Error transfer_error(CURLcode code, const std::string& url) {
  const auto address = url.substr(0, url.find("/?"));
  std::string hint = "see that the server runs and can be reached";
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE) {
    hint = "give the certificate of its authority as ca_file";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    hint = "raise connect_timeout or idle_timeout of the store";
  }
  return Error(ErrorCode::Io, "ClickHouse at " + redact_uri(address) + ": " + curl_easy_strerror(code), hint);
}

}  // namespace

Transfer::Transfer(Line& line, Request request, Watch watch)
    : line_(line), request_(std::move(request)), watch_(std::move(watch)) {
  CURL* easy = line_.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_answer);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  if (request_.rows) {
    headers = curl_slist_append(headers, "Transfer-Encoding: chunked");
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, nullptr);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t{-1});
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_rows);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
  } else {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
  }
  headers_.reset(headers);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_.get());
  if (request_.may_be_silent) curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, 0L);
  curl_multi_add_handle(line_.multi.get(), easy);
}

// Taking a handle away before its answer ended closes its connection, and the server gives the statement up.
Transfer::~Transfer() { curl_multi_remove_handle(line_.multi.get(), line_.easy.get()); }

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(bytes, size * count);
  constexpr std::string_view kSummary = "x-clickhouse-summary: ";
  if (line.size() > kSummary.size() && to_lower(line.substr(0, kSummary.size())) == kSummary) {
    transfer.summary_ = line.substr(kSummary.size());
  }
  if (line == "\r\n") transfer.begun_ = true;
  return size * count;
}

std::size_t Transfer::on_answer(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (transfer.buffer_.size() - transfer.at_ > kEnough) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  transfer.begun_ = true;
  transfer.buffer_.append(bytes, size * count);
  return size * count;
}

// No exception may pass through curl.
std::size_t Transfer::on_rows(char* out, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.watch_.throw_if_stopped();
    return (*transfer.request_.rows)(out, size * count);
  } catch (...) {
    transfer.failure_ = std::current_exception();
    return CURL_READFUNC_ABORT;
  }
}

void Transfer::step() {
  if (paused_) {
    paused_ = false;
    curl_easy_pause(line_.easy.get(), CURLPAUSE_CONT);
  }
  int running = 0;
  curl_multi_perform(line_.multi.get(), &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(line_.multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    done_ = begun_ = true;
    if (message->data.result == CURLE_OK) continue;
    unreached_ = never_arrived(message->data.result);
    if (!failure_) failure_ = std::make_exception_ptr(transfer_error(message->data.result, request_.url));
  }
  if (done_ && failure_ && at_ == buffer_.size()) std::rethrow_exception(failure_);
  if (done_) return;
  watch_.throw_if_stopped();
  if (buffer_.size() == at_) curl_multi_poll(line_.multi.get(), nullptr, 0, kLookEveryMilliseconds, nullptr);
}

long Transfer::status() {
  while (!begun_ || (buffer_.size() == at_ && !done_)) step();
  curl_easy_getinfo(line_.easy.get(), CURLINFO_RESPONSE_CODE, &status_);
  return status_;
}

bool Transfer::is_begun(std::chrono::milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  do {
    step();
  } while (!begun_ && std::chrono::steady_clock::now() < end);
  return begun_;
}

std::size_t Transfer::read(char* out, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    if (at_ == buffer_.size()) {
      buffer_.clear();
      at_ = 0;
      if (done_) {
        if (failure_) std::rethrow_exception(failure_);
        break;
      }
      step();
      continue;
    }
    const auto part = std::min(size - have, buffer_.size() - at_);
    std::memcpy(out + have, buffer_.data() + at_, part);
    take(out + have, part);
    have += part;
  }
  return have;
}

void Transfer::take(const char* out, std::size_t size) {
  at_ += size;
  if (size >= kTail) {
    tail_.assign(out + size - kTail, kTail);
    return;
  }
  tail_.append(out, size);
  if (tail_.size() > 2 * kTail) tail_.erase(0, tail_.size() - kTail);
}

std::string Transfer::rest() {
  std::string out;
  std::string part(1U << 16, '\0');
  while (const auto size = read(part.data(), part.size())) out.append(part.data(), size);
  return out;
}

}  // namespace metaxy::stores::clickhouse
