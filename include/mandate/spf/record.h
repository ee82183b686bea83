// The SPF record: its grammar (RFC 7208 sections 4.5, 4.6.1, 5, 6 and 12) as data.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/ip_address.h"
#include "mandate/spf/macro.h"
#include "mandate/spf/result.h"

namespace mandate::spf {

/// A half-open range of octets in a record's text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view in(std::string_view text) const { return text.substr(begin, end - begin); }
  friend auto operator<=>(const Span&, const Span&) = default;
};

enum class Mechanism : std::uint8_t { all, include, a, mx, ptr, ip4, ip6, exists };

/// The keyword in lower case.
MANDATE_API std::string_view text(Mechanism mechanism);

/// A mechanism with its qualifier (RFC 7208 section 4.6.2).
struct Directive {
  Result qualifier = Result::pass;  ///< pass, fail, softfail or neutral
  Mechanism mechanism = Mechanism::all;
  std::uint8_t prefix4 = 32;  ///< of a and mx (RFC 7208 section 5.6)
  std::uint8_t prefix6 = 128;
  dns::Prefix network;       ///< of ip4 and ip6, host bits cleared
  std::uint32_t domain = 0;  ///< see `Record::domain`: 0, or its number from 1
  Span span;                 ///< the whole term, qualifier included

  /// Causes DNS queries that count against the limit (RFC 7208 section 4.6.4).
  bool asks_dns() const {
    return mechanism != Mechanism::all && mechanism != Mechanism::ip4 &&
           mechanism != Mechanism::ip6;
  }
};

/// A modifier (RFC 7208 section 6).
struct Modifier {
  std::string name;   ///< as written
  MacroString value;  ///< a domain-spec of redirect and exp, any macro-string of others
  Span span;
};

struct MANDATE_API Record {
  std::string text;  ///< the whole record, from `v=spf1` on
  std::vector<Directive> directives;
  std::optional<Modifier> redirect;
  std::optional<Modifier> exp;
  std::vector<Modifier> unknown;
  std::vector<MacroString> domains;  ///< the domain-specs of the directives

  /// The domain-spec of a directive of this record, or null; always there of include and exists.
  const MacroString* domain(const Directive& directive) const {
    return directive.domain == 0 ? nullptr : &domains[directive.domain - 1];
  }
  /// True when a directive is `all`: a redirect is ignored then (RFC 7208 section 6.1).
  bool has_all() const;
};

struct SyntaxError {
  Span span;                 ///< the term at fault
  std::string message;       ///< what is wrong with it, a sentence for a person
  std::string_view section;  ///< of RFC 7208, such as "5.6"
};

/// True when a TXT string, its character-strings joined, is an SPF record: it begins with
/// `v=spf1` followed by a space or the end (RFC 7208 section 4.5), without regard to case.
MANDATE_API bool is_spf_record(std::string_view text);

/// Reads a text for which `is_spf_record` holds. The whole record is read: a syntax error anywhere
/// is an error (RFC 7208 section 4.6).
MANDATE_API std::expected<Record, SyntaxError> parse_record(std::string_view text);

/// The terms written down anew in their order: keywords in lower case, one space between terms,
/// nothing that stands for its default, networks without host bits. Reads as the same record.
MANDATE_API std::string print(const Record& record);

}  // namespace mandate::spf
