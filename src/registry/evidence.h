// Evidence: the facts and the verdict of one verification, kept so that it can be replayed.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "registry/authorization.h"
#include "registry/sending_domain.h"
#include "registry/vote.h"
#include "registry/zone_answers.h"

namespace mandate::registry {

/// Counts up when the same facts may come to another verdict. Evidence says by which it was made.
inline constexpr int kRules = 3;

struct Evidence {
  std::string id;
  std::string account_id;
  dns::Name domain;
  std::chrono::sys_seconds at{};
  std::vector<std::string> senders;
  Provider provider;  ///< as it was then
  Assessment assessment;
  dns::Facts facts;  ///< of the resolver

  int rules = kRules;
  std::string token;  ///< of the account
  Mode mode = Mode::apex_include;
  dns::Name return_path;  ///< of that mode; else the root
  OwnershipRule ownership;
  std::optional<ZoneAnswers> zone;  ///< nothing: the zone's servers were not asked
  std::vector<Vote> votes;          ///< empty: the resolver's word alone
  /// When no cache has what stood there before, if anything was to turn.
  std::optional<std::chrono::sys_seconds> visible_by;
};

/// What was asked.
AuthorizationRequest request_of(const Evidence& evidence);

/// The verdict of the evidence's facts and servers, by today's rules; or what is lacking to it.
std::variant<Judgement, spf::Questions> judge(const Evidence& evidence);

/// The facts that the verdict rests on: the resolver's, and over them those of the servers whose
/// answer is the current one.
dns::Facts current_facts(const Evidence& evidence);

/// One JSON object, version 2; `parse_evidence` gives back the same evidence. Record data stands in
/// presentation format, so that it is exact whatever its octets; other text that is not UTF-8 is
/// kept escaped. Times are UTC in ISO 8601, of the years 0 to 9999.
std::string to_json(const Evidence& evidence);

/// Reads what `to_json` wrote, now and in version 1, which knew neither ownership nor the zone's
/// servers: `rules` is 1 then, and no ownership is required. Anything else is refused, with a
/// sentence that names the field: text over 64 MiB, nesting over 8 levels, another version, fields
/// that are missing, unknown, of the wrong type or out of range.
std::expected<Evidence, std::string> parse_evidence(std::string_view json);

}  // namespace mandate::registry
