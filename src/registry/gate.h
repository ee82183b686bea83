// The gate: may this message leave under this name? One pure decision behind every door.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "registry/mailbox.h"
#include "registry/sending_domain.h"

namespace mandate::registry {

struct Decision {
  bool allowed = false;
  std::string code;     ///< stable: `allowed`, or why not: `domain_not_listed`, `domain_pending`,
                        ///< `domain_suspended`, `domain_failed`, `domain_disabled`,
                        ///< `grace_expired`
  std::string message;  ///< for people: what is wrong and how to mend it; empty when allowed
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// Decides for one author address. `listed` is what the account's list holds for exactly the
/// address's domain (compared as whole names: neither a parent nor a suffix counts), or nothing.
/// Fails closed. `account_id` must own `listed`; another account's entry is as none.
Decision decide(std::string_view account_id, const Mailbox& from,
                const std::optional<SendingDomain>& listed, std::chrono::sys_seconds now);

}  // namespace mandate::registry
