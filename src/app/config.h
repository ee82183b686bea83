// The configuration (docs/configuration.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/endpoint.h"
#include "app/failure.h"
#include "mail/relay.h"
#include "registry/ownership.h"
#include "registry/breaker.h"
#include "registry/provider.h"
#include "registry/transition.h"
#include "resolver/stub_client.h"

namespace mandate::app {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { json, text };

/// Everything that one file says, with the defaults of what it leaves out. A value type.
struct Config {
  registry::Provider provider;
  Endpoint listen{dns::IpAddress::v4({127, 0, 0, 1}), 8025};
  std::string store_path;
  std::optional<resolver::Server> resolver;  ///< nothing: those of /etc/resolv.conf
  std::vector<std::string> zones;            ///< when not empty, the whole DNS
  std::string root_hints;                    ///< a file; empty: the Internet's root
  std::uint16_t authority_port = 53;         ///< of the servers of zones
  std::chrono::milliseconds dns_timeout = std::chrono::seconds{20};
  mail::RelayOptions relay;
  registry::Patience patience;
  int workers = 8;  ///< checks of domains under way at once
  registry::OwnershipRule ownership;
  bool authoritative = true;  ///< ask the servers of a domain's zone; never with zone files
  registry::BreakerRule breaker;
  std::chrono::seconds expire_after = std::chrono::days{5};
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::json;
};

struct ConfigError {
  std::string file;
  std::size_t line = 0;  ///< from 1
  std::string key;       ///< `section.key`; empty when the file is not TOML
  std::string message;   ///< what is wrong, and how to mend it
  /// `FILE:LINE: KEY: MESSAGE`
  std::string text() const;
};

/// Reads a whole file. The error holds everything that is wrong with it, by line; only a text that
/// is not TOML has one error alone. `file` stands in the errors, and relative paths are relative to
/// its folder.
std::expected<Config, std::vector<ConfigError>> parse_config(std::string_view text,
                                                             const std::string& file);

/// Reads and parses the file at a path. The failure has all errors, one a line, and the exit code
/// for a wrong configuration.
Attempt<Config> load_config(const std::string& path);

}  // namespace mandate::app
