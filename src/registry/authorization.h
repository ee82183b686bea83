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
  dns::Name return_path = {};        ///< of that mode; else the root
  std::string token;                 ///< of the account
  OwnershipRule ownership;
  std::chrono::sys_seconds now{};

  /// What the domain is to include: the account's own include name, or the shared one where no
  /// ownership is asked for.
  dns::Name include_name() const;
  /// Whose policy receivers check: the return path, or the domain itself.
  const dns::Name& policy_name() const;
};

/// Proven is who is proven by both, the policy over the pool (`assess_envelope` of return_path.h)
/// and ownership (ownership.h). Ownership is that of the domain, with a return path too: an include
/// there proves nothing of it, since who holds a subdomain must not send as the whole domain. A
/// policy that was found wanting is told first, since it is what mail meets; but where the domain
/// names only other accounts, that is a refusal, whatever the policy. More reason codes than those
/// of the policy: `ownership_missing` (not proven), `owned_by_other` (refused). The reasons say
/// exactly what to publish.
std::variant<Assessment, spf::Questions> assess(const AuthorizationRequest& request,
                                                const dns::Facts& facts);

}  // namespace mandate::registry
