// The provider's own SPF records: what its include name, and each account's own one below it,
// answer with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::advice {

/// What an answer may have over UDP: without EDNS (RFC 1035 section 4.2.1), and with it without
/// being cut into fragments on the way.
inline constexpr std::size_t kPlainAnswer = 512;
inline constexpr std::size_t kEdnsAnswer = 1232;

struct ProviderRecord {
  enum class Purpose : std::uint8_t {
    part,      ///< a numbered name that holds networks which have no room in the record itself
    include,   ///< what customers include
    accounts,  ///< the wildcard below it, which answers for each account's own include name
    helo,      ///< what the hosts say in HELO
  };
  Purpose purpose = Purpose::include;
  dns::Name name;
  std::string value;              ///< the one SPF record of the name
  std::size_t answer_octets = 0;  ///< of the longest answer to a query for its TXT, without EDNS
};

/// `part`, `include`, `accounts`, `helo`.
std::string_view text(ProviderRecord::Purpose purpose);

struct ProviderNames {
  dns::Name include_name;
  std::vector<dns::Prefix> pool;  ///< at least one
  std::vector<dns::Name> helo_names;
  std::optional<dns::Name> bounce_host = {};  ///< see bounce_record.h
};

struct ProviderZone {
  std::vector<dns::Prefix> pool;        ///< the same addresses as the fewest networks
  std::vector<ProviderRecord> records;  ///< in an order in which none names one that is to come
  /// Of the ten (RFC 7208 section 4.6.4) that a customer's include takes: one a name.
  int lookups = 0;
  std::size_t most_octets = 0;  ///< what no answer is longer than
};

/// Records that let pass exactly the pool, over as few names as hold it in answers of at most that
/// many octets; where these would be more than ten, of at most `kEdnsAnswer`. A pool that one
/// answer holds needs no further name: the include name and the wildcard have the very record.
/// Otherwise both include `_1.<include name>` and so on. Room is left for the longest label that an
/// account's name can begin with. Pure. The error says why there are none, and what to change.
std::expected<ProviderZone, std::string> provider_zone(const ProviderNames& names,
                                                       std::size_t most_octets = kPlainAnswer);

}  // namespace mandate::advice
