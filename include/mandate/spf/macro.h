// Macro strings (RFC 7208 section 7).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"
#include "mandate/spf/readings.h"

namespace mandate::spf {

/// The delimiters of macros (RFC 7208 section 7.1); `MacroPart::delimiters` has a bit for each, the
/// lowest for the first.
inline constexpr std::string_view kMacroDelimiters = ".-+,/_=";

/// A literal run, an escape, or a macro with its transformers: in `%{ir-}` the letter i, `reverse`,
/// and the hyphen as delimiter.
struct MacroPart {
  /// A macro letter in lower case; the second character of an escape, which is a percent sign, an
  /// underscore or a hyphen; 0 for a literal run.
  char letter = 0;
  bool url_escape = false;      ///< the letter was written in upper case (section 7.3)
  bool reverse = false;         ///< transformer `r`
  std::uint8_t delimiters = 0;  ///< 0 means `.`
  std::uint32_t digits = 0;     ///< labels to keep from the right; 0 keeps all; saturates
  std::uint32_t begin = 0;      ///< of the literal run in the macro string's text
  std::uint32_t end = 0;
  friend bool operator==(const MacroPart&, const MacroPart&) = default;
};

/// A parsed macro-string. A value type; const functions may be called from several threads.
class MANDATE_API MacroString {
 public:
  enum class Use : std::uint8_t {
    domain_spec,  ///< no `c`, `r`, `t`; must end in a macro or a top label (section 7.1)
    explanation,  ///< all letters; spaces allowed (section 6.2)
    modifier,     ///< value of an unknown modifier: any macro-string
  };

  /// The error is a sentence for a person.
  static std::expected<MacroString, std::string> parse(std::string_view text, Use use,
                                                       Readings readings = {});

  const std::string& text() const { return text_; }
  /// Empty when the text stands for itself: it has neither macro nor escape.
  const std::vector<MacroPart>& parts() const { return parts_; }
  /// True when some macro has that letter, given in lower case.
  bool uses(char letter) const { return (letters_ & bit(letter)) != 0; }
  /// True when some macro has one of those letters.
  bool uses_any_of(std::string_view letters) const;
  bool has_macros() const { return letters_ != 0; }

 private:
  static constexpr std::uint32_t bit(char letter) { return std::uint32_t{1} << (letter - 'a'); }
  std::expected<void, std::string> parse_parts(Use use, Readings readings);

  std::string text_;
  std::vector<MacroPart> parts_;
  std::uint32_t letters_ = 0;
};

/// The values of the macro letters (section 7.2). `p` is what `ptr` validation found, or
/// `unknown`.
struct MacroValues {
  std::string sender;                      ///< s
  std::string local_part;                  ///< l
  std::string sender_domain;               ///< o
  std::string domain;                      ///< d
  std::string ip;                          ///< i: dotted quad, or dotted nibbles of IPv6
  std::string validated_name = "unknown";  ///< p
  std::string_view address_family;         ///< v: `in-addr` or `ip6`
  std::string helo;                        ///< h
  std::string readable_ip;                 ///< c
  std::string receiver = "unknown";        ///< r
  std::string timestamp;                   ///< t: seconds since the epoch
};

/// The expansion, of any length.
MANDATE_API std::string expand(const MacroString& macro, const MacroValues& values);

/// Cuts labels off the left until at most 253 octets remain (RFC 7208 section 7.3). A last label
/// that is longer by itself stays whole.
MANDATE_API std::string truncate_domain(std::string expanded);

}  // namespace mandate::spf
