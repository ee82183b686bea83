// The return path of a sending domain: the name below it at which MAIL FROM stands in mode
// `return_path`. Its SPF policy is the one that receivers check (RFC 7208 section 2.4), and its
// mail, which is the bounces, comes back to the provider.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mandate/spf/check_host.h"
#include "registry/assessment.h"
#include "registry/domain_name.h"
#include "registry/provider.h"
#include "registry/sending_domain.h"

namespace mandate::registry {

/// The label below the domain, where none is asked for.
inline constexpr std::string_view kDefaultReturnPath = "bounce";

/// Reads a return path of `domain`: one label, or a whole name below the domain. Normalised as a
/// sending domain is.
/// Codes: `return_path_not_below`, of a name that is not below the domain or that others may
/// register; `return_path_too_long`, where no bounce address has room; and those of
/// `parse_host_name`. Thread-safe.
std::expected<dns::Name, InputError> parse_return_path(std::string_view text,
                                                       const dns::Name& domain);

/// Whose the envelope of a domain's mail is.
struct Envelope {
  Mode mode = Mode::apex_include;
  dns::Name return_path = {};  ///< of that mode; else the root
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

Envelope envelope_of(const SendingDomain& domain);
SendingDomain with_envelope(SendingDomain domain, const Envelope& envelope);

/// `apex_include`, or `return_path at NAME`.
std::string describe(const Envelope& envelope);

/// MAIL FROM of one message of the domain: the sender address itself, or in mode `return_path`
/// `bounces+MESSAGE@RETURN-PATH`, by which a bounce names its message. A message id that leaves
/// the local part no room (RFC 5321 section 4.5.3.1.1: 64 octets) is left out.
std::string envelope_sender(const SendingDomain& domain, std::string_view from,
                            std::string_view message_id);

/// `assess` for what MAIL FROM is. Without a return path (the root) that is the senders; with one
/// it is the envelope sender of a message, with an id that no message has, and then proven takes
/// one thing more: mail to the return path goes to the provider's bounce host, by MX records with
/// CNAMEs followed. Where it does not, the finding is `not_proven` with reason code `bounces_lost`.
/// Of a return path that is an alias the reason says whose the records are, and who has to mend
/// them.
std::variant<Assessment, spf::Questions> assess_envelope(
    const Provider& provider, const dns::Name& domain, const std::vector<std::string>& senders,
    const dns::Name& return_path, const dns::Facts& facts, std::chrono::sys_seconds now,
    const std::optional<dns::Name>& own_include = {});

}  // namespace mandate::registry
