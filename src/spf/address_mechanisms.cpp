// The mechanisms that match by what the DNS says of a name: RFC 7208 sections 5.3 to 5.7.
#include <fmt/format.h>

#include <optional>
#include <utility>

#include "spf/evaluation.h"

namespace mandate::spf {
namespace {

using Target = Evaluation::Target;

struct Term {
  const Directive& directive;
  std::string_view text;
  const Place& place;
};

Match no_match(Evaluation& evaluation, const Term& term, std::string why,
               std::vector<dns::Prefix> networks = {}) {
  evaluation.step(Step::Kind::no_match, term.place, term.text, std::move(why), std::move(networks));
  return Match::no;
}

Match matched(Evaluation& evaluation, const Term& term, std::string why,
              std::vector<dns::Prefix> networks = {}) {
  evaluation.step(Step::Kind::matched, term.place, term.text, std::move(why), std::move(networks));
  return Match::yes;
}

/// A void lookup does not match (RFC 7208 section 5), unless it is one too many.
Match void_lookup(Evaluation& evaluation, const Term& term, const dns::Question& question) {
  if (!evaluation.spend_void(term.place, term.text, question)) return Match::permerror;
  return no_match(evaluation, term, fmt::format("{} has no records", dns::text(question)));
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
    case Target::Kind::unmatched:
      return Match::no;
    case Target::Kind::unusable:
      return no_match(evaluation, term, "it expands to no legal domain name, so nothing is asked");
  }
  return std::nullopt;
}

/// The prefix length of a and mx for the client's family (RFC 7208 section 5.3).
dns::Prefix network_of(const dns::IpAddress& address, const Directive& directive) {
  return {address, address.is_v4() ? directive.prefix4 : directive.prefix6};
}

/// Holds the client address against every address of a fact.
bool any_contains(const Evaluation& evaluation, const Directive& directive, const dns::Fact& fact,
                  std::vector<dns::Prefix>& networks) {
  for (const dns::RecordData& data : fact.records) {
    const auto* held = std::get_if<dns::AddressData>(&data);
    if (held == nullptr || held->address.family() != evaluation.ip().family()) continue;
    networks.push_back(network_of(held->address, directive));
    if (networks.back().contains(evaluation.ip())) return true;
  }
  return false;
}

dns::RecordType address_type(const Evaluation& evaluation) {
  return evaluation.ip().is_v4() ? dns::RecordType::a : dns::RecordType::aaaa;
}

Match failed(Evaluation& evaluation, const Term& term, const dns::Fact& fact) {
  return evaluation.error(
      Match::temperror, term.place, term.text,
      fmt::format("{} could not be looked up: {}", dns::text(fact.question), fact.detail));
}

Match match_network(Evaluation& evaluation, const Term& term) {
  const dns::Prefix& network = term.directive.network;
  if (network.family() != evaluation.ip().family()) {
    return no_match(evaluation, term, "the client address is of the other family");
  }
  if (network.contains(evaluation.ip())) {
    return matched(evaluation, term, "contains the client address", {network});
  }
  return no_match(evaluation, term, "does not contain the client address", {network});
}

Match match_a(Evaluation& evaluation, const Term& term, const dns::Name& name) {
  const dns::Question question{name, address_type(evaluation)};
  const dns::Fact* fact = evaluation.fact(question);
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_lookup(evaluation, term, question);
  std::vector<dns::Prefix> networks;
  if (any_contains(evaluation, term.directive, *fact, networks)) {
    return matched(evaluation, term, fmt::format("{} has the client address", dns::text(question)),
                   std::move(networks));
  }
  return no_match(evaluation, term,
                  fmt::format("{} does not have the client address", dns::text(question)),
                  std::move(networks));
}

std::vector<dns::Name> exchanges_of(const dns::Fact& fact) {
  std::vector<dns::Name> names;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* mx = std::get_if<dns::MxData>(&data)) names.push_back(mx->exchange);
  }
  return names;
}

