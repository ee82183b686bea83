// The state of one evaluation of check_host, and the rules that every mechanism shares: reading
// facts, counting lookups and voids, expanding domain-specs, writing the trace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/wire_name.h"
#include "mandate/spf/check_host.h"
#include "spf/client_range.h"
#include "spf/place.h"
#include "spf/sender_domain.h"

namespace mandate::spf {

/// How a mechanism came out. `lacking`: facts are missing, and the questions are noted in the
/// evaluation. `dynamic`: it needs what a policy map does not know.
enum class Match : std::uint8_t { no, yes, temperror, permerror, lacking, dynamic };

/// Who is known to send: a policy map is made without a sender, a HELO name or a single address.
enum class Identity : std::uint8_t { known, unknown };

/// A domain-spec expanded to a name that can be asked, or why not.
struct Target {
  enum class Kind : std::uint8_t {
    name,       ///< `text()` and `wire`
    unusable,   ///< no legal domain name (RFC 7208 section 4.3): `text()` says what came out
    unmatched,  ///< %{l} or %{s} with a local part outside ASCII (RFC 8616 section 4); traced
    lacking,
    permerror,  ///< %{p} was one lookup too many; the error is written
    dynamic,
  };
  Kind kind = Kind::name;
  dns::WireName wire;
  std::string_view fixed;  ///< the text when it is not a macro's
  std::string expanded;
  std::string_view text() const { return expanded.empty() ? fixed : expanded; }
};

class Evaluation {
 public:
  /// Writes into `verdict` and `lacking`, in the memory that they have. All arguments must outlive
  /// the evaluation.
  Evaluation(const Request& request, const dns::Facts& facts, const Options& options,
             Verdict& verdict, Questions& lacking, Identity identity = Identity::known);

  /// The client address, an IPv4-mapped one as IPv4 (RFC 7208 section 5).
  const dns::IpAddress& ip() const { return ip_; }
  dns::RecordType address_type() const {
    return ip_.is_v4() ? dns::RecordType::a : dns::RecordType::aaaa;
  }
  const Limits& limits() const { return options_.limits; }
  const KnownRecords* known_records() const { return options_.records; }
  bool reads(Reading reading) const { return options_.readings.has(reading); }
  Readings readings() const { return options_.readings; }
  bool traces() const { return options_.trace; }
  Verdict& verdict() { return verdict_; }
  Identity identity() const { return identity_; }
  /// <domain> of the initial check_host (RFC 7208 sections 2.3, 2.4 and 4.1).
  const SenderDomain& sender_domain() const { return sender_domain_; }

  /// The fact for a question; notes the question as lacking when there is none. Counts its TTL.
  const dns::Fact* fact(std::string_view wire, dns::RecordType type);
  void count_ttl(std::uint32_t ttl);

  /// Counts a term that asks the DNS; false, with the error written, when it is one too many
  /// (RFC 7208 section 4.6.4).
  bool spend_lookup(const Place& place, std::string_view term);
  /// Counts a void lookup likewise.
  bool spend_void(const Place& place, std::string_view term, const dns::Question& question);

  /// Whether a network has the client address. Narrows the range of addresses for which everything
  /// so far comes out the same.
  bool is_in(const dns::Prefix& network) {
    ++work_;
    const bool contained = network.contains(ip_);
    if (range_) range_->narrow(network, contained);
    return contained;
  }
  /// The same for the network of an address and a prefix length.
  bool is_in(const dns::IpAddress& address, int length) {
    if (range_) return is_in({address, length});
    ++work_;
    return dns::shares_prefix(address, ip_, length);
  }
  /// Notes that what follows depends on the very address.
  void depend_on_address();
  /// Addresses for which everything so far comes out the same; nothing when they are not asked for.
  const std::optional<ClientRange>& range() const { return range_; }
  void set_range(const std::optional<ClientRange>& range) { range_ = range; }

  /// What has been counted so far.
  struct Counts {
    int lookups;
    int voids;
    std::uint32_t ttl;
    bool dynamic;
    std::optional<ClientRange> range;
  };
  Counts counts() const {
    return {verdict_.lookups, verdict_.voids, verdict_.ttl, verdict_.dynamic, range_};
  }
  void set_counts(const Counts& counts);

  /// Expands a term's domain-spec, or takes the current domain when it has none.
  void resolve(const MacroString* spec, const Place& place, std::string_view term, Target& target);
  /// The domain-spec of exp, which is not counted: it is read after the verdict.
  void resolve_explanation(const MacroString& spec, const Place& place, Target& target);
  /// Expands an explanation (RFC 7208 section 6.2); nothing while facts are lacking.
  std::optional<std::string> expand_explanation(const MacroString& text, const Place& place);

  /// The names that PTR validation finds for the client address (RFC 7208 section 5.5).
  struct ValidatedNames {
    bool lacking = false;
    bool is_void = false;  ///< the PTR lookup was void
    /// Readings of others: an error (its text), where ours skips a name.
    Match error = Match::no;
    std::string problem;
    std::vector<dns::Name> names;
  };
  ValidatedNames validated_names();

  /// Adds a step to the trace; `make_text` is called only when there is one.
  template <class MakeText>
  void step(Step::Kind kind, const Place& place, std::string_view term, const MakeText& make_text) {
    if (options_.trace) add_step(kind, place, term, make_text());
  }

  /// Notes that a policy map cannot know how a term comes out.
  void be_dynamic(std::string_view term, std::string_view on);

  /// Writes down the directive that decides.
  void decide(const Record& record, const Span& span, const Place& place);
  /// Completes the verdict.
  void finish(Result result);
  /// Networks and facts that were looked at: the measure of the work.
  std::size_t work() const { return work_; }

  /// Ends the evaluation with an error and its reason.
  Match error(Match kind, const Place& place, std::string_view term, std::string problem);

 private:
  void add_step(Step::Kind kind, const Place& place, std::string_view term, std::string text);
  /// Sets %{d}, and %{p} when it is used; false while facts are lacking.
  bool prepare_values(const MacroString& macro, const Place& place);
  void expand_into(const MacroString& macro, const Place& place, Target& target);
  bool is_unmatched(const MacroString& spec) const;
  MacroValues& values();
  std::string_view local_part() const;

  const Request& request_;
  const dns::Facts& facts_;
  const Options& options_;
  Verdict& verdict_;
  Questions& lacking_;
  Identity identity_;
  dns::IpAddress ip_;
  std::optional<ClientRange> range_;
  SenderDomain sender_domain_;
  std::optional<MacroValues> values_;
  bool decided_ = false;
  std::size_t work_ = 0;
};

/// Evaluates the mechanisms that match by address: a, mx, ptr, ip4, ip6 and exists.
Match match_address(Evaluation& evaluation, const Record& record, const Directive& directive,
                    const Place& place);

}  // namespace mandate::spf
