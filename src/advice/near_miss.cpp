#include "advice/near_miss.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "advice/qualifier.h"
#include "advice/slip.h"
#include "dns/printable.h"
#include "mandate/spf/record.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

constexpr std::string_view kVersion = "v=spf1";
constexpr std::size_t kShown = 60;     // octets of a text in a message
constexpr std::size_t kMaxFaults = 4;  // mended one after another
constexpr std::size_t kMaxPrefix = 8;  // octets in front of a version that was meant

struct Plain {
  std::string_view octets;
  std::string_view plain;
};

// UTF-8 forms, and the no-break space of Latin-1, which stands alone.
constexpr std::array kPlain = {
    Plain{"\xC2\xA0", " "},      // no-break space
    Plain{"\xE2\x80\xAF", " "},  // narrow no-break space
    Plain{"\xC2\xAD", ""},       // soft hyphen
    Plain{"\xE2\x80\x8B", ""},   // zero width space
    Plain{"\xE2\x80\x8C", ""},   // zero width non-joiner
    Plain{"\xE2\x80\x8D", ""},   // zero width joiner
    Plain{"\xE2\x81\xA0", ""},   // word joiner
    Plain{"\xEF\xBB\xBF", ""},   // byte order mark
    Plain{"\xE2\x80\x98", "'"},  // single quotes
    Plain{"\xE2\x80\x99", "'"},
    Plain{"\xE2\x80\x9C", "\""},  // double quotes
    Plain{"\xE2\x80\x9D", "\""},
    Plain{"\xE2\x80\x90", "-"},  // hyphen, non-breaking hyphen,
                                 // figure, en and em dash, minus
    Plain{"\xE2\x80\x91", "-"},
    Plain{"\xE2\x80\x92", "-"},
    Plain{"\xE2\x80\x93", "-"},
    Plain{"\xE2\x80\x94", "-"},
    Plain{"\xE2\x88\x92", "-"},
    Plain{"\xA0", " "},
};

bool starts_with_version(std::string_view text) {
  return text.size() >= kVersion.size() &&
         spf::equals_ignoring_case(text.substr(0, kVersion.size()), kVersion);
}

// A term of SPF seems to begin here.
bool starts_with_term(std::string_view text) {
  constexpr std::array<std::string_view, 6> kOpen = {
      "include:", "ip4:", "ip6:", "exists:", "redirect=", "exp="};
  constexpr std::array<std::string_view, 4> kWord = {"all", "a", "mx", "ptr"};
  text.remove_prefix(qualifier_size(text));
  const auto begins_with = [&](std::string_view keyword) {
    return spf::equals_ignoring_case(text.substr(0, keyword.size()), keyword);
  };
  if (std::ranges::any_of(kOpen, begins_with)) return true;
  return std::ranges::any_of(kWord, [&](std::string_view word) {
    if (!begins_with(word)) return false;
    return text.size() == word.size() ||
           std::string_view(" :/").find(text[word.size()]) != text.npos;
  });
}

std::optional<NearMiss> invisible_character(std::string_view text) {
  auto plain = without_invisible_characters(text);
  if (!plain) return std::nullopt;
  return NearMiss{"invisible-character",
                  "The text has characters outside ASCII that look like plain ones or like "
                  "nothing, as word processors and web pages put them in; type it anew.",
                  std::move(*plain)};
}

// `"v=spf1 a" "mx -all"`, `\"v=spf1 -all\"`, `'v=spf1 -all'`: the panel stored the quotes too.
std::optional<NearMiss> literal_quotes(std::string_view text) {
  std::string inner;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped_quote =
        text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\'');
    if (!escaped_quote) inner += text[i];
  }
  if (inner.size() < 2 || (inner.front() != '"' && inner.front() != '\'')) return std::nullopt;
  if (inner.back() != inner.front()) return std::nullopt;
  const char quote = inner.front();
  std::string joined;
  bool inside = false;
  for (const char c : inner) {
    if (c == quote) {
      inside = !inside;
    } else if (inside) {
      joined += c;  // what stands between two quoted strings only separates them
    }
  }
  return NearMiss{"literal-quotes",
                  "The quotation marks are part of the stored text, so receivers do not see an SPF "
                  "record (RFC 7208 section 4.5); enter it without them.",
                  std::move(joined)};
}

// `v=spf10`, `v=spf1;`, `v=spf1include:x`, `v=spf1` and a tab.
std::optional<NearMiss> version_suffix(std::string_view text) {
  if (!starts_with_version(text)) return std::nullopt;
  std::string rest(text.substr(kVersion.size()));
  std::ranges::replace_if(rest, [](char c) { return c == '\t' || c == '\r' || c == '\n'; }, ' ');
  const std::size_t junk = std::min(rest.find_first_not_of("0123456789;,:.=\"'"), rest.size());
  const std::string_view terms = std::string_view(rest).substr(junk);
  const bool separated = terms.empty() || terms.front() == ' ';
  if (!separated && !starts_with_term(terms)) return std::nullopt;
  return NearMiss{
      "version-suffix",
      fmt::format("The version must be `v=spf1` followed by a space (RFC 7208 section "
                  "4.5), but the text begins `{}`.",
                  dns::printable(text.substr(0, kVersion.size() + junk + 1), kShown)),
      fmt::format("{}{}{}", text.substr(0, kVersion.size()), separated ? "" : " ", terms)};
}

