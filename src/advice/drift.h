// What changed in the DNS of a policy from one time to another, by whom, and what it does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advice/asked_name.h"
#include "advice/policy.h"
#include "advice/policy_shift.h"
#include "mandate/dns/facts.h"

namespace mandate::advice {

/// What a policy reads at one name, then and now.
struct RecordChange {
  AskedName asked;
  std::vector<std::string> before;  ///< `policy_answer`
  std::vector<std::string> after;
  /// What the name was and is an alias of, as far as that is known; else as the other side has it.
  std::optional<dns::Name> alias_before;
  std::optional<dns::Name> alias_after;
};

struct Drift {
  std::vector<RecordChange> records;  ///< the policy's own first, then in the order of the terms
  PolicyShift shift;                  ///< over every address
  Cost before;
  Cost after;
  spf::AddressCount pool_before;  ///< addresses of the sending pool that pass
  spf::AddressCount pool_after;
  /// The same for people: printable ASCII, a few sentences in all.
  std::vector<std::string> sentences;

  bool any() const { return !records.empty(); }
};

/// Compares the policy of a domain of two sets of facts. What failed or is lacking on one side is
/// taken for unchanged, so that an outage is no drift; nor is a TTL, an order or a text that does
/// nothing: there is drift only where the result of an address, the lookups or the voids change, or
/// where a record changes of a policy that depends on the sender. Pure.
Drift drift(const dns::Name& domain, const dns::Facts& before, const dns::Facts& after,
            const std::vector<dns::Prefix>& pool);

}  // namespace mandate::advice
