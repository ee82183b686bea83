#include "mandate/spf/readings.h"

#include <array>
#include <cstddef>

namespace mandate::spf {
namespace {

using enum Reading;

constexpr std::array kRules{
    ReadingRule{voids_of_both_families, "voids-of-both-families",
                "a name without addresses of the client's family is a void lookup",
                "it is void only without addresses of either family", "the Go library", "4.6.4"},
    ReadingRule{voids_of_mail_exchangers, "voids-of-mail-exchangers",
                "an mx term is void when the MX lookup is, whatever its hosts have",
                "each mail exchanger without addresses is a void lookup too", "pyspf and Mail::SPF",
                "4.6.4"},
    ReadingRule{lookup_behind_last_void, "lookup-behind-last-void",
                "only the void lookup that is one too many is an error",
                "any lookup behind the last void one allowed is an error", "mox", "4.6.4"},
    ReadingRule{validated_name_free, "validated-name-free",
                "the lookups behind %{p} cost one of the limit", "they cost nothing",
                "libspf2, pyspf, Mail::SPF and the Go library", "4.6.4"},
    ReadingRule{first_mail_exchangers, "first-mail-exchangers",
                "more than ten mail exchangers are an error",
                "the first ten are tried, and it is an error only when none of them matches",
                "libspf2, Mail::SPF and mailauth", "4.6.4"},
    ReadingRule{many_pointers, "many-pointers", "PTR names beyond ten are ignored",
                "more than ten PTR names are an error", "libspf2 and Haraka", "4.6.4"},
    ReadingRule{pointer_failure, "pointer-failure", "a PTR lookup that fails matches nothing",
                "it is a temporary error", "most receivers (neither mailauth nor Haraka)", "5.5"},
    ReadingRule{pointer_address_failure, "pointer-address-failure",
                "a PTR name whose addresses cannot be looked up is skipped",
                "it is a temporary error", "pyspf and libspf2", "5.5"},
    ReadingRule{include_failure_ignored, "include-failure-ignored",
                "a temporary error in an include or redirect is one of the whole",
                "the term does not match", "older libraries", "5.2"},
    ReadingRule{syntax_behind_match, "syntax-behind-match",
                "a syntax error anywhere in a record is an error of the whole",
                "terms in front of it still match", "the Go library and Haraka", "4.6"},
    ReadingRule{redirect_beside_all, "redirect-beside-all",
                "redirect is ignored in a record with all",
                "it is followed where it stands in front of all", "libspf2", "5.1"},
    ReadingRule{repeated_modifier, "repeated-modifier",
                "an unknown modifier may stand more than once", "it is a syntax error", "pyspf",
                "6"},
    ReadingRule{modifier_case, "modifier-case", "modifier names are case-insensitive",
                "only redirect= and exp= in small letters are known", "pyspf", "4.6.1"},
    ReadingRule{zero_digits, "zero-digits", "a macro that keeps zero labels is a syntax error",
                "it is accepted", "pyspf and Haraka", "7.1"},
    ReadingRule{self_include, "self-include",
                "a record that includes itself fails where the include is evaluated",
                "it is an error wherever it stands", "pyspf", "5.2"},
    ReadingRule{single_label, "single-label", "a domain of a single label has no policy",
                "it is looked up", "most receivers (not mailauth)", "4.3"},
    ReadingRule{mapped_client, "mapped-client", "an IPv4-mapped IPv6 client is the IPv4 one",
                "it stays an IPv6 client", "libspf2 and Haraka", "5"},
    ReadingRule{mapped_network, "mapped-network",
                "an ip6 network of IPv4-mapped addresses matches no client",
                "it matches the IPv4 client", "the Go library and Mail::SPF", "5.6"},
    ReadingRule{octets_outside_ascii, "octets-outside-ascii",
                "an octet outside ASCII is a syntax error", "it is accepted",
                "the Go library, Haraka and libspf2", "4.6.1"},
    ReadingRule{local_part_outside_ascii, "local-part-outside-ascii",
                "a term with %{l} or %{s} never matches a local part outside ASCII",
                "the macro is expanded to its octets", "most receivers (not mailauth)",
                "RFC 8616 section 4"},
    ReadingRule{tab_behind_version, "tab-behind-version",
                "a text with a tab behind v=spf1 is no SPF record", "it is one", "Haraka", "4.5"},
    ReadingRule{long_name_kept, "long-name-kept",
                "an expanded name over 253 octets loses labels from the left",
                "it is kept, and is no legal name", "the Go library, Haraka and libspf2", "7.3"},
    ReadingRule{trailing_dot, "trailing-dot", "a domain may end in a dot", "it is an error",
                "older versions of mailauth", "7.1"},
    ReadingRule{zero_prefix, "zero-prefix", "/0 is the whole address space", "it is a syntax error",
                "libspf2", "5.6"},
};

/// The rule of a reading stands at its number.
constexpr bool in_order() {
  for (std::size_t i = 0; i < kRules.size(); ++i) {
    if (static_cast<std::size_t>(kRules[i].reading) != i) return false;
  }
  return true;
}
static_assert(in_order());
static_assert(kRules.size() == static_cast<std::size_t>(zero_prefix) + 1);

}  // namespace

std::span<const ReadingRule> reading_rules() {
  return kRules;
}

}  // namespace mandate::spf
