// Terms of records packed into as few records as hold them.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "mandate/dns/ip_address.h"

namespace mandate::advice {

/// One set of networks a record, in the order of `rooms`: how many octets the `ip4` and `ip6` terms
/// of each may take, a space before every term. Each room is filled as far as terms fill it, the
/// long ones first, so that records which can hold the networks do. Nothing when some are left
/// over.
std::optional<std::vector<std::vector<dns::Prefix>>> packed(
    const std::vector<dns::Prefix>& networks, const std::vector<std::size_t>& rooms);

/// Of all their terms, a space before each.
std::size_t term_octets(const std::vector<dns::Prefix>& networks);

}  // namespace mandate::advice
