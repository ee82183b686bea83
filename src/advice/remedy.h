// Ways to bring an include into a record that takes too many lookups already.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advice/proof.h"

namespace mandate::advice {

struct Remedy {
  std::string_view id;             ///< stable: see `remedies`
  std::string summary;             ///< what is done: a sentence
  dns::Name name;                  ///< where the value is to be published
  std::string value;               ///< the whole record
  std::vector<std::string> steps;  ///< term by term; printable ASCII
  Proof proof;                     ///< against what the name has today
};

/// The remedies for a record of a domain that has the include in force, in the order in which they
/// ought to be thought of; those that change nothing are left out:
/// `drop-needless`: without the terms without which no address stands worse;
/// `addresses-for-hosts`: and the addresses in the place of the domain's own `a` and `mx`;
/// `flatten-own`: and the addresses of included records that are the domain's own;
/// `envelope-subdomain`: the record stays, a subdomain for MAIL FROM has the include;
/// `include-first`: the include in front, so that the pool passes and others break.
/// The first three build on each other, and are not sought for a record of more than 100 lookups of
/// its own. Pure: `resolver::settle` drives it.
std::variant<std::vector<Remedy>, spf::Questions> remedies(const dns::Name& domain,
                                                           const dns::Facts& facts,
                                                           const Sender& sender,
                                                           const std::string& record);

}  // namespace mandate::advice
