// A domain that several accounts list: only proof wins, and a new proof does not take effect before
// the present holder was told and had time. Pure functions with the time as argument.
#pragma once

#include <chrono>
#include <span>

#include "registry/sending_domain.h"

namespace mandate::registry {

/// The row of an account after a check that could be made (`after_check` made `after` of `before`),
/// beside the rows that other accounts have of the same domain. Where a proof would let it send
/// anew while another one may send, it is a claim: the row stays as it was, with `claimed` as its
/// reason, until `claim_grace` is over or nobody else holds the domain. One that is no longer
/// proven, or takes effect, is a claim no more. Where no ownership was asked for there are no
/// claims, since no proof names the account.
SendingDomain after_claim(const SendingDomain& before, SendingDomain after,
                          std::span<const SendingDomain> others, std::chrono::sys_seconds now,
                          std::chrono::seconds claim_grace);

/// A row beside all others of the same domain (itself may be among them): contested while it may
/// send and another one claims the domain, until the first such claim takes effect. One that may
/// not send, whoever saw to that, neither is contested nor keeps a claim waiting. Both the holder
/// that is newly contested, and the claim that nobody holds the domain against any more, are due to
/// be checked at once.
SendingDomain after_contest(SendingDomain domain, std::span<const SendingDomain> others,
                            std::chrono::sys_seconds now);

}  // namespace mandate::registry
