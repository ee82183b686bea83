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
  /// Of a replay: the id of evidence in the store of `config`, or a file that holds it.
  std::string evidence;
  std::string evidence_file;
  std::string config;
};

/// The exit code of the SPF result, as of `check`, or of the failure.
/// Of a replay: 0 where the verdict is the kept one, 1 where it is another.
int explain(const ExplainOptions& options);

}  // namespace mandate::app
