#include "spf/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "spf/ascii.h"

namespace mandate::spf {
namespace {

/// The macro `i`: an IPv6 address as dotted nibbles, in upper case as the examples of RFC 7208
/// section 7.4 have it.
std::string dotted(const dns::IpAddress& ip) {
  if (ip.is_v4()) return ip.text();
  std::string out;
  for (const std::uint8_t octet : ip.octets()) {
    out += fmt::format("{}{:X}.{:X}", out.empty() ? "" : ".", octet >> 4, octet & 15);
  }
  return out;
}

MacroValues values_of(const Request& request, const dns::IpAddress& ip) {
  MacroValues values;
  // RFC 7208 section 2.4: a null reverse-path is checked as postmaster@HELO. Section 4.3: a
  // missing local part is replaced by "postmaster".
  const std::string mailbox = request.mail_from.empty() ? request.helo : request.mail_from;
  const std::size_t at = mailbox.rfind('@');
  values.local_part = at == std::string::npos || at == 0 ? "postmaster" : mailbox.substr(0, at);
  values.sender_domain = at == std::string::npos ? mailbox : mailbox.substr(at + 1);
  values.sender = values.local_part + "@" + values.sender_domain;
  values.ip = dotted(ip);
  values.readable_ip = ip.text();
  values.address_family = ip.is_v4() ? "in-addr" : "ip6";
  values.helo = request.helo;
  if (!request.receiver.empty()) values.receiver = request.receiver;
  values.timestamp = fmt::format("{}", request.now.time_since_epoch().count());
  return values;
}

}  // namespace

std::optional<dns::Name> usable_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return std::nullopt;
  std::vector<std::string_view> labels;
  for (std::size_t begin = 0;;) {
    const std::size_t dot = text.find('.', begin);
    labels.push_back(text.substr(begin, dot - begin));
    if (labels.back().empty()) return std::nullopt;
    if (dot == std::string_view::npos) break;
    begin = dot + 1;
  }
  auto name = dns::Name::from_labels(labels);
  if (!name) return std::nullopt;
  return std::move(*name);
}

Evaluation::Evaluation(const Request& request, const dns::Facts& facts, const Limits& limits)
    : facts_(facts), limits_(limits), ip_(request.ip.unmapped()), values_(values_of(request, ip_)) {
  internationalised_local_part_ = !std::ranges::all_of(values_.local_part, is_ascii);
  verdict_.ttl = std::numeric_limits<std::uint32_t>::max();
}

const dns::Fact* Evaluation::fact(const dns::Question& question) {
  const dns::Fact* known = facts_.find(question);
  if (known != nullptr) {
    verdict_.ttl = std::min(verdict_.ttl, known->ttl);
  } else if (std::ranges::find(lacking_, question) == lacking_.end()) {
    lacking_.push_back(question);
  }
  return known;
}

bool Evaluation::spend_lookup(const Place& place, std::string_view term) {
  if (++verdict_.lookups <= limits_.lookups) return true;
  error(Match::permerror, place, term,
        fmt::format("{} needs a DNS lookup more than the {} allowed", term, limits_.lookups));
  return false;
}

bool Evaluation::spend_void(const Place& place, std::string_view term,
                            const dns::Question& question) {
  if (++verdict_.voids <= limits_.voids) return true;
  error(Match::permerror, place, term,
        fmt::format("{} is a void lookup more than the {} allowed", dns::text(question),
                    limits_.voids));
  return false;
}

Evaluation::ValidatedNames Evaluation::validated_names() {
  ValidatedNames out;
  verdict_.dynamic = true;
  const auto reverse = dns::Name::parse(ip_.reverse_name());
  if (!reverse) return out;
  const dns::Fact* ptr = fact({*reverse, dns::RecordType::ptr});
  if (ptr == nullptr) {
    out.lacking = true;
    return out;
  }
  out.is_void = ptr->is_void();
  const auto type = ip_.is_v4() ? dns::RecordType::a : dns::RecordType::aaaa;
  int looked_at = 0;
  for (const dns::RecordData& data : ptr->records) {
    const auto* pointer = std::get_if<dns::NameData>(&data);
    if (pointer == nullptr) continue;
    // RFC 7208 section 4.6.4: names beyond the limit are ignored.
    if (++looked_at > limits_.ptr_names) break;
    const dns::Fact* addresses = fact({pointer->target, type});
    if (addresses == nullptr) {
      out.lacking = true;
      continue;
    }
    // Section 5.5: a name whose address lookup fails is skipped; it has no records here.
    for (const dns::RecordData& address : addresses->records) {
      const auto* held = std::get_if<dns::AddressData>(&address);
      if (held != nullptr && held->address == ip_) {
        out.names.push_back(pointer->target);
        break;
      }
    }
  }
  return out;
}

