#include "advice/dmarc_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "advice/shown.h"
#include "dns/trimmed.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

struct Tag {
  std::string_view name;
  std::string_view value;
};

std::string_view trimmed(std::string_view text) {
  return dns::trimmed(text, " \t\r\n");
}

/// Calls `visit` with each part between separators until it returns false.
template <class Visit>
void for_each_part(std::string_view text, char separator, const Visit& visit) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    if (!visit(text.substr(begin, end - begin))) return;
    begin = end + 1;
  }
}

std::optional<Tag> tag_of(std::string_view part) {
  const std::size_t equals = part.find('=');
  if (equals == part.npos) return std::nullopt;
  return Tag{trimmed(part.substr(0, equals)), trimmed(part.substr(equals + 1))};
}

std::optional<DmarcPolicy> policy_of(std::string_view value) {
  for (const auto policy : {DmarcPolicy::none, DmarcPolicy::quarantine, DmarcPolicy::reject}) {
    if (spf::equals_ignoring_case(value, text(policy))) return policy;
  }
  return std::nullopt;
}

std::optional<Alignment> alignment_of(std::string_view value) {
  if (spf::equals_ignoring_case(value, "r")) return Alignment::relaxed;
  if (spf::equals_ignoring_case(value, "s")) return Alignment::strict;
  return std::nullopt;
}

/// `pct` is one to three digits, 100 at most (RFC 7489 section 6.4).
std::optional<int> percent_of(std::string_view value) {
  int percent = 0;
  if (value.empty() || value.size() > 3 || !std::ranges::all_of(value, spf::is_digit)) {
    return std::nullopt;
  }
  std::from_chars(value.data(), value.data() + value.size(), percent);
  return percent <= 100 ? std::optional(percent) : std::nullopt;
}

/// Whether it has the form of a `dmarc-uri` of RFC 7489 section 6.4: a URI, and perhaps `!` with a
/// size behind it.
bool is_report_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon >= text.size() - 1 || !spf::is_alpha(text.front())) return false;
  const auto is_of_scheme = [](char c) {
    return spf::is_alphanum(c) || std::string_view("+-.").contains(c);
  };
  const std::string_view scheme = text.substr(0, colon);
  if (!std::ranges::all_of(scheme, is_of_scheme)) return false;
  if (!std::ranges::all_of(text, spf::is_visible)) return false;
  return !spf::equals_ignoring_case(scheme, "mailto") || text.contains('@');
}

/// The tags that a policy is made of, the first of each name: names are literals of an ABNF, and so
/// in either case (RFC 7489 section 6.4, RFC 5234 section 2.3).
class Reader {
 public:
  explicit Reader(std::string_view txt) {
    for_each_part(txt, ';', [&](std::string_view part) {
      if (const auto tag = tag_of(part)) tags_.push_back(*tag);
      return true;
    });
  }

  std::expected<DmarcRecord, std::string> read() {
    read_reports();
    constexpr std::string_view kModes = "`r` or `s`; receivers take it for `r`";
    constexpr std::string_view kPercent = "a number from 0 to 100; receivers take it for 100";
    out_.spf = read_value("aspf", kModes, alignment_of).value_or(Alignment::relaxed);
    out_.dkim = read_value("adkim", kModes, alignment_of).value_or(Alignment::relaxed);
    out_.percent = read_value("pct", kPercent, percent_of).value_or(100);
    if (auto failure = read_policies()) return std::unexpected(std::move(*failure));
    return std::move(out_);
  }

 private:
  const Tag* find(std::string_view name) {
    const Tag* first = nullptr;
    for (const Tag& tag : tags_) {
      if (!spf::equals_ignoring_case(tag.name, name)) continue;
      if (first != nullptr) {
        out_.faults.push_back(
            fmt::format("`{}` stands more than once; keep one, since receivers differ in which "
                        "they read. Here the first is taken.",
                        name));
        break;
      }
      first = &tag;
    }
    return first;
  }

