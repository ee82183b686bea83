#include "app/config_schema.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <utility>

#include "app/duration.h"
#include "app/terminal.h"
#include "registry/mailbox.h"

namespace mandate::app {
namespace {

using Set = std::expected<void, std::string>;
using std::chrono::milliseconds;
using std::chrono::seconds;

Set wrong(std::string_view value, std::string_view why) {
  return std::unexpected(fmt::format("\"{}\" {}", escaped(value), why));
}

/// Host names have letters, digits and inner hyphens (RFC 1123 section 2.1); names of records,
/// such as `_spf.provider.example`, also underscores.
bool is_plain_label(std::string_view label, bool underscores) {
  return label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [underscores](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                  (underscores && c == '_');
         });
}

std::expected<dns::Name, std::string> parse_plain_name(const std::string& value, bool underscores) {
  const auto name = dns::Name::parse(value);
  if (!name) {
    return std::unexpected(fmt::format("\"{}\" is not a domain name: {}", escaped(value),
                                       dns::describe(name.error())));
  }
  const std::vector<std::string_view> labels = name->labels();
  if (labels.size() < 2) {
    return std::unexpected(
        fmt::format("\"{}\" is not a whole domain name: it needs two labels", escaped(value)));
  }
  for (const std::string_view label : labels) {
    if (!is_plain_label(label, underscores)) {
      return std::unexpected(fmt::format(
          "\"{}\" has a label of other letters than a-z, 0-9 and inner hyphens; an international "
          "name is written with A-labels (xn--...)",
          escaped(value)));
    }
  }
  return *name;
}

Set set_include_name(Config& config, const std::string& value) {
  auto name = parse_plain_name(value, true);
  if (!name) return std::unexpected(name.error());
  config.provider.include_name = std::move(*name);
  return {};
}

Set add_pool_prefix(Config& config, const std::string& value) {
  const auto prefix = dns::Prefix::parse(value);
  if (!prefix) {
    return wrong(value, "is not a prefix: ADDRESS/LENGTH with no host bits set, or an address");
  }
  if (prefix->length() == 0) return wrong(value, "is the whole address space: name your own part");
  config.provider.pool.push_back(*prefix);
  return {};
}

Set add_helo_name(Config& config, const std::string& value) {
  const auto name = parse_plain_name(value, false);
  if (!name) return std::unexpected(name.error());
  config.provider.helo_names.push_back(name->text());
  return {};
}

Set set_default_sender(Config& config, const std::string& value) {
  const auto mailbox = registry::parse_mailbox(value);
  if (!mailbox) return wrong(value, "is not a mailbox: " + mailbox.error().message);
  config.provider.default_sender = mailbox->text();
  return {};
}

Set set_bounce_host(Config& config, const std::string& value) {
  const auto name = parse_plain_name(value, false);
  if (!name) return std::unexpected(name.error());
  config.provider.bounce_host = *name;
  return {};
}

Set set_listen(Config& config, const std::string& value) {
  const auto endpoint = parse_endpoint(value);
  if (!endpoint) return std::unexpected(endpoint.error());
  config.listen = *endpoint;
  return {};
}

Set set_store_path(Config& config, const std::string& value) {
  config.store_path = value;
  return {};
}

Set set_resolver(Config& config, const std::string& value) {
  const auto server = resolver::parse_server(value);
  if (!server) return std::unexpected(server.error());
  config.resolver = *server;
  return {};
}

Set add_zone(Config& config, const std::string& value) {
  config.zones.push_back(value);
  return {};
}

Set set_root_hints(Config& config, const std::string& value) {
  config.root_hints = value;
  return {};
}

Set set_authority_port(Config& config, const std::string& value) {
  std::uint16_t port = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), port);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size() || port == 0) {
    return std::unexpected(fmt::format("{} is out of range: 1 to 65535", value));
  }
  config.authority_port = port;
  return {};
}

/// Reads a duration between two bounds, both allowed.
std::expected<milliseconds, std::string> bounded(const std::string& value, milliseconds least,
                                                 milliseconds most) {
  const auto duration = parse_duration(value);
  if (!duration) return std::unexpected(duration.error());
  if (*duration < least || *duration > most) {
    return std::unexpected(fmt::format("\"{}\" is out of range: {} to {}", escaped(value),
                                       duration_text(least), duration_text(most)));
  }
  return *duration;
}

/// The same in whole seconds.
Set set_seconds(seconds& target, const std::string& value, seconds least, seconds most) {
  const auto duration = bounded(value, least, most);
  if (!duration) return std::unexpected(duration.error());
  if (*duration % seconds{1} != milliseconds{0}) return wrong(value, "is not in whole seconds");
  target = std::chrono::duration_cast<seconds>(*duration);
  return {};
}

