// SPF records that were selected and parsed once, so that many checks need not do it again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

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
  std::uint32_t number_of(std::string_view wire) const;  // in `index_`, or 0

  std::deque<std::pair<std::string, SelectedRecord>> records_;  // which stay where they are
  dns::HashIndex index_;
};

}  // namespace mandate::spf
