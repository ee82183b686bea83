// What will do harm to a policy and does none yet, or not to everybody.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

/// No more of them are of use to anybody.
inline constexpr std::size_t kMostOmens = 20;

/// A warning before harm.
struct Omen {
  std::string code;     ///< stable: see `forecast`
  std::string message;  ///< what, where and how to mend it; printable ASCII, on one line
  friend bool operator==(const Omen&, const Omen&) = default;
};

/// What one authoritative server says of the policy's own name.
struct ServerAnswer {
  std::string server;  ///< for people: `ns2.example.net (192.0.2.53)`; printable ASCII
  dns::Fact txt;       ///< a failed one says nothing
};

struct ForecastRequest {
  dns::Name domain;                   ///< whose policy it is
  std::vector<dns::Name> includes;    ///< the names by which the provider is let in
  std::vector<ServerAnswer> servers;  ///< those that were asked; may be none
};

/// At most `kMostOmens`, or the questions that are lacking. `last` has the facts of an earlier
/// time, and may be empty; what it does not know is taken for unchanged. Pure: `resolver::settle`
/// drives it. In this order: `server_differs` a server has no include of the provider, or another
/// record; `lookups_near_limit` 9 or 10 of 10; `lookups_over_limit`; `voids_near_limit` 2 of 2;
/// `voids_over_limit`; `include_domain_gone` an include or redirect leads to a name that does not
/// exist; `include_broken` to one that is an error; `include_open`, `policy_open` everybody passes;
/// `include_grew` takes more lookups than at the earlier time; `answer_near_limit`,
/// `answer_too_large` for one UDP packet.
std::variant<std::vector<Omen>, spf::Questions> forecast(const ForecastRequest& request,
                                                         const dns::Facts& facts,
                                                         const dns::Facts& last);

}  // namespace mandate::advice
