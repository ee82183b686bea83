// A DMARC policy record (RFC 7489 sections 6.3 and 6.4), read as forgivingly as a receiver has to.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::advice {

/// What a domain asks receivers to do with mail that does not pass DMARC, the mildest first.
enum class DmarcPolicy : std::uint8_t { none, quarantine, reject };

/// `none`, `quarantine`, `reject`.
std::string_view text(DmarcPolicy policy);

/// How near the domain that was authenticated has to be to that of From (RFC 7489 section 3.1).
enum class Alignment : std::uint8_t {
  relaxed,  ///< the same organizational domain
  strict,   ///< the very same domain
};

/// `relaxed`, `strict`.
std::string_view text(Alignment alignment);

struct DmarcRecord {
  DmarcPolicy policy = DmarcPolicy::none;       ///< `p`
  std::optional<DmarcPolicy> subdomain_policy;  ///< `sp`; without it `p` is for subdomains too
  Alignment spf = Alignment::relaxed;           ///< `aspf`
  Alignment dkim = Alignment::relaxed;          ///< `adkim`
  int percent = 100;                            ///< `pct`: to how much of the mail to apply it
  std::vector<std::string> reports;             ///< `rua`: the URIs that can be read, as written
  /// Tags that are not read as they stand, each a sentence for a person; printable ASCII.
  std::vector<std::string> faults;
};

/// Whether a TXT, its strings joined, begins with the tag `v=DMARC1`: receivers discard every other
/// (RFC 7489 section 6.6.3).
bool is_dmarc_record(std::string_view txt);

/// Why a TXT that was meant to be a DMARC record is none to receivers (RFC 7489 section 6.3), a
/// clause for a person; nothing when it is one, or was not meant to be. Pure; any octets may be
/// given.
std::optional<std::string> dmarc_near_miss(std::string_view txt);

/// Reads a text for which `is_dmarc_record` holds. Tags that are unknown are ignored, those that
/// are malformed stand for their defaults; a policy that cannot be read is `none` where reports are
/// asked for, and else the error, a clause for a person: the record is not applied then (RFC 7489
/// section 6.6.3, step 6). Pure.
std::expected<DmarcRecord, std::string> parse_dmarc_record(std::string_view txt);

}  // namespace mandate::advice
