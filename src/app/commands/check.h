// `mandate check`: SPF as a receiver evaluates it.
#pragma once

#include <optional>
#include <string>

#include "app/dns_source.h"

namespace mandate::app {

struct CheckOptions {
  std::optional<std::string> ip;
  std::optional<std::string> mail_from;
  std::optional<std::string> helo;
  std::string receiver;  ///< the name that the receiver goes by; empty: none
  bool headers = false;  ///< show the header fields that a receiver adds
  std::string batch;     ///< a file of JSON lines, `-` for standard input; empty: one check
  DnsOptions dns;
  bool json = false;
};

/// The exit code of the result (docs/cli.md), or of the failure.
int check(const CheckOptions& options);

}  // namespace mandate::app
