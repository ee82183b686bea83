#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "web/exposition.h"
#include "web/handlers.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

using Finding = registry::CheckFinding::Kind;
using registry::MessageState;
using registry::Status;

// Every one is shown, also with none, so that a series neither begins nor ends with its first.
constexpr Status kStatuses[] = {Status::pending,   Status::verified, Status::at_risk,
                                Status::suspended, Status::failed,   Status::disabled};
constexpr Finding kFindings[] = {Finding::proven, Finding::not_proven, Finding::refused,
                                 Finding::unavailable};
constexpr MessageState kStates[] = {MessageState::queued, MessageState::delivered,
                                    MessageState::bounced, MessageState::expired,
                                    MessageState::held};

std::int64_t number_of(const std::map<std::string, std::int64_t>& numbers, std::string_view name) {
  const auto found = numbers.find(std::string(name));
  return found == numbers.end() ? 0 : found->second;
}

void add_domains(Exposition& out, const store::Figures& figures) {
  out.family("mandate_domains", "gauge", "Sending domains by status.");
  for (const Status status : kStatuses) {
    const std::string_view name = registry::text(status);
    out.sample("status", name, number_of(figures.domains, name));
  }
}

void add_breaker(Exposition& out, const registry::BreakerState& breaker) {
  out.family("mandate_breaker_holding", "gauge",
             "1 while the breaker holds every revocation, 0 while it is closed.")
      .sample(breaker.holding ? 1 : 0)
      .family("mandate_breaker_held_domains", "gauge", "Domains whose revocation is held.")
      .sample(breaker.counts.held);
}

void add_checks(Exposition& out, const Call& call, const store::Figures& figures) {
  out.family("mandate_checks_total", "counter",
             "Checks of domains by finding, since the program began.");
  for (const Finding finding : kFindings) {
    out.sample("finding", registry::text(finding),
               static_cast<std::int64_t>(call.services.probe.checks(finding)));
  }
  const auto now = call.now();
  out.family("mandate_checks_due", "gauge", "Domains whose check is due and not begun.")
      .sample(figures.checks_due)
      .family("mandate_checks_lag_seconds", "gauge",
              "How long the check has been due that is due longest; 0 when none is.")
      .sample(std::max<std::int64_t>((now - figures.oldest_due.value_or(now)).count(), 0));
}

void add_messages(Exposition& out, const store::Figures& figures) {
  out.family("mandate_messages", "gauge", "Messages by state.");
  for (const MessageState state : kStates) {
    const std::string_view name = registry::text(state);
    out.sample("state", name, number_of(figures.messages, name));
  }
}

}  // namespace

Response show_metrics(const Call& call) {
  const auto figures = call.store().figures(call.now());
  if (!figures) return store_problem(call.services, figures.error());
  const auto breaker = call.store().breaker();
  if (!breaker) return store_problem(call.services, breaker.error());
  Exposition out;
  out.family("mandate_build_info", "gauge", "1, with the version that runs.")
      .sample("version", call.services.version, 1);
  add_domains(out, *figures);
  add_breaker(out, *breaker);
  add_checks(out, call, *figures);
  add_messages(out, *figures);
  return typed_answer(Exposition::kContentType, std::move(out).text());
}

}  // namespace mandate::web
