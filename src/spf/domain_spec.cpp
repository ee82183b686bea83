// Expanding the domain-spec of a term (RFC 7208 sections 4.8 and 7) to a name that can be asked.
#include <algorithm>
#include <utility>

#include "spf/ascii.h"
#include "spf/evaluation.h"

namespace mandate::spf {
namespace {

constexpr std::size_t kDomainLimit = 253;

/// RFC 7208 section 7.3: the domain itself if it is among the validated names, else a subdomain of
/// it, else any.
const dns::Name& chosen_of(const std::vector<dns::Name>& names, const dns::Name& domain) {
  const dns::Name* chosen = nullptr;
  for (const dns::Name& name : names) {
    if (name == domain) return name;
    if (chosen == nullptr && name.is_at_or_below(domain)) chosen = &name;
  }
  return chosen != nullptr ? *chosen : names.front();
}

bool holds(const dns::Fact& addresses, const dns::IpAddress& ip) {
  return std::ranges::any_of(addresses.records, [&](const dns::RecordData& data) {
    const auto* held = std::get_if<dns::AddressData>(&data);
    return held != nullptr && held->address == ip;
  });
}

std::string failure_of(const dns::Fact& fact) {
  return dns::text(fact.question) + " could not be looked up: " + fact.detail;
}

}  // namespace

Evaluation::ValidatedNames Evaluation::validated_names() {
  ValidatedNames out;
  depend_on_address();
  dns::WireName reverse;
  reverse.assign(ip_.reverse_name());
  const dns::Fact* ptr = fact(reverse.view(), dns::RecordType::ptr);
  if (ptr == nullptr) {
    out.lacking = true;
    return out;
  }
  out.is_void = ptr->is_void();
  if (ptr->status == dns::Fact::Status::failed && reads(Reading::pointer_failure)) {
    out.error = Match::temperror;
    out.problem = failure_of(*ptr);
  }
  int looked_at = 0;
  for (const dns::RecordData& data : ptr->records) {
    const auto* pointer = std::get_if<dns::NameData>(&data);
    if (pointer == nullptr) continue;
    // RFC 7208 section 4.6.4: names beyond the limit are ignored.
    if (++looked_at > limits().ptr_names) {
      if (!reads(Reading::many_pointers)) break;
      out.error = Match::permerror;
      out.problem = "the client address has more PTR names than are looked at";
      break;
    }
    const dns::Fact* addresses = fact(pointer->target.wire(), address_type());
    if (addresses == nullptr) {
      out.lacking = true;
      continue;
    }
    // Section 5.5: a name whose address lookup fails is skipped; it has no records here.
    if (addresses->status == dns::Fact::Status::failed && reads(Reading::pointer_address_failure)) {
      out.error = Match::temperror;
      out.problem = failure_of(*addresses);
    }
    if (holds(*addresses, ip_)) out.names.push_back(pointer->target);
  }
  return out;
}

bool Evaluation::prepare_values(const MacroString& macro, const Place& place) {
  values().domain = place.domain;
  if (!macro.uses('p')) return true;
  const ValidatedNames validated = validated_names();
  if (validated.lacking) return false;
  values().validated_name = "unknown";
  if (validated.names.empty()) return true;
  dns::WireName domain;
  domain.assign(place.domain);
  values().validated_name = chosen_of(validated.names, domain.name()).text();
  return true;
}

void Evaluation::expand_into(const MacroString& macro, const Place& place, Target& target) {
  target.kind = Target::Kind::lacking;
  if (macro.parts().empty() && macro.text().size() <= kDomainLimit) {
    target.fixed = macro.text();
  } else {
    if (!prepare_values(macro, place)) return;
    target.expanded = expand(macro, values());
    if (!reads(Reading::long_name_kept)) {
      target.expanded = truncate_domain(std::move(target.expanded));
    }
  }
  const bool usable = target.wire.assign(target.text());
  target.kind = usable ? Target::Kind::name : Target::Kind::unusable;
}

bool Evaluation::is_unmatched(const MacroString& spec) const {
  return spec.uses_any_of("ls") && !reads(Reading::local_part_outside_ascii) &&
         !std::ranges::all_of(local_part(), [](char c) { return is_ascii(c); });
}

void Evaluation::resolve(const MacroString* spec, const Place& place, std::string_view term,
                         Target& target) {
  if (spec == nullptr) {
    target.fixed = place.domain;
    target.wire.assign(place.domain);
    return;
  }
  if (reads(Reading::trailing_dot) && spec->text().ends_with('.')) {
    target.kind = Target::Kind::permerror;
    error(Match::permerror, place, term, "a domain name ends in a dot");
    return;
  }
  if (!spec->has_macros()) return expand_into(*spec, place, target);
  if (identity_ == Identity::unknown && spec->uses_any_of("lshi")) {
    target.kind = Target::Kind::dynamic;
    return be_dynamic(term, "the sender, the HELO name or the address by a macro");
  }
  if (is_unmatched(*spec)) {
    target.kind = Target::Kind::unmatched;
    step(Step::Kind::no_match, place, term, [] {
      return std::string("the local part is not ASCII, so a term that carries it never matches");
    });
    return;
  }
  if (spec->uses('i')) depend_on_address();
  // The lookups behind %{p} are one more term's worth: they cost the DNS what ptr costs it.
  if (spec->uses('p')) {
    if (!reads(Reading::validated_name_free) && !spend_lookup(place, term)) {
      target.kind = Target::Kind::permerror;
      return;
    }
    if (identity_ == Identity::unknown) {
      target.kind = Target::Kind::dynamic;
      return be_dynamic(term, "the client's PTR records");
    }
  }
  expand_into(*spec, place, target);
}

void Evaluation::resolve_explanation(const MacroString& spec, const Place& place, Target& target) {
  if (is_unmatched(spec)) {
    target.kind = Target::Kind::unmatched;
    return;
  }
  expand_into(spec, place, target);
}

std::optional<std::string> Evaluation::expand_explanation(const MacroString& text,
                                                          const Place& place) {
  if (!prepare_values(text, place)) return std::nullopt;
  return expand(text, values());
}

}  // namespace mandate::spf