Set set_dns_timeout(Config& config, const std::string& value) {
  const auto duration = bounded(value, milliseconds{100}, std::chrono::minutes{5});
  if (!duration) return std::unexpected(duration.error());
  config.dns_timeout = *duration;
  return {};
}

Set set_relay_url(Config& config, const std::string& value) {
  std::string_view rest = value;
  if (rest.starts_with("smtps://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("smtp://")) {
    rest.remove_prefix(7);
  } else {
    return wrong(value, "does not begin with smtp:// or smtps://");
  }
  const bool plain = std::ranges::all_of(rest, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:[]").find(c) != std::string_view::npos;
  });
  if (rest.empty() || rest.front() == ':' || !plain) {
    return wrong(value, "is more than smtp://HOST:PORT; user and password have keys of their own");
  }
  config.relay.url = value;
  return {};
}

Set set_relay_helo(Config& config, const std::string& value) {
  const auto name = parse_plain_name(value, false);
  if (!name) return std::unexpected(name.error());
  config.relay.helo = name->text();
  return {};
}

/// Puts one of a few words into place.
template <class Value>
using Choices = std::initializer_list<std::pair<std::string_view, Value>>;

template <class Value>
Set set_choice(Value& target, const std::string& value, Choices<Value> choices) {
  std::string words;
  for (const auto& [word, meaning] : choices) {
    if (word == value) {
      target = meaning;
      return {};
    }
    words += fmt::format("{}{}", words.empty() ? "" : ", ", word);
  }
  return wrong(value, "is none of " + words);
}

Set set_relay_tls(Config& config, const std::string& value) {
  using enum mail::RelayOptions::Tls;
  return set_choice<mail::RelayOptions::Tls>(
      config.relay.tls, value,
      {{"never", never}, {"when_offered", when_offered}, {"always", always}});
}

Set set_relay_ca_file(Config& config, const std::string& value) {
  config.relay.ca_file = value;
  return {};
}

bool has_control_octet(std::string_view value) {
  return std::ranges::any_of(value, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

Set set_relay_user(Config& config, const std::string& value) {
  if (has_control_octet(value)) return wrong(value, "has a control character");
  config.relay.user = value;
  return {};
}

Set set_relay_password(Config& config, const std::string& value) {
  // Never quoted: messages go to logs.
  if (has_control_octet(value)) return std::unexpected("the password has a control character");
  config.relay.password = value;
  return {};
}

Set set_source_address(Config& config, const std::string& value) {
  if (!value.empty() && !dns::IpAddress::parse(value)) return wrong(value, "is not an IP address");
  config.relay.source_address = value;
  return {};
}

Set set_relay_timeout(Config& config, const std::string& value) {
  return set_seconds(config.relay.timeout, value, seconds{1}, std::chrono::hours{1});
}

Set set_grace(Config& config, const std::string& value) {
  return set_seconds(config.patience.grace, value, seconds{0}, std::chrono::days{365});
}

Set set_workers(Config& config, const std::string& value) {
  constexpr int kMost = 256;
  int workers = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), workers);
  if (read.ec != std::errc() || workers < 1 || workers > kMost) {
    return std::unexpected(fmt::format("{} is out of range: 1 to {}", value, kMost));
  }
  config.workers = workers;
  return {};
}

Set set_claim_grace(Config& config, const std::string& value) {
  return set_seconds(config.patience.claim_grace, value, seconds{0}, std::chrono::days{365});
}

Set set_ownership(Config& config, const std::string& value) {
  return set_choice<bool>(config.ownership.required, value, {{"required", true}, {"off", false}});
}

Set set_subdomains(Config& config, const std::string& value) {
  config.ownership.subdomains = value == "true";
  return {};
}

Set set_authoritative(Config& config, const std::string& value) {
  config.authoritative = value == "true";
  return {};
  return {};
}

/// `2%`, with up to two digits behind the point, in hundredths of a percent.
std::optional<int> parse_share(std::string_view text) {
  if (!text.ends_with('%')) return std::nullopt;
  text.remove_suffix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string digits(text.substr(std::min(point + 1, text.size())));
  const bool is_fraction = point == text.size() || (!digits.empty() && digits.size() <= 2);
  digits.resize(2, '0');
  digits.insert(0, whole);
  int share = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, share);
  if (whole.empty() || !is_fraction || error != std::errc() || at != end) return std::nullopt;
  return share;
}

