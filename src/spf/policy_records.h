// The SPF records that speak for a domain itself: its own, and those that it redirects to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/record.h"

namespace mandate::spf {

struct PolicyRecord {
  dns::Name domain;
  Record record;
};

struct PolicyRecords {
  std::vector<PolicyRecord> records;  ///< as far as they are valid
  /// What has to be known of the next one, and is not.
  std::optional<dns::Question> lacking;
  /// The answer of which nothing could be learned; it stands in the facts.
  const dns::Fact* failed = nullptr;
};

/// The texts at a name that are SPF records (RFC 7208 section 4.5).
std::vector<std::string> spf_texts(const dns::Name& domain, const dns::Facts& facts);

/// The domain's record and those that it redirects to (RFC 7208 section 6.1). A redirect to a name
/// with macros is not followed: it is another one for each sender.
PolicyRecords policy_records(const dns::Name& domain, const dns::Facts& facts);

bool is_all(const Directive& directive);

/// The names of the includes by which a record lets others in: those in front of any `all`, behind
/// which nothing is read (RFC 7208 section 5.1), with the qualifier `+`. As `plain_name` has them;
/// one with macros is another name for each sender, and stands there as it is written.
std::vector<std::string> passing_includes(const Record& record);

/// A domain-spec without macros as names are compared: in lower case, without a trailing dot.
std::string plain_name(std::string_view domain_spec);

}  // namespace mandate::spf
