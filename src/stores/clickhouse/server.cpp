// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <random>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "stores/clickhouse/errors.hpp"
#include "stores/clickhouse/types.hpp"

namespace metaxy::stores::clickhouse {

namespace {

/// What metaxy's SQL takes for granted.
constexpr std::array<std::pair<std::string_view, std::string_view>, 35> kSettings = {{
    {"join_use_nulls", "1"},
    {"prefer_column_name_to_alias", "1"},
    {"transform_null_in", "0"},
    {"print_pretty_type_names", "0"},
    {"session_timezone", kNoZone},
    {"enable_nullable_tuple_type", "1"},
    {"enable_materialized_cte", "1"},
    {"enable_time_time64_type", "1"},
    {"aggregate_functions_null_for_empty", "0"},
    {"cast_string_to_date_time_mode", "best_effort"},
    {"date_time_input_format", "best_effort"},
    {"enable_json_type", "1"},
    {"mutations_sync", "2"},
    {"lightweight_deletes_sync", "2"},
    {"distributed_foreground_insert", "1"},
    {"parallel_distributed_insert_select", "0"},  // shards would keep rows that belong to others
    {"distributed_product_mode", "deny"},
    {"distributed_group_by_no_merge", "0"},
    {"skip_unavailable_shards", "0"},
    {"distributed_ddl_output_mode", "throw"},
    {"prefer_localhost_replica", "1"},
    {"async_insert", "0"},
    {"insert_deduplicate", "0"},
    {"input_format_null_as_default", "1"},
    {"input_format_arrow_case_insensitive_column_matching", "0"},
    {"output_format_arrow_string_as_string", "1"},
    {"output_format_arrow_low_cardinality_as_dictionary", "0"},
    {"output_format_arrow_fixed_string_as_fixed_byte_array", "0"},
    {"output_format_arrow_date_as_uint16", "0"},
    {"output_format_arrow_compression_method", "lz4_frame"},
    {"cancel_http_readonly_queries_on_client_close", "1"},
    {"http_write_exception_in_output_format", "0"},
    {"max_query_size", "268435456"},
    {"max_ast_elements", "10000000"},
    {"max_expanded_ast_elements", "50000000"},
}};

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    }
  }
  return out;
}

/// The authorities that this machine trusts, where its distribution keeps them. Empty: where libcurl looks by itself.
/// The libcurl that a wheel brings looks where the machine had them on which the wheel was made.
std::string trusted_authorities() {
  const char* usual = curl_version_info(CURLVERSION_NOW)->cainfo;
  if (usual && std::filesystem::exists(usual)) return {};
  for (const char* file : {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                           "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (std::filesystem::exists(file)) return file;
  }
  return {};
}

}  // namespace

std::string unique_name() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  return fmt::format("{:016x}{:016x}", random(), random());
}

std::string Server::address(std::size_t host) const { return options_.hosts[host % options_.hosts.size()]; }

long Server::idle_seconds() const { return std::max(1L, static_cast<long>(options_.idle_timeout.count() / 1000)); }

Line Server::take_line() {
  {
    const std::lock_guard lock(mutex_);
    if (!lines_.empty()) {
      Line line = std::move(lines_.back());
      lines_.pop_back();
      curl_easy_setopt(line.easy.get(), CURLOPT_LOW_SPEED_TIME, idle_seconds());
      return line;
    }
  }
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  Line line{std::unique_ptr<CURLM, CloseMulti>(curl_multi_init()), std::unique_ptr<CURL, CloseEasy>(curl_easy_init())};
  CURL* easy = line.easy.get();
  if (ready != CURLE_OK || !easy || !line.multi) throw Error(ErrorCode::Internal, "libcurl cannot be used");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L * 1024);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  curl_easy_setopt(easy, CURLOPT_USERNAME, options_.user.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, options_.password.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, idle_seconds());
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options_.verify ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options_.verify ? 2L : 0L);
  const std::string authorities = options_.ca_file.empty() ? trusted_authorities() : options_.ca_file;
  if (!authorities.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, authorities.c_str());
  return line;
}

void Server::give_back(Line line) {
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
}

