// SPDX-License-Identifier: Apache-2.0
#include "stores/clickhouse/address.hpp"

#include <fmt/format.h>

#include <charconv>

#include <metaxy/error.hpp>

#include "base/text.hpp"

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

}  // namespace

void read_address(std::string_view uri, Options& options) {
  const auto colon = uri.find("://");
  if (colon == std::string_view::npos) refuse(uri, "is no address of ClickHouse");
  const std::string scheme = to_lower(uri.substr(0, colon));
  if (!scheme.starts_with("clickhouse") && scheme != "http" && scheme != "https") {
    refuse(uri, "is no address of ClickHouse");
  }
  std::string_view rest = uri.substr(colon + 3);
  const auto question = rest.find('?');
  std::string_view query = question == std::string_view::npos ? std::string_view{} : rest.substr(question + 1);
  rest = rest.substr(0, question);
  const auto slash = rest.find('/');
  const std::string_view path = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  std::string_view authority = rest.substr(0, slash);
  bool secure = scheme == "https" || scheme == "clickhouses" || scheme == "clickhouse+https";
  for (const std::string& part : split(query, '&')) {
    const auto equals = part.find('=');
    const std::string name = part.substr(0, equals);
    const std::string value =
        equals == std::string::npos ? "" : decoded(uri, std::string_view(part).substr(equals + 1));
    if (name == "secure" || name == "ssl") secure = value == "True" || value == "true" || value == "1";
    if (name == "protocol") secure = value == "https";
    if (name == "verify") options.verify = value != "False" && value != "false" && value != "0";
    if (name == "database") options.database = value;
  }
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    const auto separator = who.find(':');
    if (separator != 0 && !who.empty()) options.user = decoded(uri, who.substr(0, separator));
    if (separator != std::string_view::npos) options.password = decoded(uri, who.substr(separator + 1));
    authority.remove_prefix(at + 1);
  }
  secure = secure || authority.ends_with(":8443") || authority.ends_with(":9440");
  options.hosts.clear();
  for (const std::string& host : split(authority, ',')) options.hosts.push_back(host_address(uri, host, secure));
  if (!path.empty()) options.database = decoded(uri, path);
}

}  // namespace metaxy::stores::clickhouse
