// The state of one evaluation of check_host, and the rules that every mechanism shares: reading
// facts, counting lookups and voids, expanding domain-specs, writing the trace.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/spf/check_host.h"

namespace mandate::spf {

/// How a mechanism, or a whole record, came out. `lacking`: facts are missing, and the questions
/// are noted in the evaluation.
enum class Match : std::uint8_t { no, yes, temperror, permerror, lacking };

/// Where in the tree of records the evaluation stands.
struct Place {
  std::string domain;             ///< <domain> of check_host
  std::vector<std::string> path;  ///< the domains from the first to this one
  int depth() const { return static_cast<int>(path.size()) - 1; }
};

class Evaluation {
 public:
  Evaluation(const Request& request, const dns::Facts& facts, const Limits& limits);

  /// The client address, an IPv4-mapped one as IPv4 (RFC 7208 section 5).
  const dns::IpAddress& ip() const { return ip_; }
  const Limits& limits() const { return limits_; }
  Verdict& verdict() { return verdict_; }
  /// What was found lacking so far, without duplicates.
  std::vector<dns::Question>& lacking() { return lacking_; }
  const std::string& sender_domain() const { return values_.sender_domain; }

  /// The fact for a question; notes the question as lacking when there is none. Counts its TTL.
  const dns::Fact* fact(const dns::Question& question);

  /// Counts a term that asks the DNS; false, with the error written, when it is one too many
  /// (RFC 7208 section 4.6.4).
  bool spend_lookup(const Place& place, std::string_view term);
  /// Counts a void lookup likewise.
  bool spend_void(const Place& place, std::string_view term, const dns::Question& question);

  /// A domain-spec expanded to a name that can be asked, or why not.
  struct Target {
    enum class Kind : std::uint8_t {
      name,       ///< `text` and `name`
      unusable,   ///< no legal domain name (RFC 7208 section 4.3): `text` says what came out
      unmatched,  ///< %{l} or %{s} with a local part outside ASCII (RFC 8616 section 4); traced
      lacking,
      permerror,  ///< %{p} was one lookup too many; the error is written
    };
    Kind kind = Kind::name;
    std::string text;
    dns::Name name;
  };
  /// The target of a term: its domain-spec, or the current domain when it has none.
  Target target(const std::optional<MacroString>& spec, const Place& place, std::string_view term);

  /// Expands an explanation (RFC 7208 section 6.2); nothing while facts are lacking.
  std::optional<std::string> expand_explanation(const MacroString& text, const Place& place);
  /// Expands the domain-spec of exp, which is not counted (it is read after the verdict).
  Target explanation_target(const MacroString& spec, const Place& place);

  /// The names that PTR validation finds for the client address (RFC 7208 section 5.5), and
  /// whether facts are lacking.
  struct ValidatedNames {
    bool lacking = false;
    bool is_void = false;  ///< the PTR lookup was void
    std::vector<dns::Name> names;
  };
  ValidatedNames validated_names();

  void step(Step::Kind kind, const Place& place, std::string_view term, std::string text,
            std::vector<dns::Prefix> networks = {});

  /// Ends the evaluation with an error and its reason.
  Match error(Match kind, const Place& place, std::string_view term, std::string problem);

 private:
  /// Sets %{d}, and %{p} when it is used; false while facts are lacking.
  bool prepare_values(const MacroString& macro, const Place& place);
  Target resolve(const MacroString& macro, const Place& place);

  const dns::Facts& facts_;
  Limits limits_;
  dns::IpAddress ip_;
  MacroValues values_;
  bool internationalised_local_part_ = false;
  Verdict verdict_;
  std::vector<dns::Question> lacking_;
};

/// The name for a text as it came out of a macro, or nothing when it is no legal domain name: an
/// empty label, a label over 63 octets, more than 253 octets. One trailing dot is dropped.
std::optional<dns::Name> usable_name(std::string_view text);

/// Evaluates the mechanisms that match by address: a, mx, ptr, ip4, ip6 and exists.
Match match_address(Evaluation& evaluation, const Directive& directive, std::string_view term,
                    const Place& place);

}  // namespace mandate::spf
