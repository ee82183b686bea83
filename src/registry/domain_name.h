// Names that people type, made into names that can be sent from.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "mandate/dns/name.h"

namespace mandate::registry {

/// A refused input: `code` is stable and for programs, `message` says what is wrong and how to
/// mend it.
struct InputError {
  std::string code;
  std::string message;
  friend bool operator==(const InputError&, const InputError&) = default;
};

/// Normalises a sending domain: surrounding white space and one trailing dot dropped, case folded,
/// U-labels to A-labels by IDNA 2008 (UTS 46 non-transitional, libidn2), then refused when it is
/// not a host name of at least two labels, is a public suffix itself (libpsl), is an address, a
/// URL or a mailbox, or has an all-numeric top label.
/// Codes: `domain_empty`, `domain_invalid`, `domain_is_address`, `domain_is_mailbox`,
/// `domain_is_url`, `domain_single_label`, `domain_is_public_suffix`, `domain_too_long`.
/// Thread-safe.
std::expected<dns::Name, InputError> parse_sending_domain(std::string_view text);

/// The same, but a public suffix is accepted: the domain of a mailbox that mail goes to.
std::expected<dns::Name, InputError> parse_host_name(std::string_view text);

}  // namespace mandate::registry