// `v=spf`, `v=sfp1`, `v=spf2`, `v = spf1`, `v:spf1`, `spf1`.
std::optional<NearMiss> version_typo(std::string_view text) {
  if (starts_with_version(text)) return std::nullopt;
  std::string_view rest = text;
  bool has_v = false;
  if (!rest.empty() && spf::lower(rest.front()) == 'v') {
    std::string_view after = rest.substr(1);
    after.remove_prefix(std::min(after.find_first_not_of(' '), after.size()));
    if (!after.empty() && std::string_view("=:-").find(after.front()) != after.npos) {
      after.remove_prefix(1);
      after.remove_prefix(std::min(after.find_first_not_of(' '), after.size()));
      rest = after;
      has_v = true;
    }
  }
  const auto end = std::ranges::find_if_not(rest, [](char c) { return spf::is_alphanum(c); });
  const std::string word = spf::lower(std::string_view(rest.begin(), end));
  rest.remove_prefix(word.size());
  // Without `v=` only the exact word was evidently meant; `spf2.0/pra` is Sender ID (RFC 4406).
  const bool meant = has_v ? word.size() <= 5 && is_one_slip_from(word, "spf1") : word == "spf1";
  if (!meant || rest.starts_with(".0/")) return std::nullopt;
  return NearMiss{"version-typo",
                  fmt::format("The text begins `{}`, where `v=spf1` is meant (RFC 7208 section "
                              "4.5).",
                              dns::printable(text.substr(0, text.size() - rest.size()), kShown)),
                  std::string(kVersion) + std::string(rest)};
}

// `1v=spf1`, `>v=spf1`, ` v=spf1`, `TXT v=spf1`.
std::optional<NearMiss> version_prefix(std::string_view text) {
  const std::string head = spf::lower(text.substr(0, kMaxPrefix + kVersion.size()));
  const std::size_t at = head.find(kVersion);
  if (at == 0 || at == head.npos) return std::nullopt;
  const std::string_view prefix = std::string_view(head).substr(0, at);
  constexpr std::array<std::string_view, 3> kLabels = {"txt ", "in txt ", "spf "};
  const bool label = std::ranges::find(kLabels, prefix) != kLabels.end();
  const bool stray =
      std::ranges::none_of(prefix, [](char c) { return spf::is_alpha(c) && c != 'v'; });
  if (!label && !stray) return std::nullopt;
  return NearMiss{"version-prefix",
                  fmt::format("`{}` stands in front of `v=spf1`, so receivers do not see an SPF "
                              "record (RFC 7208 section 4.5); remove it.",
                              dns::printable(text.substr(0, at))),
                  std::string(text.substr(at))};
}

// `include:x ~all`: a policy without its version. Unknown modifiers alone do not count: every
// `key=value` would be one.
std::optional<NearMiss> version_missing(std::string_view text) {
  std::string fixed = fmt::format("{} {}", kVersion, text);
  const auto record = spf::parse_record(fixed);
  if (!record) return std::nullopt;
  // Behind another version, as of Sender ID, the terms are not meant for SPF.
  const auto is_version = [](const spf::Modifier& modifier) {
    return spf::equals_ignoring_case(modifier.name, "v");
  };
  if (std::ranges::any_of(record->unknown, is_version)) return std::nullopt;
  const auto tells = [&](const spf::Directive& directive) {
    switch (directive.mechanism) {
      case spf::Mechanism::include:
      case spf::Mechanism::ip4:
      case spf::Mechanism::ip6:
        return true;
      case spf::Mechanism::all:
        return directive.span.end - directive.span.begin > 3;  // with a qualifier
      default:
        return false;
    }
  };
  if (std::ranges::none_of(record->directives, tells)) return std::nullopt;
  return NearMiss{"version-missing",
                  "The text has the terms of an SPF record but not the version; put `v=spf1 ` in "
                  "front (RFC 7208 section 4.5).",
                  std::move(fixed)};
}

std::optional<NearMiss> first_fault(std::string_view text) {
  for (const auto look : {invisible_character, literal_quotes, version_suffix, version_typo,
                          version_prefix, version_missing}) {
    if (auto found = look(text)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> without_invisible_characters(std::string_view text) {
  std::string out;
  bool changed = false;
  for (std::size_t i = 0; i < text.size();) {
    // Behind an octet of UTF-8 the octet A0 is part of another character.
    const bool lone = i == 0 || spf::is_ascii(text[i - 1]);
    const auto found = std::ranges::find_if(kPlain, [&](const Plain& plain) {
      return text.substr(i).starts_with(plain.octets) && (lone || plain.octets.size() > 1);
    });
    if (found == kPlain.end()) {
      out += text[i++];
      continue;
    }
    out += found->plain;
    i += found->octets.size();
    changed = true;
  }
  if (!changed) return std::nullopt;
  return out;
}

std::optional<NearMiss> near_miss(std::string_view txt) {
  if (spf::is_spf_record(txt)) return std::nullopt;
  auto result = first_fault(txt);
  for (std::size_t i = 1; i < kMaxFaults && result && !spf::is_spf_record(result->fixed); ++i) {
    auto next = first_fault(result->fixed);
    if (!next) return std::nullopt;
    result->fixed = std::move(next->fixed);
    result->message += " " + next->message;
  }
  if (!result || !spf::is_spf_record(result->fixed)) return std::nullopt;
  return result;
}

bool is_meant_as_record(std::string_view txt) {
  return spf::is_spf_record(txt) || near_miss(txt).has_value();
}

}  // namespace mandate::advice
