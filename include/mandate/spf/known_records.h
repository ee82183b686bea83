// SPF records that were selected and parsed once, so that many checks need not do it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mandate/api.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/record.h"

namespace mandate::spf {

/// What the TXT records of a name come to (RFC 7208 sections 4.4 to 4.6).
struct SelectedRecord {
  enum class Status : std::uint8_t {
    found,         ///< one SPF record, well-formed: `record`
    malformed,     ///< one SPF record: `record` up to the term at fault, `error`
    several,       ///< more than one SPF record
    none,          ///< the name has no SPF record
    no_such_name,  ///< the name does not exist
    failed,        ///< the TXT records could not be looked up: `detail`
  };
  Status status = Status::none;
  Record record;
  SyntaxError error;
  std::string detail;
  std::uint32_t ttl = 0;  ///< seconds, of the TXT fact
};

/// Records by the name whose TXT records they are. A value type; const functions may be called
/// from several threads at once.
class MANDATE_API KnownRecords {
 public:
  KnownRecords() = default;
  /// Reads every TXT fact of a set.
  explicit KnownRecords(const dns::Facts& facts);

  /// Reads a TXT fact; what was known of its name is replaced.
  void add(const dns::Fact& txt);
  /// Nothing when nothing is known of the name, given by `dns::Name::wire`. The pointer holds
  /// until a fact of the same name is added.
  const SelectedRecord* find(std::string_view wire) const;
  std::size_t size() const { return records_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view wire) const { return dns::hash_of_wire(wire); }
  };
  std::unordered_map<std::string, SelectedRecord, Hash, std::equal_to<>> records_;
};

}  // namespace mandate::spf
