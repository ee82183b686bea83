// Resource records: types, data, and their presentation format.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::dns {

/// A resource record type (RFC 1035 section 3.2.2); any 16-bit number is a valid value.
enum class RecordType : std::uint16_t {
  a = 1,
  ns = 2,
  cname = 5,
  soa = 6,
  ptr = 12,
  mx = 15,
  txt = 16,
  aaaa = 28,
  dname = 39,
  opt = 41,
  spf = 99,
  any = 255,
};

/// The mnemonic, such as `TXT`, or `TYPE12345` (RFC 3597 section 5).
MANDATE_API std::string text(RecordType type);

/// The inverse of `text`, without regard to case.
MANDATE_API std::expected<RecordType, std::string> parse_record_type(std::string_view text);

struct AddressData {  // A, AAAA
  IpAddress address;
  friend bool operator==(const AddressData&, const AddressData&) = default;
};
struct NameData {  // NS, CNAME, PTR, DNAME
  Name target;
  friend bool operator==(const NameData&, const NameData&) = default;
};
struct MxData {
  std::uint16_t preference = 0;
  Name exchange;
  friend bool operator==(const MxData&, const MxData&) = default;
};
struct MANDATE_API TxtData {  // TXT, SPF
  std::vector<std::string> strings;
  /// The strings joined without anything between (RFC 7208 section 3.3).
  std::string joined() const;
  friend bool operator==(const TxtData&, const TxtData&) = default;
};
struct SoaData {
  Name primary;
  Name mailbox;
  std::uint32_t serial = 0;
  std::uint32_t refresh = 0;  ///< seconds, as the next three
  std::uint32_t retry = 0;
  std::uint32_t expire = 0;
  std::uint32_t minimum = 0;  ///< time to live of negative answers (RFC 2308 section 4)
  friend bool operator==(const SoaData&, const SoaData&) = default;
};
struct OpaqueData {  // every other type
  std::string octets;
  friend bool operator==(const OpaqueData&, const OpaqueData&) = default;
};

using RecordData = std::variant<AddressData, NameData, MxData, TxtData, SoaData, OpaqueData>;

/// Presentation format of the data (RFC 1035 section 5.1, RFC 3597 section 5): printable ASCII
/// only, whatever the octets. Character-strings are quoted; names end with a dot.
MANDATE_API std::string text(const RecordData& data);

/// The inverse of `text(RecordData)` for data of that type; the error is a sentence for a person.
MANDATE_API std::expected<RecordData, std::string> parse_record_data(RecordType type,
                                                                     std::string_view text);

/// A resource record of class IN.
struct Record {
  Name owner;
  RecordType type{};
  std::uint32_t ttl = 0;  ///< seconds, at most 2^31 - 1 (RFC 2181 section 8)
  RecordData data;
  friend bool operator==(const Record&, const Record&) = default;
};

/// One line of a zone file.
MANDATE_API std::string text(const Record& record);

}  // namespace mandate::dns
