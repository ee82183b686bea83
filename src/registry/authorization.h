// May an account send as a domain? The policy over the pool and whose the domain is, together: a
// pure function over facts.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "registry/assessment.h"
#include "registry/ownership.h"
#include "registry/provider.h"

namespace mandate::registry {

struct AuthorizationRequest {
  Provider provider;
  dns::Name domain;
  std::vector<std::string> senders;  ///< as of `assess`
  std::string token;                 ///< of the account
  OwnershipRule ownership;
  std::chrono::sys_seconds now{};

  /// What the domain is to include: the account's own include name, or the shared one where no
  /// ownership is asked for.
  dns::Name include_name() const;
};

/// Proven is who is proven by both, the policy (assessment.h) and ownership (ownership.h). A policy
/// that was found wanting is told first, since it is what mail meets; but where the domain names
/// only other accounts, that is a refusal, whatever the policy. More reason codes than those of
/// the policy: `ownership_missing` (not proven), `owned_by_other` (refused). The reasons say
/// exactly what to publish.
std::variant<Assessment, spf::Questions> assess(const AuthorizationRequest& request,
                                                const dns::Facts& facts);

}  // namespace mandate::registry
