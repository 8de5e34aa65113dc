// SPDX-License-Identifier: Apache-2.0
// Arrow batches as PostgreSQL's COPY (FORMAT binary).
#include "stores/postgresql/copy_in.hpp"

#include <metaxy/error.hpp>
#include <string_view>
#include <vector>

#include "arrow/copy.hpp"
#include "arrow/view.hpp"
#include "stores/postgresql/row_encoder.hpp"
#include "stores/postgresql/sender.hpp"
#include "stores/postgresql/wire.hpp"

namespace metaxy::stores::postgresql {

namespace {

constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::size_t kSendEvery = std::size_t{1} << 18U;

class Copying {
 public:
  Copying(Link& link, const std::string& sql, arrow::Stream& rows, const Watch& watch)
      : rows_(rows),
        watch_(watch),
        given_(rows.schema()),
        plain_(arrow::plain_schema(*given_.get())),
        type_(*plain_.get()),
        sender_([&link, &sql](const std::string& part) {
          const auto size = static_cast<int>(part.size());
          if (PQputCopyData(link.get(), part.data(), size) != 1) link.fail(nullptr, sql, {});
        }) {
    for (const auto& column : type_.children) encoders_.emplace_back(column);
    buffer_ = kHeader;
  }

  std::uint64_t run() {
    while (auto batch = rows_.next()) {
      watch_.throw_if_stopped();
      add(arrow::is_plain(*given_.get(), *batch->get()) ? *std::move(batch)
                                                        : arrow::plain_array(*given_.get(), *batch->get()));
      watch_.report({"sending rows to PostgreSQL", count_, std::nullopt});
    }
    put(buffer_, std::int16_t{-1});
    sender_.take(buffer_);
    sender_.finish();
    return count_;
  }

 private:
  void add(const arrow::Array& batch) {
    const arrow::ArrayView view(*plain_.get(), *batch.get());
    const auto fields = static_cast<std::int16_t>(encoders_.size());
    for (std::int64_t row = 0; row < batch->length; ++row) {
      put(buffer_, fields);
      for (std::size_t i = 0; i < encoders_.size(); ++i) encoders_[i].append(buffer_, *view->children[i], row);
      if (buffer_.size() >= kSendEvery) sender_.take(buffer_);
    }
    count_ += static_cast<std::uint64_t>(batch->length);
  }

  arrow::Stream& rows_;
  const Watch& watch_;
  arrow::Schema given_;
  arrow::Schema plain_;
  arrow::TypeNode type_;
  std::vector<ValueEncoder> encoders_;
  std::string buffer_;
  std::uint64_t count_ = 0;
  Sender sender_;
};

/// Ends what was begun by COPY; the server's error when it has one.
void finish(Link& link, const char* given_up, const std::string& sql, const Watch& watch) {
  if (PQputCopyEnd(link.get(), given_up) != 1) link.fail(nullptr, sql, watch);
  Result failed;
  while (Result result = link.next_result(sql, watch)) {
    if (PQresultStatus(result.get()) == PGRES_FATAL_ERROR && !failed) failed = std::move(result);
  }
  if (failed && !given_up) link.fail(failed.get(), sql, watch);
}

}  // namespace

std::uint64_t copy_in(Link& link, const std::string& sql, arrow::Stream& rows, const Watch& watch) {
  if (PQsendQuery(link.get(), sql.c_str()) == 0) link.fail(nullptr, sql, watch);
  {
    const Result begun = link.next_result(sql, watch);
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) {
      link.abandon();
      link.fail(begun.get(), sql, watch);
    }
  }
  std::uint64_t count = 0;
  try {
    count = Copying(link, sql, rows, watch).run();
  } catch (...) {
    if (!link.is_broken()) finish(link, "the producer failed", sql, {});
    throw;
  }
  finish(link, nullptr, sql, watch);
  return count;
}

}  // namespace metaxy::stores::postgresql
