#include "app/commands/provider_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "advice/networks.h"
#include "app/commands/policy_subject.h"
#include "app/terminal.h"
#include "dns/mail_exchange.h"

namespace mandate::app {
namespace {

using Purpose = advice::ProviderRecord::Purpose;

advice::PoolFit fit_of(const PolicySubject& subject, const std::vector<dns::Prefix>& pool,
                       resolver::Lookup& lookup, resolver::Deadline deadline) {
  dns::Facts facts = facts_of(subject);
  return resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
    return advice::pool_fit(subject.domain, pool, known);
  });
}

/// Where the customer's own `-all` decides, what it includes has not.
void put_in_words(std::vector<advice::StandingOf>& parts) {
  for (auto& [standing, ranges, count] : parts) {
    if (standing.domain != no_domain().text()) continue;
    standing.term.clear();
    standing.domain.clear();
    standing.problem = "an include of it does not match";
  }
}

/// Receivers turn away a host whose name has no address (RFC 5321 section 4.1.4 lets them look).
void look_for_address(NameCheck& check, resolver::Lookup& lookup, resolver::Deadline deadline) {
  const std::array<dns::Question, 2> questions{
      {{check.name, dns::RecordType::a}, {check.name, dns::RecordType::aaaa}}};
  const std::vector<dns::Fact> facts = lookup.ask(questions, deadline);
  const auto with = [&](dns::Fact::Status status) {
    return std::ranges::find(facts, status, &dns::Fact::status);
  };
  if (with(dns::Fact::Status::found) != facts.end()) return;
  const auto failed = with(dns::Fact::Status::failed);
  check.lacks_address = failed == facts.end();
  check.problem = check.lacks_address ? "has neither an A nor an AAAA record"
                                      : fmt::format("{} could not be looked up: {}",
                                                    dns::text(failed->question), failed->detail);
}

/// Where the mail of a return path goes that is an alias of the name.
void look_for_bounces(NameCheck& check, const dns::Name& host, resolver::Lookup& lookup,
                      resolver::Deadline deadline) {
  const dns::Question question{check.asked, dns::RecordType::mx};
  const dns::Fact mx = lookup.ask({&question, 1}, deadline).front();
  if (mx.status == dns::Fact::Status::failed) {
    check.bounces =
        fmt::format("{} could not be looked up: {}", dns::text(question), printable(mx.detail));
    return;
  }
  check.loses_bounces = !dns::delivers_to(mx, host);
  if (!check.loses_bounces) return;
  std::string today = "has no MX record";
  for (const dns::RecordData& data : mx.records) {
    const auto* const held = std::get_if<dns::MxData>(&data);
    if (held != nullptr) today = "has MX " + printable(dns::text(*held));
  }
  check.bounces = fmt::format("{}, where `10 {}` is expected", today, host.text());
}

}  // namespace

bool ProviderCheck::differs() const {
  return std::ranges::any_of(names, [](const NameCheck& check) {
    return check.lacks_address || check.loses_bounces || check.fit.differs();
  });
}

bool ProviderCheck::unanswered() const {
  return std::ranges::any_of(names, [](const NameCheck& check) {
    return (!check.problem.empty() && !check.lacks_address) ||
           (!check.bounces.empty() && !check.loses_bounces) || check.fit.unanswered();
  });
}

ProviderCheck check_provider(const advice::ProviderNames& names, const dns::Name& label_below,
                             resolver::Lookup& lookup, std::chrono::milliseconds timeout) {
  ProviderCheck out{names.include_name, advice::aggregated(names.pool), {}};
  const auto deadline = [&] { return std::chrono::steady_clock::now() + timeout; };
  const auto add_included = [&](Purpose purpose, const dns::Name& name, const dns::Name& asked) {
    const PolicySubject customer{no_domain(), "v=spf1 include:" + asked.text() + " -all"};
    advice::PoolFit fit = fit_of(customer, names.pool, lookup, deadline());
    put_in_words(fit.missing);
    out.names.push_back({purpose, name, asked, std::move(fit), {}, false});
    if (names.bounce_host) {
      look_for_bounces(out.names.back(), *names.bounce_host, lookup, deadline());
    }
  };
  const auto wildcard = dns::Name::parse("*." + names.include_name.text()).value();
  add_included(Purpose::include, names.include_name, names.include_name);
  add_included(Purpose::accounts, wildcard, label_below);
  for (const dns::Name& helo : names.helo_names) {
    NameCheck check{
        Purpose::helo, helo, helo, fit_of({helo, {}}, names.pool, lookup, deadline()), {}, false};
    look_for_address(check, lookup, deadline());
    out.names.push_back(std::move(check));
  }
  return out;
}

}  // namespace mandate::app
