// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/address.hpp"

#include <fmt/format.h>

#include <charconv>

#include <metaxy/error.hpp>

#include "base/text.hpp"
#include "store/options.hpp"

namespace metaxy::stores::clickhouse {

namespace {

[[noreturn]] void refuse(std::string_view uri, const std::string& why) {
  throw Error(ErrorCode::InvalidArgument, fmt::format("{} {}", redact_uri(uri), why),
              "write clickhouse://user:password@host:8123/database");
}

std::string decoded(std::string_view uri, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(i + 1, 2);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (digits.size() != 2 || failure != std::errc() || end != digits.data() + 2) refuse(uri, "has a broken % in it");
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

/// Ports of the native protocol stand for those of HTTP beside it.
std::string host_address(std::string_view uri, std::string_view host, bool secure) {
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  std::string port(has_port ? host.substr(colon + 1) : std::string_view{});
  const std::string name(has_port ? host.substr(0, colon) : host);
  if (name.empty()) refuse(uri, "names no host");
  if (port.find_first_not_of("0123456789") != std::string::npos) refuse(uri, "has a port that is no number");
  if (port.empty()) port = secure ? "8443" : "8123";
  if (port == "9000") port = "8123";
  if (port == "9440") port = "8443";
  return fmt::format("{}://{}:{}", secure ? "https" : "http", name, port);
}

bool is_true(const std::string& value) { return value == "True" || value == "true" || value == "1"; }

/// What stands behind `?`, in the words of several drivers; other words are settings, which the server knows or
/// refuses.
void read_query(std::string_view uri, std::string_view query, Options& options, bool& secure) {
  static const std::vector<std::string> kOfDrivers = {"compress", "compression", "client_name", "query_limit"};
  Faults faults;
  for (const std::string& part : split(query, '&')) {
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const std::string value =
        equals == std::string::npos ? "" : decoded(uri, std::string_view(part).substr(equals + 1));
    if (name == "secure" || name == "ssl") {
      secure = is_true(value);
    } else if (name == "protocol") {
      secure = value == "https";
    } else if (name == "verify") {
      options.verify = is_true(value);
    } else if (name == "database") {
      options.database = value;
    } else if (name == "connect_timeout") {
      store::read_seconds(name, value, options.connect_timeout, faults);
    } else if (name == "send_receive_timeout") {
      store::read_seconds(name, value, options.idle_timeout, faults);
    } else if (!name.empty() && !store::has_name(kOfDrivers, name)) {
      options.settings[name] = value;
    }
  }
  faults.throw_if_any(ErrorCode::InvalidArgument, redact_uri(uri) + " has wrong parameters");
}

/// `user:password`, each with %XX for what is special.
void read_user(std::string_view uri, std::string_view who, Options& options) {
  const auto separator = who.find(':');
  if (separator != 0 && !who.empty()) options.user = decoded(uri, who.substr(0, separator));
  if (separator != std::string_view::npos) options.password = decoded(uri, who.substr(separator + 1));
}

}  // namespace

void read_address(std::string_view uri, Options& options) {
  const auto colon = uri.find("://");
  const std::string scheme = to_lower(uri.substr(0, colon));
  if (colon == std::string_view::npos || (!scheme.starts_with("clickhouse") && scheme != "http" && scheme != "https")) {
    refuse(uri, "is no address of ClickHouse");
  }
  std::string_view rest = uri.substr(colon + 3);
  bool secure = scheme == "https" || scheme == "clickhouses" || scheme == "clickhouse+https";
  if (const auto question = rest.find('?'); question != std::string_view::npos) {
    read_query(uri, rest.substr(question + 1), options, secure);
    rest = rest.substr(0, question);
  }
  const auto slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  std::string_view authority = rest.substr(0, slash);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    read_user(uri, authority.substr(0, at), options);
    authority.remove_prefix(at + 1);
  }
  secure = secure || authority.ends_with(":8443") || authority.ends_with(":9440");
  options.hosts.clear();
  for (const std::string& host : split(authority, ',')) options.hosts.push_back(host_address(uri, host, secure));
  if (!path.empty()) options.database = decoded(uri, path);
}

}  // namespace metaxy::stores::clickhouse
