// The mechanisms that match by what the DNS says of a name: RFC 7208 sections 5.3 to 5.7.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "spf/evaluation.h"

namespace mandate::spf {
namespace {

using dns::RecordType;

struct Term {
  const Record& record;
  const Directive& directive;
  const Place& place;
  std::string_view text() const { return directive.span.in(record.text); }
};

template <class Why>
Match no_match(Evaluation& evaluation, const Term& term, const Why& why) {
  evaluation.step(Step::Kind::no_match, term.place, term.text(), why);
  return Match::no;
}

template <class Why>
Match matched(Evaluation& evaluation, const Term& term, const Why& why) {
  evaluation.step(Step::Kind::matched, term.place, term.text(), why);
  return Match::yes;
}

auto phrase(std::string_view text) {
  return [=] { return std::string(text); };
}

/// A void lookup does not match (RFC 7208 section 5), unless it is one too many.
Match void_lookup(Evaluation& evaluation, const Term& term, const dns::Question& question) {
  if (!evaluation.spend_void(term.place, term.text(), question)) return Match::permerror;
  return no_match(evaluation, term,
                  [&] { return fmt::format("{} has no records", dns::text(question)); });
}

/// A target that cannot be asked decides the term without a lookup of its own.
std::optional<Match> without_name(Evaluation& evaluation, const Term& term, const Target& target) {
  switch (target.kind) {
    case Target::Kind::name:
      return std::nullopt;
    case Target::Kind::lacking:
      return Match::lacking;
    case Target::Kind::permerror:
      return Match::permerror;
    case Target::Kind::dynamic:
      return Match::dynamic;
    case Target::Kind::unmatched:
      return Match::no;
    case Target::Kind::unusable:
      return no_match(evaluation, term,
                      phrase("it expands to no legal domain name, so nothing is asked"));
  }
  return std::nullopt;
}

/// Holds the client address against every address of a fact.
bool any_contains(Evaluation& evaluation, const Directive& directive, const dns::Fact& fact) {
  for (const dns::RecordData& data : fact.records) {
    const auto* held = std::get_if<dns::AddressData>(&data);
    if (held == nullptr || held->address.family() != evaluation.ip().family()) continue;
    // The prefix length for the client's family (RFC 7208 section 5.3).
    const int length = held->address.is_v4() ? directive.prefix4 : directive.prefix6;
    if (evaluation.is_in(held->address, length)) return true;
  }
  return false;
}

Match failed(Evaluation& evaluation, const Term& term, const dns::Fact& fact) {
  return evaluation.error(
      Match::temperror, term.place, term.text(),
      fmt::format("{} could not be looked up: {}", dns::text(fact.question), fact.detail));
}

/// An IPv4 client as an IPv6 network meets it, for the readings that let it.
bool contains_mapped(const dns::Prefix& network, const dns::IpAddress& ip) {
  if (!ip.is_v4()) return false;
  dns::IpAddress::Bytes octets{};
  octets[10] = octets[11] = 0xff;
  for (std::size_t i = 0; i < 4; ++i) octets[12 + i] = ip.octets()[i];
  return network.contains(dns::IpAddress::v6(octets));
}

Match match_network(Evaluation& evaluation, const Term& term) {
  const dns::Prefix& network = term.directive.network;
  if (evaluation.is_in(network) ||
      (evaluation.reads(Reading::mapped_network) && contains_mapped(network, evaluation.ip()))) {
    return matched(evaluation, term, phrase("contains the client address"));
  }
  return no_match(evaluation, term, [&] {
    return std::string(network.family() == evaluation.ip().family()
                           ? "does not contain the client address"
                           : "the client address is of the other family");
  });
}

/// Whether the name has addresses of the other family; nothing while that is not known.
std::optional<bool> has_other_family(Evaluation& evaluation, const Target& target) {
  const auto other = evaluation.ip().is_v4() ? RecordType::aaaa : RecordType::a;
  const dns::Fact* fact = evaluation.fact(target.wire.view(), other);
  if (fact == nullptr) return std::nullopt;
  return fact->status == dns::Fact::Status::found;
}

Match void_address(Evaluation& evaluation, const Term& term, const Target& target,
                   const dns::Fact& fact) {
  if (evaluation.reads(Reading::voids_of_both_families)) {
    const auto other = has_other_family(evaluation, target);
    if (!other) return Match::lacking;
    if (*other) return Match::no;
  }
  return void_lookup(evaluation, term, fact.question);
}

Match match_a(Evaluation& evaluation, const Term& term, const Target& target) {
  const dns::Fact* fact = evaluation.fact(target.wire.view(), evaluation.address_type());
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_address(evaluation, term, target, *fact);
  if (any_contains(evaluation, term.directive, *fact)) {
    return matched(evaluation, term, [&] {
      return fmt::format("{} has the client address", dns::text(fact->question));
    });
  }
  return no_match(evaluation, term, [&] {
    return fmt::format("{} does not have the client address", dns::text(fact->question));
  });
}

int count_exchanges(const dns::Fact& fact) {
  int count = 0;
  for (const dns::RecordData& data : fact.records) {
    if (std::holds_alternative<dns::MxData>(data)) ++count;
  }
  return count;
}

/// One mail exchanger; `no` also of what decides nothing.
Match match_exchange(Evaluation& evaluation, const Term& term, const dns::Name& exchange) {
  if (exchange.is_root()) return Match::no;  // a null MX (RFC 7505) names no host
  const dns::Fact* fact = evaluation.fact(exchange.wire(), evaluation.address_type());
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void() && evaluation.reads(Reading::voids_of_mail_exchangers) &&
      !evaluation.spend_void(term.place, term.text(), fact->question)) {
    return Match::permerror;
  }
  if (!any_contains(evaluation, term.directive, *fact)) return Match::no;
  return matched(evaluation, term, [&] {
    return fmt::format("the mail exchanger {} has the client address", exchange.text());
  });
}

/// The exchangers in order, up to the first that has the client's address. Those whose addresses
/// are lacking are all asked for at once.
Match match_exchanges(Evaluation& evaluation, const Term& term, const dns::Fact& fact) {
  bool lacking = false;
  int looked_at = 0;
  for (const dns::RecordData& data : fact.records) {
    const auto* mx = std::get_if<dns::MxData>(&data);
    if (mx == nullptr || looked_at++ >= evaluation.limits().mx_names) continue;
    if (lacking) {
      if (!mx->exchange.is_root()) evaluation.fact(mx->exchange.wire(), evaluation.address_type());
      continue;
    }
    const Match match = match_exchange(evaluation, term, mx->exchange);
    lacking = match == Match::lacking;
    if (match != Match::no && !lacking) return match;
  }
  return lacking ? Match::lacking : Match::no;
}

Match match_mx(Evaluation& evaluation, const Term& term, const Target& target) {
  const dns::Fact* fact = evaluation.fact(target.wire.view(), RecordType::mx);
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_lookup(evaluation, term, fact->question);
  const int exchanges = count_exchanges(*fact);
  const bool too_many = exchanges > evaluation.limits().mx_names;
  // RFC 7208 section 4.6.4, whichever of them would match: it must not depend on their order.
  if (!too_many || evaluation.reads(Reading::first_mail_exchangers)) {
    const Match match = match_exchanges(evaluation, term, *fact);
    if (match != Match::no) return match;
  }
  if (too_many) {
    return evaluation.error(
        Match::permerror, term.place, term.text(),
        fmt::format("{} has {} mail exchangers, more than the {} allowed",
                    target.wire.name().text(), exchanges, evaluation.limits().mx_names));
  }
  return no_match(evaluation, term, phrase("no mail exchanger has the client address"));
}

Match match_ptr(Evaluation& evaluation, const Term& term, const Target& target) {
  if (evaluation.identity() == Identity::unknown) {
    evaluation.be_dynamic(term.text(), "the client's PTR records");
    return Match::dynamic;
  }
  const auto validated = evaluation.validated_names();
  if (validated.lacking) return Match::lacking;
  if (validated.error != Match::no) {
    return evaluation.error(validated.error, term.place, term.text(), validated.problem);
  }
  if (validated.is_void) {
    dns::WireName reverse;
    reverse.assign(evaluation.ip().reverse_name());
    return void_lookup(evaluation, term, {reverse.name(), RecordType::ptr});
  }
  const dns::Name name = target.wire.name();
  for (const dns::Name& candidate : validated.names) {
    if (candidate.is_at_or_below(name)) {
      return matched(evaluation, term, [&] {
        return fmt::format("the client's validated name {} is at or below {}", candidate.text(),
                           name.text());
      });
    }
  }
  // A PTR lookup that fails matches nothing (RFC 7208 section 5.5): it validated no name.
  return no_match(evaluation, term, [&] {
    return fmt::format("no validated name of the client is at or below {}", name.text());
  });
}

Match match_exists(Evaluation& evaluation, const Term& term, const Target& target) {
  // RFC 7208 section 5.7: type A whatever the client's family.
  const dns::Fact* fact = evaluation.fact(target.wire.view(), RecordType::a);
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_lookup(evaluation, term, fact->question);
  return matched(evaluation, term,
                 [&] { return fmt::format("{} exists", dns::text(fact->question)); });
}

}  // namespace

Match match_address(Evaluation& evaluation, const Record& record, const Directive& directive,
                    const Place& place) {
  const Term term{record, directive, place};
  if (!directive.asks_dns()) return match_network(evaluation, term);
  Target target;
  evaluation.resolve(record.domain(directive), place, term.text(), target);
  if (const auto decided = without_name(evaluation, term, target)) return *decided;
  switch (directive.mechanism) {
    case Mechanism::a:
      return match_a(evaluation, term, target);
    case Mechanism::mx:
      return match_mx(evaluation, term, target);
    case Mechanism::ptr:
      return match_ptr(evaluation, term, target);
    case Mechanism::exists:
      return match_exists(evaluation, term, target);
    default:
      return Match::no;
  }
}

}  // namespace mandate::spf
