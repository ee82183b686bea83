// What else the DNS has at a name and near it, beside the text of its record.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "advice/finding.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

struct LintedName {
  const dns::Name& domain;
  std::string_view text;  ///< its record, or what was meant to be one; empty: it has neither
  /// The TTLs are those published, not what a resolver's cache has left of them.
  bool whole_ttls = false;
};

struct NameFaults {
  std::vector<Finding> findings;         ///< each of all of the text
  std::vector<const Rule*> not_checked;  ///< what they need could not be looked up
};

/// The findings of a name, or the questions that are lacking. The facts must have the name's TXT
/// answer, which is not `failed`. Pure: `resolver::settle` drives it.
std::variant<NameFaults, spf::Questions> name_faults(const LintedName& name,
                                                     const dns::Facts& facts);

}  // namespace mandate::advice