/// The addresses of the exchanges in order, up to the first that has the client's. All that are
/// lacking are asked at once.
Match match_exchanges(Evaluation& evaluation, const Term& term,
                      const std::vector<dns::Name>& exchanges) {
  std::vector<dns::Prefix> networks;
  bool lacking = false;
  for (const dns::Name& exchange : exchanges) {
    if (exchange.is_root()) continue;  // a null MX (RFC 7505) names no host
    const dns::Fact* fact = evaluation.fact({exchange, address_type(evaluation)});
    lacking = lacking || fact == nullptr;
    if (lacking) continue;
    if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
    if (any_contains(evaluation, term.directive, *fact, networks)) {
      return matched(evaluation, term,
                     fmt::format("the mail exchanger {} has the client address", exchange.text()),
                     std::move(networks));
    }
  }
  if (lacking) return Match::lacking;
  return no_match(evaluation, term, "no mail exchanger has the client address",
                  std::move(networks));
}

Match match_mx(Evaluation& evaluation, const Term& term, const dns::Name& name) {
  const dns::Question question{name, dns::RecordType::mx};
  const dns::Fact* fact = evaluation.fact(question);
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_lookup(evaluation, term, question);
  const std::vector<dns::Name> exchanges = exchanges_of(*fact);
  // RFC 7208 section 4.6.4, whichever of them would match: it must not depend on their order.
  if (std::ssize(exchanges) > evaluation.limits().mx_names) {
    return evaluation.error(
        Match::permerror, term.place, term.text,
        fmt::format("{} has {} mail exchangers, more than the {} allowed", name.text(),
                    exchanges.size(), evaluation.limits().mx_names));
  }
  return match_exchanges(evaluation, term, exchanges);
}

Match match_ptr(Evaluation& evaluation, const Term& term, const dns::Name& name) {
  const auto validated = evaluation.validated_names();
  if (validated.lacking) return Match::lacking;
  if (validated.is_void) {
    const auto reverse = dns::Name::parse(evaluation.ip().reverse_name());
    return void_lookup(evaluation, term, {reverse.value_or(dns::Name()), dns::RecordType::ptr});
  }
  for (const dns::Name& candidate : validated.names) {
    if (candidate.is_at_or_below(name)) {
      return matched(evaluation, term,
                     fmt::format("the client's validated name {} is at or below {}",
                                 candidate.text(), name.text()));
    }
  }
  // A PTR lookup that fails matches nothing (RFC 7208 section 5.5): it validated no name.
  return no_match(evaluation, term,
                  fmt::format("no validated name of the client is at or below {}", name.text()));
}

Match match_exists(Evaluation& evaluation, const Term& term, const dns::Name& name) {
  // RFC 7208 section 5.7: type A whatever the client's family.
  const dns::Question question{name, dns::RecordType::a};
  const dns::Fact* fact = evaluation.fact(question);
  if (fact == nullptr) return Match::lacking;
  if (fact->status == dns::Fact::Status::failed) return failed(evaluation, term, *fact);
  if (fact->is_void()) return void_lookup(evaluation, term, question);
  return matched(evaluation, term, fmt::format("{} exists", dns::text(question)));
}

}  // namespace

Match match_address(Evaluation& evaluation, const Directive& directive, std::string_view text,
                    const Place& place) {
  const Term term{directive, text, place};
  if (!directive.asks_dns()) return match_network(evaluation, term);
  const Target target = evaluation.target(directive.domain, place, text);
  if (const auto decided = without_name(evaluation, term, target)) return *decided;
  switch (directive.mechanism) {
    case Mechanism::a:
      return match_a(evaluation, term, target.name);
    case Mechanism::mx:
      return match_mx(evaluation, term, target.name);
    case Mechanism::ptr:
      return match_ptr(evaluation, term, target.name);
    case Mechanism::exists:
      return match_exists(evaluation, term, target.name);
    default:
      return Match::no;
  }
}

}  // namespace mandate::spf
