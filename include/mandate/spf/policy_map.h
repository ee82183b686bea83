// A policy as a map of the address space: the part of a domain's SPF policy that depends on
// nothing but the client address, evaluated once for every address.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/facts.h"
#include "mandate/dns/ip_address.h"
#include "mandate/spf/check_host.h"

namespace mandate::spf {

/// A number of addresses of each family.
struct MANDATE_API AddressCount {
  std::uint64_t v4 = 0;
  std::uint64_t v6_high = 0;  ///< the upper 64 bits of the number of IPv6 addresses
  std::uint64_t v6_low = 0;
  void add(const dns::AddressRange& range);
  bool none() const { return v4 == 0 && v6_high == 0 && v6_low == 0; }
  std::string v6_text() const;  ///< decimal
  friend bool operator==(const AddressCount&, const AddressCount&) = default;
};

/// A piecewise constant function from client address to outcome. For every address that is not
/// dynamic, `check_host` for any sender and HELO name of the domain, over the same facts and with
/// the same limits, comes to the same result, deciding term, lookups and voids. IPv6 clients in
/// ::ffff:0:0/96 are IPv4 clients (RFC 7208 section 5): their part of the map is the IPv4 one.
///
/// A map lies in one block of octets. A view reads it where it lies and does not own it, as a
/// std::string_view does a text; `PolicyMap` owns it. All functions are const, and may be called
/// from several threads at once.
class MANDATE_API PolicyView {
 public:
  struct Outcome {
    Result result = Result::none;
    /// The result depends on the sender, the HELO name or more of the address than networks, or
    /// lies beyond what was compiled: `check_host` has to be asked. `result` is none then.
    bool dynamic = false;
    std::uint16_t lookups = 0;
    std::uint16_t voids = 0;
    std::uint32_t ttl = 0;      ///< seconds: the least of the facts used, those of `exp` left out
    std::int32_t source = -1;   ///< of the deciding term: see `decided_by`
    std::uint32_t problem = 0;  ///< see `problem`
    Span span;                  ///< of the deciding term in its record
    friend auto operator<=>(const Outcome&, const Outcome&) = default;
  };

  /// Addresses in a row with one outcome.
  struct Piece {
    dns::AddressRange range;
    const Outcome* outcome = nullptr;  ///< into the map
  };

  /// Of a map whose octets somebody copied to where a std::uint64_t may lie; they must outlive the
  /// view. They hold in this process only, and nothing of them is checked: what comes from outside
  /// is for `PolicyMap::load`.
  explicit PolicyView(const std::byte* octets) : octets_(octets) {}
  /// The octets of the map, to be copied.
  std::span<const std::byte> octets() const;

  /// The domain whose policy this is.
  std::string_view domain() const;

  /// The outcome for a client. No allocation; logarithmic in the number of pieces.
  const Outcome& at(const dns::IpAddress& client) const noexcept;

  /// The term that decided an outcome of this map; nothing of errors, none and a default neutral.
  std::optional<DecidingTerm> decided_by(const Outcome& outcome) const;
  /// Of none, permerror and temperror why; of dynamic what makes it so. Empty otherwise.
  std::string_view problem(const Outcome& outcome) const;

  /// The whole map in ascending order, IPv4 first.
  std::vector<Piece> pieces() const;
  /// What the addresses of some prefixes come to, prefix by prefix in the order given. The
  /// IPv4-mapped part of an IPv6 prefix appears as IPv4.
  std::vector<Piece> cover(std::span<const dns::Prefix> prefixes) const;

  /// How many addresses have the result, dynamic ones left out.
  AddressCount count(Result result) const;
  AddressCount count_dynamic() const;

  /// The fewest prefixes that hold exactly the addresses with that result, ascending.
  std::vector<dns::Prefix> prefixes(Result result) const;
  std::vector<dns::Prefix> dynamic_prefixes() const;

  std::span<const Outcome> outcomes() const;
  std::size_t size() const;  ///< pieces
  bool is_dynamic() const;   ///< somewhere
  /// The bounds of `CompileOptions` were met, and the rest of a family is dynamic for that.
  bool is_cut() const;

  /// Octets that `PolicyMap::load` reads again; they hold on every machine.
  std::string serialise() const;

  /// Equal as functions written down: same domain, pieces, outcomes and texts.
  MANDATE_API friend bool operator==(const PolicyView& a, const PolicyView& b);

 private:
  friend class PolicyMap;
  void append_range(const dns::AddressRange& range, std::vector<Piece>& out) const;

  const std::byte* octets_;  // spf/policy_layout.h says how they lie
};

/// A policy map of its own. A value type; of one that was moved from nothing may be asked.
class MANDATE_API PolicyMap : public PolicyView {
 public:
  PolicyMap(const PolicyMap& other);
  PolicyMap(PolicyMap&& other) noexcept
      : PolicyView(std::exchange(other.octets_, nullptr)), held_(std::move(other.held_)) {}
  PolicyMap& operator=(PolicyMap other) noexcept {
    std::swap(octets_, other.octets_);
    held_.swap(other.held_);
    return *this;
  }
  ~PolicyMap() = default;

  std::size_t bytes() const { return sizeof *this + octets().size(); }  ///< of memory held

  /// Of what `serialise` gave. The error says what is wrong with the octets and where. Any octets
  /// may be given.
  static std::expected<PolicyMap, std::string> load(std::string_view octets);

 private:
  friend struct PolicyParts;
  explicit PolicyMap(std::unique_ptr<std::byte[]> octets)
      : PolicyView(octets.get()), held_(std::move(octets)) {}

  std::unique_ptr<std::byte[]> held_;
};

struct CompileOptions {
  Limits limits{};
  /// Records already read; see `Options::records`.
  const KnownRecords* records = nullptr;
  /// The addresses to compile; beyond them the map is dynamic. Empty: all.
  std::vector<dns::Prefix> within;
  /// Pieces a family. Where a policy has more, the rest of the family is dynamic.
  std::size_t max_pieces = 65'536;
  /// Directives, addresses and facts looked at in all; some nanoseconds each. Beyond, likewise.
  std::size_t max_work = std::size_t{1} << 24;
};

/// Compiles the policy of a domain, given as it stands behind the @ of a MAIL FROM; or says what is
/// lacking. Each piece is one evaluation of the very code of `check_host`, which also finds how far
/// around an address everything comes out the same; so errors and limits arise exactly where
/// `check_host` meets them. Pure; may be called from several threads at once.
MANDATE_API std::variant<PolicyMap, Questions> compile(std::string_view domain,
                                                       const dns::Facts& facts,
                                                       const CompileOptions& options = {});

/// Addresses in a row whose result another policy changes.
struct PolicyChange {
  dns::AddressRange range;
  const PolicyView::Outcome* before = nullptr;  ///< into the maps compared
  const PolicyView::Outcome* after = nullptr;
};

struct PolicyDifference {
  std::vector<PolicyChange> changes;  ///< ascending, IPv4 first; the results differ
  /// Where at least one of the maps is dynamic, so that nothing can be said.
  std::vector<PolicyChange> undecided;
};

/// Where two maps give different results. The maps must outlive what is returned.
MANDATE_API PolicyDifference difference(const PolicyView& before, const PolicyView& after);

}  // namespace mandate::spf