bool Evaluation::prepare_values(const MacroString& macro, const Place& place) {
  values_.domain = place.domain;
  if (!macro.uses('p')) return true;
  const ValidatedNames validated = validated_names();
  if (validated.lacking) return false;
  // RFC 7208 section 7.3: the domain itself if it is among them, else a subdomain of it, else any.
  values_.validated_name = "unknown";
  if (validated.names.empty()) return true;
  const dns::Name domain = usable_name(place.domain).value_or(dns::Name());
  const dns::Name* chosen = nullptr;
  for (const dns::Name& name : validated.names) {
    if (name == domain) {
      chosen = &name;
      break;
    }
    if (chosen == nullptr && name.is_at_or_below(domain)) chosen = &name;
  }
  values_.validated_name = (chosen != nullptr ? *chosen : validated.names.front()).text();
  return true;
}

Evaluation::Target Evaluation::resolve(const MacroString& macro, const Place& place) {
  if (!prepare_values(macro, place)) return {.kind = Target::Kind::lacking, .text = {}, .name = {}};
  std::string expanded = truncate_domain(expand(macro, values_));
  if (auto name = usable_name(expanded)) {
    return {.kind = Target::Kind::name, .text = std::move(expanded), .name = std::move(*name)};
  }
  return {.kind = Target::Kind::unusable, .text = std::move(expanded), .name = {}};
}

Evaluation::Target Evaluation::target(const std::optional<MacroString>& spec, const Place& place,
                                      std::string_view term) {
  if (!spec) {
    return {.kind = Target::Kind::name,
            .text = place.domain,
            .name = usable_name(place.domain).value_or(dns::Name())};
  }
  if (internationalised_local_part_ && (spec->uses('l') || spec->uses('s'))) {
    step(Step::Kind::no_match, place, term,
         "the local part is not ASCII, so a term that carries it never matches");
    return {.kind = Target::Kind::unmatched, .text = {}, .name = {}};
  }
  if (spec->uses('i')) verdict_.dynamic = true;
  // The lookups behind %{p} are one more term's worth: they cost the DNS what ptr costs it.
  if (spec->uses('p') && !spend_lookup(place, term)) {
    return {.kind = Target::Kind::permerror, .text = {}, .name = {}};
  }
  return resolve(*spec, place);
}

Evaluation::Target Evaluation::explanation_target(const MacroString& spec, const Place& place) {
  if (internationalised_local_part_ && (spec.uses('l') || spec.uses('s'))) {
    return {.kind = Target::Kind::unmatched, .text = {}, .name = {}};
  }
  return resolve(spec, place);
}

std::optional<std::string> Evaluation::expand_explanation(const MacroString& text,
                                                          const Place& place) {
  if (!prepare_values(text, place)) return std::nullopt;
  return expand(text, values_);
}

void Evaluation::step(Step::Kind kind, const Place& place, std::string_view term, std::string text,
                      std::vector<dns::Prefix> networks) {
  verdict_.trace.push_back({.kind = kind,
                            .depth = place.depth(),
                            .domain = place.domain,
                            .term = std::string(term),
                            .text = std::move(text),
                            .lookups = verdict_.lookups,
                            .voids = verdict_.voids,
                            .networks = std::move(networks)});
}

Match Evaluation::error(Match kind, const Place& place, std::string_view term,
                        std::string problem) {
  step(Step::Kind::error, place, term, problem);
  verdict_.problem = std::move(problem);
  return kind;
}

}  // namespace mandate::spf
