// What a domain's admin is to publish for a return path: the name below the domain at which MAIL
// FROM stands, whose policy lets the provider's mail pass and whose mail, the bounces, goes to the
// provider.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "advice/plan.h"

namespace mandate::advice {

struct ReturnPathRequest {
  dns::Name return_path;
  dns::Name include_name;                ///< what its SPF record is to include
  std::vector<dns::Prefix> pool;         ///< as of `PlanRequest`
  std::optional<dns::Name> shared_name;  ///< as of `PlanRequest`
  bool shared_stays = false;             ///< as of `PlanRequest`
  dns::Name bounce_host;                 ///< where its mail is to go
};

struct ReturnPathPlan {
  Plan spf;  ///< the TXT record
  /// The MX record; `value` is its data, as `10 HOST`.
  Publication bounces;
  bool bounces_unanswered = false;  ///< a lookup failed, so that it is not known what stands there
  /// Where one record does as well as both: the name that the return path can be a CNAME of. Only
  /// where nothing stands there, and where that name has policy and MX already.
  std::optional<dns::Name> alias;
};

/// What stands at the name is respected: an SPF record is edited as `plan` does; other mail or an
/// alias of another name are conflicts, which no record is proposed against. What a wildcard beside
/// the name answers is no record of its own (RFC 4592), and ends for it with the first that is. The
/// first SPF record of the name ends with `-all`, since nobody else sends with it. Pure:
/// `resolver::settle` drives it.
std::variant<ReturnPathPlan, spf::Questions> return_path_plan(const ReturnPathRequest& request,
                                                              const dns::Facts& facts);

}  // namespace mandate::advice