  template <class Value>
  std::optional<Value> read_value(std::string_view name, std::string_view allowed,
                                  std::optional<Value> (*parse)(std::string_view)) {
    const Tag* tag = find(name);
    if (tag == nullptr) return std::nullopt;
    const auto value = parse(tag->value);
    if (!value) out_.faults.push_back(not_read(*tag, allowed) + ".");
    return value;
  }

  static std::string not_read(const Tag& tag, std::string_view allowed) {
    return fmt::format("`{}={}` is not {}", shown(tag.name), shown(tag.value), allowed);
  }

  void read_reports() {
    const Tag* tag = find("rua");
    if (tag == nullptr) return;
    for_each_part(tag->value, ',', [&](std::string_view part) {
      const std::string_view uri = trimmed(part);
      if (is_report_uri(uri)) out_.reports.emplace_back(uri);
      return true;
    });
    if (out_.reports.empty()) {
      out_.faults.push_back(
          fmt::format("`rua={}` names no address as `mailto:reports@example.com` does, so nobody "
                      "gets reports.",
                      shown(tag->value)));
    }
  }

  /// RFC 7489 section 6.6.3, step 6. What is returned is why the record is not applied.
  std::optional<std::string> read_policies() {
    constexpr std::string_view kAllowed = "`none`, `quarantine` or `reject`";
    std::string fault;
    const Tag* own = find("p");
    const Tag* below = find("sp");
    const auto policy = own != nullptr ? policy_of(own->value) : std::nullopt;
    if (below != nullptr) {
      out_.subdomain_policy = policy_of(below->value);
      if (!out_.subdomain_policy) fault = not_read(*below, kAllowed);
    }
    if (!policy) fault = own != nullptr ? not_read(*own, kAllowed) : "`p=` is missing";
    if (fault.empty()) {
      out_.policy = *policy;
      return std::nullopt;
    }
    if (out_.reports.empty()) return fault;
    out_.subdomain_policy.reset();
    out_.faults.push_back(fault + ", so receivers take the record for one with `p=none`.");
    return std::nullopt;
  }

  std::vector<Tag> tags_;
  DmarcRecord out_;
};

}  // namespace

std::string_view text(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::none:
      return "none";
    case DmarcPolicy::quarantine:
      return "quarantine";
    case DmarcPolicy::reject:
      break;
  }
  return "reject";
}

std::string_view text(Alignment alignment) {
  return alignment == Alignment::strict ? "strict" : "relaxed";
}

bool is_dmarc_record(std::string_view txt) {
  // Nothing may stand in front of it (RFC 7489 section 6.4), and its value is case-sensitive.
  if (txt.empty() || spf::lower(txt.front()) != 'v') return false;
  const auto first = tag_of(txt.substr(0, txt.find(';')));
  return first && first->name.size() == 1 && first->value == "DMARC1";
}

std::optional<std::string> dmarc_near_miss(std::string_view txt) {
  const std::string lower = spf::lower(txt);
  if (is_dmarc_record(txt) || lower.starts_with("v=spf1")) return std::nullopt;
  if (lower.starts_with("v=dmarc1") && txt.substr(2).starts_with("DMARC1")) {
    return "behind `v=DMARC1` a `;` has to part it from the next tag";
  }
  if (txt.contains("DMARC1")) return "it has to begin with `v=DMARC1`, with nothing in front";
  if (lower.contains("dmarc1")) return "`v=DMARC1` has to be written exactly so, in capitals";
  bool has_policy = false;
  for_each_part(txt, ';', [&](std::string_view part) {
    const auto tag = tag_of(part);
    has_policy = tag && spf::equals_ignoring_case(tag->name, "p") && policy_of(tag->value);
    return !has_policy;
  });
  if (!has_policy) return std::nullopt;
  return "it has to begin with `v=DMARC1`";
}

std::expected<DmarcRecord, std::string> parse_dmarc_record(std::string_view txt) {
  return Reader(txt).read();
}

}  // namespace mandate::advice
