// Evidence: the facts and the verdict of one verification, kept so that it can be replayed.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/facts.h"
#include "registry/assessment.h"

namespace mandate::registry {

struct Evidence {
  std::string id;
  std::string account_id;
  dns::Name domain;
  std::chrono::sys_seconds at{};
  std::vector<std::string> senders;
  dns::Name return_path = {};  ///< of that mode; else the root
  Provider provider;  ///< as it was then
  Assessment assessment;
  dns::Facts facts;
};

/// One JSON object, version 1; `parse_evidence` gives back the same evidence. Record data stands in
/// presentation format, so that it is exact whatever its octets; other text that is not UTF-8 is
/// kept escaped. Times are UTC in ISO 8601, of the years 0 to 9999.
std::string to_json(const Evidence& evidence);

/// Reads what `to_json` wrote. Anything else is refused, with a sentence that names the field: text
/// over 64 MiB, nesting over 8 levels, another version, fields that are missing, unknown, of the
/// wrong type or out of range.
std::expected<Evidence, std::string> parse_evidence(std::string_view json);

}  // namespace mandate::registry
