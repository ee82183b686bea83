// Macro strings (RFC 7208 section 7).
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::spf {

/// One macro letter with its transformers: `%{ir-.}` is `{'i', 0, true, "-."}`.
struct MacroExpand {
  char letter = 'd';         ///< in lower case
  bool url_escape = false;   ///< the letter was written in upper case (section 7.3)
  std::uint32_t digits = 0;  ///< labels to keep from the right; 0 keeps all; saturates
  bool reverse = false;
  std::string delimiters;  ///< empty means `.`
  friend bool operator==(const MacroExpand&, const MacroExpand&) = default;
};

/// A literal run, or a macro.
struct MacroPart {
  std::string literal;  ///< of a literal run; `%%`, `%_` and `%-` are resolved into it
  bool is_macro = false;
  MacroExpand macro;
  friend bool operator==(const MacroPart&, const MacroPart&) = default;
};

/// A parsed macro-string.
class MacroString {
 public:
  enum class Use : std::uint8_t {
    domain_spec,  ///< no `c`, `r`, `t`; must end in a macro or a top label (section 7.1)
    explanation,  ///< all letters; spaces allowed (section 6.2)
    modifier,     ///< value of an unknown modifier: any macro-string
  };

  /// The error is a sentence for a person.
  static std::expected<MacroString, std::string> parse(std::string_view text, Use use);

  const std::string& text() const { return text_; }
  const std::vector<MacroPart>& parts() const { return parts_; }
  /// True when some macro has that letter, given in lower case.
  bool uses(char letter) const;
  bool has_macros() const;

 private:
  std::string text_;
  std::vector<MacroPart> parts_;
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
std::string expand(const MacroString& macro, const MacroValues& values);

/// Cuts labels off the left until at most 253 octets remain (RFC 7208 section 7.3).
std::string truncate_domain(std::string expanded);

}  // namespace mandate::spf
