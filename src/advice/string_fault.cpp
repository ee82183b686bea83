#include "advice/string_fault.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/qualifier.h"
#include "advice/rule_table.h"
#include "advice/shown.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

bool reads(std::string_view terms) {
  const auto record = spf::parse_record("v=spf1 " + std::string(terms));
  return record && record->unknown.empty();
}

/// Whether a text can be nothing but the beginning of a term: names have none of these.
bool is_surely_a_term(std::string_view text) {
  return qualifier_size(text) > 0 || text.contains(':') || text.contains('=');
}

/// The term across the boundary of two strings of a TXT, where a space in between mends it. What
/// can be read as it stands is left alone, unless its second half is a term by itself: a name may
/// hold a colon.
std::optional<Finding> glued_at(std::string_view text, std::size_t boundary) {
  if (boundary == 0 || boundary >= text.size()) return std::nullopt;
  if (text[boundary - 1] == ' ' || text[boundary] == ' ') return std::nullopt;
  const std::size_t begin = text.rfind(' ', boundary) + 1;  // 0 where there is none
  const std::size_t end = std::min(text.find(' ', boundary), text.size());
  const std::string_view glued = text.substr(begin, end - begin);
  const std::string_view second = text.substr(boundary, end - boundary);
  std::string parted(glued);
  parted.insert(boundary - begin, " ");
  const bool version = begin == 0 && spf::is_spf_record(parted);
  const bool terms = begin != 0 && reads(parted) && (!reads(glued) || is_surely_a_term(second));
  if (!version && !terms) return std::nullopt;
  return Finding{&rule("glued-strings"),
                 {begin, end},
                 fmt::format("Two strings meet in `{}`.", shown(glued)),
                 std::move(parted)};
}

void look_at_boundaries(const dns::TxtData& txt, const std::string& text,
                        std::vector<Finding>& findings) {
  std::size_t boundary = 0;
  for (const std::string& string : txt.strings) {
    boundary += string.size();
    if (auto found = glued_at(text, boundary)) findings.push_back(std::move(*found));
  }
}

void look_at_sizes(const dns::TxtData& txt, std::vector<Finding>& findings) {
  constexpr std::size_t kLimit = 255;  // RFC 1035 section 3.3
  std::size_t begin = 0;
  for (const std::string& string : txt.strings) {
    const spf::Span span{begin, begin + string.size()};
    begin = span.end;
    if (string.size() <= kLimit) continue;
    findings.push_back({&rule("string-over-255"), span,
                        fmt::format("A string has {} octets; write it as several in quotes, each "
                                    "of at most {}, with the space between two terms inside one "
                                    "of them.",
                                    string.size(), kLimit),
                        std::nullopt});
  }
}

/// The terms of a record as a name server splits them that finds no quotation marks: each a string
/// of its own (RFC 1035 section 5.1).
std::optional<Finding> unquoted(const dns::TxtData& txt, const std::string& text) {
  if (txt.strings.size() < 2 || !spf::equals_ignoring_case(txt.strings.front(), "v=spf1")) {
    return std::nullopt;
  }
  std::string parted;
  for (const std::string& string : txt.strings) {
    if (string.empty() || string.contains(' ')) return std::nullopt;
    parted += (parted.empty() ? "" : " ") + string;
  }
  return Finding{&rule("unquoted-in-zone"),
                 {0, text.size()},
                 fmt::format("Each term is a string of its own; put quotation marks round all of "
                             "them: {}.",
                             shown("\"" + parted + "\"")),
                 std::move(parted)};
}

}  // namespace

std::vector<Finding> string_faults(const dns::TxtData& txt) {
  std::vector<Finding> out;
  const std::string text = txt.joined();
  look_at_sizes(txt, out);
  if (auto found = unquoted(txt, text)) {
    out.push_back(std::move(*found));
  } else {
    look_at_boundaries(txt, text, out);
  }
  return out;
}

}  // namespace mandate::advice
