// The two sides of a comparison of policies, and the names that are compared.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/policy_subject.h"
#include "app/layered_lookup.h"

namespace mandate::app {

/// What stands on a side: one of the three.
struct ComparedSide {
  std::string given;                  ///< as it was written
  std::optional<std::string> record;  ///< a record in quotes
  std::optional<dns::Name> domain;    ///< a domain
  std::optional<dns::ZoneData> zone;  ///< a zone file
};

/// OLD or NEW: a file that there is, or a word with a slash, is a zone file; a text with blanks,
/// `=` or `:` a record; all else a domain.
Attempt<ComparedSide> read_side(const std::string& word);

/// Whether a TXT record is an SPF record (RFC 7208 section 4.5).
bool is_spf_txt(const dns::RecordData& data);

/// Whose policies are compared, the old one first, and what they are called. A wildcard's is
/// that of a name which it makes.
struct ComparedName {
  std::array<PolicySubject, 2> subjects;
  std::string title;
};

/// That of `--domain`; else that of a side that is a domain; else each name with an SPF record in
/// either zone; else none, for two records.
Attempt<std::vector<ComparedName>> names_to_compare(const std::array<ComparedSide, 2>& sides,
                                                    const std::optional<dns::Name>& domain);

}  // namespace mandate::app
