// `mandate check`: SPF as a receiver evaluates it.
#pragma once

#include <optional>
#include <string>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct CheckOptions {
  std::optional<std::string> ip;
  std::optional<std::string> mail_from;
  std::optional<std::string> helo;
  std::string receiver;  ///< the name that the receiver goes by; empty: none
  bool headers = false;  ///< show the header fields that a receiver adds
  std::string batch;     ///< a file of JSON lines, `-` for standard input; empty: one check
  InquiryOptions asked;  ///< its words: `@SERVER` alone
};

/// The exit code of the result (docs/cli.md), or of the failure.
int check(const CheckOptions& options);

}  // namespace mandate::app
