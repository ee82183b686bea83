// `mandate explain`: the story of one evaluation, for a person.
#pragma once

#include <optional>
#include <string>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct ExplainOptions {
  std::optional<std::string> ip;
  std::optional<std::string> mail_from;
  std::optional<std::string> helo;
  std::string from;      ///< an address or a domain; empty: the domain that SPF checks
  InquiryOptions asked;  ///< of its words only `@SERVER`
};

/// The exit code of the SPF result, as of `check`, or of the failure.
int explain(const ExplainOptions& options);

}  // namespace mandate::app
