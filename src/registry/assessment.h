// Does a domain's SPF policy let the whole sending pool pass? A pure function over facts.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mandate/spf/check_host.h"
#include "registry/provider.h"
#include "registry/transition.h"

namespace mandate::registry {

/// One evaluation: a representative address of a piece of the pool on which the policy is
/// constant, a sender and a HELO name.
struct PoolCheck {
  dns::IpAddress ip;
  std::string mail_from;
  std::string helo;
  spf::Result result = spf::Result::none;
  std::string decided_by;  ///< the term and its domain, or empty
  std::string problem;     ///< why there is no pass; empty of pass
  int lookups = 0;
  int voids = 0;
  friend bool operator==(const PoolCheck&, const PoolCheck&) = default;
};

struct Assessment {
  CheckFinding::Kind kind = CheckFinding::Kind::unavailable;
  std::string reason_code;  ///< empty when proven
  std::string reason;
  std::vector<PoolCheck> checks;
  /// False when the policy depends on the address by macros or ptr and the pool is too large to
  /// try each address: then a sample was tried, and the reason says so.
  bool exhaustive = true;
  std::uint32_t ttl = 0;                     ///< seconds for which the facts used hold
  Ownership ownership = Ownership::unknown;  ///< what shows whose the domain is
};

/// Evaluates check_host over the whole pool, for each sender and HELO name. Exact, not a sample:
/// a verdict depends on the client address only through the networks that it was held against, so
/// the pool is split at their edges and one address is tried of each piece, until no new edge
/// appears. Policies with parts that are dynamic in the address are tried for each address of
/// prefixes of up to 256 addresses, else for a sample of 256.
///
/// Only pass for every one is `proven`. A temperror anywhere is `unavailable`.
/// Reason codes: `no_record`, `multiple_records`, `record_invalid`, `include_missing`,
/// `include_not_pass`, `include_after_all`, `include_lookalike`, `too_many_lookups`,
/// `too_many_voids`, `pool_not_covered`, `pool_too_fragmented`, `dns_unavailable`,
/// `sender_mismatch`.
///
/// `senders` are mailboxes at `domain`; without any, `postmaster` at it is tried. One at another
/// domain is not proven (`sender_mismatch`), since its check would be of that other domain.
///
/// This is the policy alone, whoever the account is (`Assessment::ownership` stays unknown):
/// registry/authorization.h adds whose the domain is. `own_include` is what the reasons propose to
/// include; without it the provider's include name.
std::variant<Assessment, spf::Questions> assess(const Provider& provider, const dns::Name& domain,
                                                const std::vector<std::string>& senders,
                                                const dns::Facts& facts,
                                                std::chrono::sys_seconds now,
                                                const std::optional<dns::Name>& own_include = {});

}  // namespace mandate::registry
