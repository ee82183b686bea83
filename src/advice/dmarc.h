// DMARC (RFC 7489) as far as SPF carries it: which policy holds for a domain of From, whether what
// SPF authenticated is aligned with it, and what receivers are asked to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advice/dmarc_record.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

/// The policy of a domain of From, as discovered (RFC 7489 section 6.6.3).
struct DmarcDiscovery {
  enum class Status : std::uint8_t {
    found,     ///< `record` is in force
    absent,    ///< no record, neither at the domain nor at its organizational domain
    several,   ///< more than one, so none is applied
    unusable,  ///< one that receivers do not apply
    failed,    ///< the DNS did not answer: what a receiver does is its own choice
  };
  Status status = Status::absent;
  dns::Name from;                     ///< the domain of From
  dns::Name organizational;           ///< its organizational domain; itself where it has none
  dns::Name holder;                   ///< the one of the two whose answer decided
  std::string text;                   ///< of found and unusable: the record as it stands in the DNS
  std::string near_miss;              ///< of absent: a TXT at `holder` meant to be a record
  std::optional<DmarcRecord> record;  ///< of found
  std::string problem;                ///< unless found: why, a clause for a person; printable ASCII
  std::uint32_t ttl = 0;              ///< seconds: the least of the answers used

  /// The organizational domain's policy is the one of its subdomains here (`sp`, else `p`).
  bool inherited() const { return holder != from; }
  /// What the record asks for mail of `from`; `none` without a record.
  DmarcPolicy requested() const;
};

/// The DMARC records among the TXT records of an answer, each with its strings joined.
std::vector<std::string> dmarc_records(const dns::Fact& txt);

/// `found`, `absent`, `several`, `unusable`, `failed`.
std::string_view text(DmarcDiscovery::Status status);

/// The policy, or the questions that are lacking: `resolver::settle` drives it. Pure.
std::variant<DmarcDiscovery, spf::Questions> discover_dmarc(const dns::Name& from,
                                                            const dns::Facts& facts);

/// Whether a domain that was authenticated is aligned with the domain of From (RFC 7489 section
/// 3.1.2). Pure.
bool aligned(const dns::Name& authenticated, const dns::Name& from, Alignment alignment);

/// What DMARC comes to by SPF alone: an aligned DKIM signature that is valid lets it pass as well.
struct DmarcOutcome {
  enum class Status : std::uint8_t {
    passes,
    fails,        ///< unless DKIM lets it pass, receivers are asked for `requested`
    not_applied,  ///< there is no policy
    unknown,      ///< the DNS did not answer, for SPF or for the policy
  };
  Status status = Status::not_applied;
  bool is_aligned = false;  ///< in the record's mode; in relaxed mode where there is no record
  DmarcPolicy requested = DmarcPolicy::none;  ///< of fails
  int percent = 100;                          ///< of fails: of how much of the mail it is asked
};

/// `passes`, `fails`, `not_applied`, `unknown`.
std::string_view text(DmarcOutcome::Status status);

/// `authenticated` is the domain that SPF checked: of MAIL FROM, or of HELO where MAIL FROM is
/// empty (RFC 7489 section 4.1); none where it was no domain. Pure.
DmarcOutcome dmarc_outcome(const DmarcDiscovery& discovery, spf::Result result,
                           const std::optional<dns::Name>& authenticated);

/// A way of sending in a domain's name, and how its MAIL FROM is aligned with From at the domain.
struct SendingMode {
  std::string_view id;  ///< `apex_include` or `return_path`
  dns::Name mail_from;  ///< the domain of MAIL FROM: the domain itself, or `bounce` below it
  bool relaxed = false;
  bool strict = false;
};

/// The two ways, as far as the domain has room for the name.
std::vector<SendingMode> sending_modes(const dns::Name& from);

}  // namespace mandate::advice