Set set_share(Config& config, const std::string& value) {
  const auto share = parse_share(value);
  if (!share) return wrong(value, "is no share: a number with up to two decimals, and %");
  if (*share < 0 || *share > 10'000) return wrong(value, "is out of range: 0% to 100%");
  config.breaker.share = *share;
  return {};
}

Set set_at_least(Config& config, const std::string& value) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t domains = 0;
  const auto [at, error] = std::from_chars(value.data(), value.data() + value.size(), domains);
  if (error != std::errc() || domains < 0 || domains > kMost) {
    return wrong(value, fmt::format("is out of range: 0 to {}", kMost));
  }
  config.breaker.at_least = domains;
  return {};
}

Set set_within(Config& config, const std::string& value) {
  return set_seconds(config.breaker.within, value, std::chrono::minutes{1}, std::chrono::days{7});
}

Set set_expire_after(Config& config, const std::string& value) {
  return set_seconds(config.expire_after, value, seconds{1}, std::chrono::days{365});
}

Set set_log_level(Config& config, const std::string& value) {
  using enum LogLevel;
  return set_choice<LogLevel>(
      config.log_level, value,
      {{"debug", debug}, {"info", info}, {"warning", warning}, {"error", error}});
}

Set set_log_format(Config& config, const std::string& value) {
  return set_choice<LogFormat>(config.log_format, value,
                               {{"json", LogFormat::json}, {"text", LogFormat::text}});
}

using enum ConfigKey::Shape;

constexpr std::array schema = {
    // section, key, shape, required, example, set
    ConfigKey{"provider", "include_name", text, true, R"("mailer.provider.example")",
              set_include_name},
    ConfigKey{"provider", "pool", list, true, R"(["192.0.2.0/28"])", add_pool_prefix},
    ConfigKey{"provider", "helo_names", list, true, R"(["out.mailer.provider.example"])",
              add_helo_name},
    ConfigKey{"provider", "default_sender", text, true, R"("no-reply@provider.example")",
              set_default_sender},
    ConfigKey{"provider", "bounce_host", text, false, R"("bounces.provider.example")",
              set_bounce_host},
    ConfigKey{"server", "listen", text, false, R"("127.0.0.1:8025")", set_listen},
    ConfigKey{"store", "path", path, true, R"("/var/lib/mandate/mandate.db")", set_store_path},
    ConfigKey{"dns", "resolver", text, false, R"("127.0.0.1:5353")", set_resolver},
    ConfigKey{"dns", "zones", path_list, false, R"(["provider.zone"])", add_zone},
    ConfigKey{"dns", "root_hints", path, false, R"("private.root")", set_root_hints},
    ConfigKey{"dns", "authority_port", number, false, "53", set_authority_port},
    ConfigKey{"dns", "timeout", text, false, R"("20s")", set_dns_timeout},
    ConfigKey{"relay", "url", text, true, R"("smtp://127.0.0.1:25")", set_relay_url},
    ConfigKey{"relay", "helo", text, false, R"("out.mailer.provider.example")", set_relay_helo},
    ConfigKey{"relay", "tls", text, false, R"("when_offered")", set_relay_tls},
    ConfigKey{"relay", "ca_file", path, false, R"("/etc/ssl/certs/relay.pem")", set_relay_ca_file},
    ConfigKey{"relay", "user", text, false, R"("mandate")", set_relay_user},
    ConfigKey{"relay", "password", text, false, R"("secret")", set_relay_password},
    ConfigKey{"relay", "source_address", text, false, R"("192.0.2.1")", set_source_address},
    ConfigKey{"relay", "timeout", text, false, R"("60s")", set_relay_timeout},
    ConfigKey{"verification", "grace", text, false, R"("24h")", set_grace},
    ConfigKey{"verification", "workers", number, false, "8", set_workers},
    ConfigKey{"verification", "claim_grace", text, false, R"("24h")", set_claim_grace},
    ConfigKey{"verification", "ownership", text, false, R"("required")", set_ownership},
    ConfigKey{"verification", "subdomains", flag, false, "false", set_subdomains},
    ConfigKey{"verification", "authoritative", flag, false, "true", set_authoritative},
    ConfigKey{"breaker", "share", text, false, R"("2%")", set_share},
    ConfigKey{"breaker", "at_least", number, false, "20", set_at_least},
    ConfigKey{"breaker", "within", text, false, R"("1h")", set_within},
    ConfigKey{"outbox", "expire_after", text, false, R"("5d")", set_expire_after},
    ConfigKey{"log", "level", text, false, R"("info")", set_log_level},
    ConfigKey{"log", "format", text, false, R"("json")", set_log_format},
};

}  // namespace

std::span<const ConfigKey> config_schema() {
  return schema;
}

}  // namespace mandate::app
