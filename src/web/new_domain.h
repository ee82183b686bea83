// What `POST /v1/accounts/{a}/domains` asks for.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "mandate/dns/name.h"
#include "registry/provider.h"
#include "registry/return_path.h"
#include "registry/sending_domain.h"
#include "web/http.h"

namespace mandate::web {

/// Senders that one domain may have: a verification evaluates the policy for each of them.
inline constexpr std::size_t kSenderLimit = 100;

struct NewDomain {
  dns::Name domain;
  std::optional<std::string> sender;  ///< a mailbox at `domain`, normalised
  std::optional<registry::Envelope> envelope;
};

/// Reads the body: a domain, or a sender whose domain is meant, or both when they agree; and how it
/// is to be sent. The error is the answer, with the field at fault.
std::expected<NewDomain, Response> asked_domain(const Request& request,
                                                const registry::Provider& provider);

/// 409 `domain_exists`.
Response domain_exists(const dns::Name& domain);

/// The domain with the new sender. The error is the answer: 409 `domain_exists` when the sender is
/// there already, or the domain is sent otherwise than is asked for; 422 when there are
/// `kSenderLimit` of them.
std::expected<registry::SendingDomain, Response> with_sender(registry::SendingDomain domain,
                                                             const NewDomain& asked);

}  // namespace mandate::web
