// A term of a record as it is written, whether it can be read or not, taken apart.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/spf/record.h"

namespace mandate::advice {

/// `~include:x` has the qualifier `~`, the name `include`, the mark `:` and the argument `x`.
struct Term {
  spf::Span span;
  std::string_view text;
  std::string_view qualifier;
  std::string_view name;
  char mark = 0;
  std::string_view argument;
  std::string_view next;  ///< the term behind it, or empty
  std::size_t next_end = 0;

  std::string_view body() const { return text.substr(qualifier.size()); }
  std::string with(std::string_view new_name, char new_mark, std::string_view new_argument) const;
  std::string argument_replaced(std::string_view new_argument) const {
    return with(name, mark, new_argument);
  }
  bool is_named(std::string_view keyword) const;
  bool is_mechanism() const;
  bool is_followed_modifier() const;  ///< redirect or exp
  bool is_network() const;            ///< ip4 or ip6
  bool takes_name() const;            ///< its argument is a domain-spec
};

/// The mechanisms of SPF.
std::span<const std::string_view> mechanism_names();

/// The terms behind the version of a text for which `spf::is_spf_record` holds. The text must
/// outlive them.
std::vector<Term> terms_of(std::string_view text);

/// Terms as a record of their own; the error says why they cannot be read.
std::expected<spf::Record, spf::SyntaxError> record_of(std::string_view terms);

/// Whether a text is one or several terms that are read, none of them as an unknown modifier.
bool reads(std::string_view terms);

}  // namespace mandate::advice