std::string Server::url(const Seat& seat, const Parameters& more) {
  std::string out = address(seat.host) + "/?database=" + escaped(options_.database);
  const auto add = [&](std::string_view name, std::string_view value) {
    out += fmt::format("&{}={}", escaped(name), escaped(value));
  };
  for (const auto& [name, value] : options_.settings) add(name, value);
  for (const auto& [name, value] : more) add(name, value);
  if (!seat.session.empty()) {
    add("session_id", seat.session);
    add("session_timeout", "600");
  }
  return out;
}

const Parameters& Server::wanted_settings(Seat& seat, const Watch& watch) {
  {
    const std::lock_guard lock(mutex_);
    if (settings_) return *settings_;
  }
  std::string names;
  for (const auto& [name, value] : kSettings) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
  const std::string sql = fmt::format("SELECT name FROM system.settings WHERE name IN ({}) FORMAT JSONCompact", names);
  auto running = begin(seat, Request{{}, sql, {}, false}, watch, {}, sql);
  running->check();
  const auto answer = nlohmann::json::parse(running->rest());
  Parameters known;
  for (const auto& [name, value] : kSettings) {
    const auto is_it = [&, wanted = name](const nlohmann::json& row) { return row.at(0) == wanted; };
    if (std::any_of(answer["data"].begin(), answer["data"].end(), is_it)) known.emplace_back(name, value);
  }
  const std::lock_guard lock(mutex_);
  if (!settings_) settings_ = std::move(known);
  return *settings_;
}

/// A host that cannot be reached is passed over, as long as nothing is kept on it.
std::unique_ptr<Server::Running> Server::begin(Seat& seat, const Request& request, const Watch& watch,
                                               const std::string& query_id, const std::string& sql) {
  const Parameters more = query_id.empty() ? Parameters{} : Parameters{{"query_id", query_id}};
  const bool movable = seat.session.empty() && !seat.is_fixed && !request.rows;
  for (std::size_t tried = 1;; ++tried) {
    Request attempt = request;
    attempt.url = request.url.empty() ? url(seat, more) : address(seat.host) + request.url;
    auto running = std::make_unique<Running>(shared_from_this(), seat, std::move(attempt), watch, query_id, sql);
    try {
      if (movable && tried < options_.hosts.size()) running->transfer().status();
      return running;
    } catch (const Error&) {
      if (!movable || !running->transfer().unreached()) throw;
      seat.host = (seat.host + 1) % options_.hosts.size();
      current_ = seat.host;
    }
  }
}

std::unique_ptr<Server::Running> Server::send(Seat& seat, const std::string& sql, Parameters more,
                                              std::optional<arrow::ByteSource> rows, const Watch& watch) {
  const std::string query_id = "metaxy-" + unique_name();
  for (const auto& setting : wanted_settings(seat, watch)) more.push_back(setting);
  const auto has_id = std::any_of(more.begin(), more.end(), [](const auto& each) { return each.first == "query_id"; });
  if (!has_id) more.emplace_back("query_id", query_id);
  if (rows) more.emplace_back("query", sql);
  std::string target = url(seat, more);
  target.erase(0, address(seat.host).size());
  // Who names a statement keeps it running.
  Request request{std::move(target), rows ? std::string{} : sql, std::move(rows), has_id};
  return begin(seat, request, watch, has_id ? std::string{} : query_id, sql);
}

Server::Answer Server::execute(Seat& seat, const std::string& sql, const Watch& watch, const Parameters& more) {
  Parameters all = more;
  all.emplace_back("wait_end_of_query", "1");  // the summary comes with the headers
  auto running = send(seat, sql, std::move(all), {}, watch);
  running->check();
  Answer answer{running->rest(), 0};
  running->check_end();
  const auto summary = nlohmann::json::parse(running->transfer().summary(), nullptr, false);
  if (summary.is_object()) answer.written = std::stoull(summary.value("written_rows", "0"));
  return answer;
}

void Server::execute_everywhere(const std::string& sql, const Watch& watch) {
  for (std::size_t host = 0; host < options_.hosts.size(); ++host) {
    Seat seat{host, {}, true};
    try {
      execute(seat, sql, watch);
    } catch (Error& error) {
      if (host > 0) error.note(fmt::format("{} of {} hosts have run the statement", host, options_.hosts.size()));
      throw error.note("on the host " + redact_uri(address(host)));
    }
  }
}

