#include "advice/glued_strings.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/rule_table.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

bool reads(std::string_view terms) {
  const auto record = spf::parse_record("v=spf1 " + std::string(terms));
  return record && record->unknown.empty();
}

/// Whether a text can be nothing but the beginning of a term: names have none of these.
bool is_surely_a_term(std::string_view text) {
  return std::string_view("+-~?").contains(text.front()) || text.contains(':') ||
         text.contains('=');
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
                 fmt::format("Two strings meet in `{}`.", dns::printable(glued, 120)),
                 std::move(parted)};
}

}  // namespace

std::vector<Finding> glued_strings(const dns::TxtData& txt) {
  std::vector<Finding> out;
  const std::string text = txt.joined();
  std::size_t boundary = 0;
  for (const std::string& string : txt.strings) {
    boundary += string.size();
    if (auto found = glued_at(text, boundary)) out.push_back(std::move(*found));
  }
  return out;
}

}  // namespace mandate::advice
