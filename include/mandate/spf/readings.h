// Where RFC 7208 leaves room, or widely used implementations depart from it: the other readings of
// a policy, each one a switch of one evaluation.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mandate/api.h"

namespace mandate::spf {

enum class Reading : std::uint8_t {
  voids_of_both_families,
  voids_of_mail_exchangers,
  lookup_behind_last_void,
  validated_name_free,
  first_mail_exchangers,
  many_pointers,
  pointer_failure,
  pointer_address_failure,
  include_failure_ignored,
  syntax_behind_match,
  redirect_beside_all,
  repeated_modifier,
  modifier_case,
  zero_digits,
  self_include,
  single_label,
  mapped_client,
  mapped_network,
  octets_outside_ascii,
  local_part_outside_ascii,
  tab_behind_version,
  long_name_kept,
  trailing_dot,
  zero_prefix,
};

/// A set of readings. A value type.
class Readings {
 public:
  constexpr Readings() = default;
  constexpr explicit Readings(Reading reading) : bits_(bit(reading)) {}
  constexpr bool has(Reading reading) const { return (bits_ & bit(reading)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr Readings with(Reading reading) const {
    Readings out = *this;
    out.bits_ |= bit(reading);
    return out;
  }
  friend constexpr bool operator==(const Readings&, const Readings&) = default;

 private:
  static constexpr std::uint32_t bit(Reading reading) {
    return std::uint32_t{1} << static_cast<unsigned>(reading);
  }
  std::uint32_t bits_ = 0;
};

/// What is known of a reading, for people.
struct ReadingRule {
  Reading reading{};
  std::string_view id;       ///< stable, for programs
  std::string_view ours;     ///< how Mandate reads it, a phrase
  std::string_view theirs;   ///< how the others do
  std::string_view held_by;  ///< by whom, as far as is known
  std::string_view section;  ///< what it is about, of RFC 7208 unless it says otherwise
};

/// Every reading, in the order of the enumeration.
MANDATE_API std::span<const ReadingRule> reading_rules();

}  // namespace mandate::spf