nlohmann::json Server::rows(Seat& seat, const std::string& sql, const Watch& watch) {
  const auto answer = execute(seat, sql + " FORMAT JSONCompactStrings", watch);
  return nlohmann::json::parse(answer.body).at("data");
}

std::uint64_t Server::insert(Seat& seat, const std::string& sql, arrow::Stream rows, const Watch& watch) {
  auto running =
      send(seat, sql + " FORMAT ArrowStream", {{"wait_end_of_query", "1"}}, arrow::ipc_bytes(std::move(rows)), watch);
  running->check();
  running->rest();
  const auto summary = nlohmann::json::parse(running->transfer().summary(), nullptr, false);
  return summary.is_object() ? std::stoull(summary.value("written_rows", "0")) : 0;
}

arrow::Stream Server::query(Seat& seat, const std::string& sql, const Watch& watch) {
  std::shared_ptr<Running> running = send(seat, sql, {{"default_format", "ArrowStream"}}, {}, watch);
  running->check();
  const auto faulty = [running](auto work) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.code() != ErrorCode::InvalidArgument) throw;
      running->check_end();  // the bytes are no Arrow because a fault stands among them
      throw;
    }
  };
  auto rows = std::make_shared<arrow::Stream>(faulty([&] {
    return arrow::read_ipc([running](char* out, std::size_t size) { return running->read(out, size); }, "the result");
  }));
  arrow::Schema schema = rows->schema();
  return arrow::make_stream(std::move(schema), [rows, running, faulty]() -> std::optional<arrow::Array> {
    auto batch = faulty([&] { return rows->next(); });
    if (!batch) running->check_end();
    return batch;
  });
}

std::unique_ptr<Server::Running> Server::start(Seat& seat, const std::string& sql, const Parameters& more,
                                               const Watch& watch) {
  return send(seat, sql, more, {}, watch);
}

void Server::kill(const Seat& seat, const std::string& query_id) noexcept {
  try {
    Seat own{seat.host, {}};
    execute(own, "KILL QUERY WHERE query_id = '" + query_id + "' ASYNC", {});
  } catch (...) {  // the server ends it when it sees that nobody listens
  }
}

Server::Running::Running(std::shared_ptr<Server> server, const Seat& seat, Request request, const Watch& watch,
                         std::string query_id, std::string sql)
    : server_(std::move(server)),
      seat_(seat),
      line_(server_->take_line()),
      query_id_(std::move(query_id)),
      sql_(std::move(sql)) {
  transfer_ = std::make_unique<Transfer>(line_, std::move(request), watch);
}

Server::Running::~Running() {
  const bool ended = transfer_->ended();
  transfer_.reset();
  if (ended) server_->give_back(std::move(line_));
}

template <class Work>
auto Server::Running::watched(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::Cancelled && !query_id_.empty()) server_->kill(seat_, query_id_);
    // ClickHouse breaks an answer off behind the words that say why.
    const auto fault = error.code() == ErrorCode::Io ? find_fault(transfer_->tail()) : std::string_view{};
    if (!fault.empty()) throw translate(fault, sql_);
    throw;
  }
}

void Server::Running::check() {
  const long status = watched([&] { return transfer_->status(); });
  if (status < 400 && status != 0) return;
  throw translate(transfer_->rest(), sql_);
}

std::string Server::Running::rest() {
  return watched([&] { return transfer_->rest(); });
}

std::size_t Server::Running::read(char* out, std::size_t size) {
  return watched([&] { return transfer_->read(out, size); });
}

void Server::Running::check_end() {
  rest();
  const auto fault = find_fault(transfer_->tail());
  if (!fault.empty() && transfer_->tail().find("__exception__") != std::string::npos) throw translate(fault, sql_);
}

bool Server::Running::is_begun(std::chrono::milliseconds wait) { return transfer_->is_begun(wait); }

bool Server::Running::is_alive() { return !transfer_->ended() && (transfer_->is_begun({}), !transfer_->ended()); }

}  // namespace metaxy::stores::clickhouse
