// Whose policy is looked at: that of a domain, or what a record would make of one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "app/failure.h"
#include "mandate/dns/facts.h"
#include "mandate/dns/name.h"

namespace mandate::app {

struct PolicySubject {
  dns::Name domain;
  std::optional<std::string> record;  ///< given in quotes: it stands at the domain
};

/// The name that a record stands at which was given without one. RFC 6761 section 6.4: it does not
/// exist, so that terms which mean the domain of the record find nothing, and no DNS is asked for
/// it (`AbsentName`).
const dns::Name& no_domain();

/// A record in quotes, standing at `at` or else at `no_domain`. The failure is one of usage: the
/// text is no SPF record.
Attempt<PolicySubject> record_subject(std::string_view command, const std::string& text,
                                      const std::optional<dns::Name>& at);

/// The value of `--domain`; nothing when it is empty.
Attempt<std::optional<dns::Name>> domain_option(std::string_view command, const std::string& text);

/// What is known before anything is asked: the record, when one was given.
dns::Facts facts_of(const PolicySubject& subject);

/// Whether terms of a record without a domain asked for names that are made of it.
bool asked_of_no_domain(const dns::Facts& facts);

/// What is to be said of that.
inline constexpr std::string_view kNoDomainNote =
    "terms that mean the domain of the record match nobody: it was not given (--domain D)";

}  // namespace mandate::app
