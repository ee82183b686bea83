// A mailbox: the address of a sender or of a recipient.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "mandate/dns/name.h"
#include "registry/domain_name.h"

namespace mandate::registry {

/// One address, `local-part@domain`, in the form of RFC 5321 section 4.1.2. The domain is
/// normalised, the local part kept as it is (its case is the owner's business, RFC 5321 section
/// 2.4).
struct Mailbox {
  std::string local_part;  ///< a dot-string of ASCII, at most 64 octets
  dns::Name domain;
  std::string text() const { return local_part + "@" + domain.text(); }
  friend bool operator==(const Mailbox&, const Mailbox&) = default;
};

/// Reads exactly one bare mailbox: no display name, angle brackets, quotes, comments, groups,
/// lists, control characters or bytes outside ASCII in the local part; the domain goes through the
/// same normalisation as a sending domain, but may be a public suffix. Anything unclear is
/// refused, since the gate rests on it.
/// Codes: `address_empty`, `address_invalid`, `address_several`, `address_too_long`, and those of
/// `parse_sending_domain`.
std::expected<Mailbox, InputError> parse_mailbox(std::string_view text);

}  // namespace mandate::registry
