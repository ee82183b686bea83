// Whether mail of a return path will be aligned with From, told before any is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advice/dmarc.h"

namespace mandate::advice {

/// The stable code of what `unaligned_return_path` says.
inline constexpr std::string_view kUnaligned = "spf_unaligned";

/// Of mail with From at `discovery.from` and MAIL FROM at the return path: what the DMARC policy
/// that is in force asks receivers to do where SPF is not aligned (RFC 7489 section 3.1.2), and how
/// to mend that; one line of printable ASCII. Nothing where it is aligned, or no policy is known.
/// Pure.
std::optional<std::string> unaligned_return_path(const DmarcDiscovery& discovery,
                                                 const dns::Name& return_path);

}  // namespace mandate::advice
