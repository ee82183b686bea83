// What an edit of a domain's record does to every address, proven with policy maps.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advice/policy.h"
#include "advice/policy_shift.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

/// Addresses of the sending pool, and what they come to.
struct PoolStanding {
  dns::AddressRange range;
  Standing standing;
  bool authorized = false;        ///< see `Sender`
  std::vector<std::string> path;  ///< of domains, by include and redirect, to the deciding term
};

struct Proof {
  std::vector<PoolStanding> pool;  ///< after the edit, in the order of the pool
  std::vector<Shift> gained;       ///< from a result to pass
  std::vector<Shift> repaired;     ///< from none or permerror, where there was no policy, to others
  std::vector<Shift> broken;       ///< every other change
  std::vector<Shift> undecided;    ///< dynamic, or a lookup failed: nothing is proven of these
  Cost before;
  Cost after;

  bool pool_passes() const;
  /// The pool passes, nobody's standing changes for the worse and the limits hold.
  bool holds() const { return pool_passes() && broken.empty() && after.fits(); }
};

/// The provider, as a plan sees it.
struct Sender {
  dns::Name include_name;
  std::vector<dns::Prefix> pool;
  /// Below which accounts have names of their own.
  dns::Name shared_name;

  /// Whether it is the name of another account than the plan is for.
  bool is_of_other(const dns::Name& name) const;
};

/// A domain's TXT answer as it would be with that one SPF record: every SPF record and near miss
/// makes way for it, other texts stay.
dns::Facts with_record(const dns::Facts& facts, const dns::Name& domain, std::string_view record);

/// How the pool stands at a domain. A pass by `all` does not count: it is everyone's.
std::variant<std::vector<PoolStanding>, spf::Questions> pool_standing(const dns::Name& domain,
                                                                      const dns::Facts& facts,
                                                                      const Sender& sender);

/// Compares the domain's policy of two sets of facts, or says what they lack.
std::variant<Proof, spf::Questions> prove(const dns::Name& domain, const dns::Facts& before,
                                          const dns::Facts& after, const Sender& sender);

}  // namespace mandate::advice
