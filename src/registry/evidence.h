// Evidence: the facts and the verdict of one verification, kept so that it can be replayed.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

#include "dns/facts.h"
#include "registry/assessment.h"

namespace mandate::registry {

struct Evidence {
  std::string id;
  std::string account_id;
  dns::Name domain;
  std::chrono::sys_seconds at{};
  std::vector<std::string> senders;
  Provider provider;  ///< as it was then
  Assessment assessment;
  dns::Facts facts;
};

/// One JSON object, version 1. `parse_evidence` gives back the same evidence.
std::string to_json(const Evidence& evidence);
std::expected<Evidence, std::string> parse_evidence(std::string_view json);

}  // namespace mandate::registry
