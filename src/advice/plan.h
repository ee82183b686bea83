// What a domain's admin is to publish so that a provider's mail passes, with the proof of it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "advice/proof.h"
#include "advice/publication.h"
#include "advice/remedy.h"

namespace mandate::advice {

struct PlanRequest {
  dns::Name domain;
  dns::Name include_name;  ///< what the record is to include
  /// The sending pool. Empty: what the record of `include_name` lets pass.
  std::vector<dns::Prefix> pool;
  /// Set where `include_name` is an account's own: the name that all accounts share. Then the
  /// record of the domain, or one that it redirects to, has to include the own name, since that
  /// shows whose the domain is; and an include of the shared one makes way. Others of the provider
  /// in front of it take nothing away.
  std::optional<dns::Name> shared_name;
  /// Another account relies on the include of the shared name: it stays, and the own one is put
  /// beside it, so that neither account depends on the other's.
  bool shared_stays = false;
  /// Nobody else sends with the name: its first record ends with `-all`.
  bool exclusive = false;
  /// A pass by way of a name below `include_name`, which is one account's own, does not count.
  bool for_any_account = false;
};

struct Plan {
  Publication::Verdict verdict = Publication::Verdict::cannot;
  std::string value;                  ///< the whole record to publish; of `nothing_to_do` today's
  std::vector<std::string> observed;  ///< the SPF records and near misses found today
  std::vector<std::string> notes;     ///< for people, in order of weight; printable ASCII
  std::vector<dns::Prefix> pool;      ///< of which the proof speaks
  std::vector<dns::TxtData> texts;    ///< every TXT of the name today
  /// Those seem to be a wildcard's, and the name to have none of its own.
  bool by_wildcard = false;
  std::uint32_t ttl = 0;            ///< seconds, of the TXT records today; 0 when there are none
  std::optional<Proof> proof;       ///< of `value`; absent when there is none, or of today's
  std::vector<PoolStanding> today;  ///< how the pool stands before the edit
  std::vector<Remedy> remedies;     ///< where the plain edit takes too many lookups
  bool unanswered = false;          ///< a lookup failed, and without it nothing is proven
  /// There is an edit, and nothing is lacking in its proof but what is dynamic.
  bool proven() const;
};

/// The edit of RFC 7208 records that brings the include in force and is proven: the pool passes,
/// every other address keeps its standing, the limits hold. `nothing_to_do` when the pool passes
/// today. Text outside the edit stays byte for byte. `cannot` when no such edit was found: the
/// notes say why, and `remedies` what else can be done. Pure: `resolver::settle` drives it.
std::variant<Plan, spf::Questions> plan(const PlanRequest& request, const dns::Facts& facts);

}  // namespace mandate::advice
