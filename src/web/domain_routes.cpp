#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "registry/domain_name.h"
#include "registry/return_path.h"
#include "web/asked_envelope.h"
#include "web/handlers.h"
#include "web/list_page.h"
#include "web/new_domain.h"
#include "web/problem.h"
#include "web/publication.h"
#include "web/representation.h"

namespace mandate::web {
namespace {

using registry::SendingDomain;

// How long a caller waits for what a domain publishes today; a verification has its own time.
constexpr std::chrono::seconds kPublicationTimeout{5};
// Rows that others change meanwhile: each time one of them gets through, so few tries suffice.
constexpr int kTries = 5;
// Rows read at once while looking for those that may send.
constexpr int kScannedRows = 1000;

constexpr ListKey kDomainKey{.object = "domain",
                             .field = "domain",
                             .form = "a name such as customer.example",
                             .read = [](std::string_view text) -> std::optional<std::string> {
                               const auto name = registry::parse_host_name(text);
                               if (!name) return std::nullopt;
                               return name->text();
                             }};

// What the domain is to publish, from the DNS as it is now. The error is the answer.
std::expected<boost::json::array, Response> records_of(const Call& call,
                                                       const SendingDomain& domain) {
  const auto account = call.store().account(call.account());
  if (!account) return std::unexpected(store_problem(call.services, account.error()));
  if (!*account) return std::unexpected(not_found());
  const registry::AuthorizationRequest request{.provider = call.services.provider,
                                               .domain = domain.domain,
                                               .senders = domain.senders,
                                               .return_path = domain.return_path,
                                               .token = (*account)->token,
                                               .ownership = call.services.ownership,
                                               .now = call.now()};
  return records_to_publish(request, call.services.lookup,
                            std::chrono::steady_clock::now() + kPublicationTimeout);
}

// The domain with its records to publish.
Response domain_answer(const Call& call, int status, const SendingDomain& domain) {
  auto records = records_of(call, domain);
  if (!records) return std::move(records.error());
  boost::json::object object = to_json(domain, call.now());
  object["records"] = std::move(*records);
  return json_answer(status, object);
}

// What the path names: a domain in any spelling, or nothing that could be listed.
std::optional<dns::Name> named_domain(const Call& call) {
  auto name = registry::parse_sending_domain(call.arguments.at(1));
  if (!name) return std::nullopt;
  return std::move(*name);
}

store::StoreError kept_changing(const dns::Name& domain) {
  return {
      .kind = store::StoreError::Kind::conflict,
      .message = fmt::format("the row of {} kept changing under {} tries", domain.text(), kTries)};
}

// Changes a row by a pure function of it, again when another changed it meanwhile. The error is
// the answer.
template <class Change>
std::expected<SendingDomain, Response> change_domain(const Call& call, const dns::Name& name,
                                                     Change&& change) {
  for (int i = 0; i < kTries; ++i) {
    const auto before = call.store().domain(call.account(), name);
    if (!before) return std::unexpected(store_problem(call.services, before.error()));
    if (!*before) return std::unexpected(not_found());
    std::expected<SendingDomain, Response> after = change(**before);
    if (!after || *after == **before) return after;
    auto updated = call.store().update_domain(**before, *after, {}, call.cause());
    if (updated) return std::move(*updated);
    if (updated.error().kind == store::StoreError::Kind::unavailable ||
        updated.error().kind == store::StoreError::Kind::full) {
      return std::unexpected(store_problem(call.services, updated.error()));
    }
  }
  return std::unexpected(store_problem(call.services, kept_changing(name)));
}

Response changed_by_person(const Call& call, std::string_view event,
                           SendingDomain (*change)(SendingDomain, std::chrono::sys_seconds)) {
  const auto name = named_domain(call);
  if (!name) return not_found();
  const auto changed = change_domain(
      call, *name, [&](const SendingDomain& domain) -> std::expected<SendingDomain, Response> {
        return change(domain, call.now());
      });
  if (!changed) return changed.error();
  call.services.watch.wake();  // it is due, or another account's claim may wait no more
  log_event(call, event,
            {{"account", call.account()},
             {"domain", name->text()},
             {"status", std::string(registry::text(changed->status))}});
  return domain_answer(call, 200, *changed);
}

// The domain is there already: a new sender joins it, anything else is a conflict.
Response add_sender(const Call& call, const NewDomain& asked) {
  const auto changed = change_domain(call, asked.domain, [&](const SendingDomain& domain) {
    auto joined = with_sender(domain, asked);
    // What was proven says nothing of a sender that came since.
    if (joined && joined->status != registry::Status::disabled) joined->next_check_at = call.now();
    return joined;
  });
  if (!changed) return changed.error();
  call.services.watch.wake();
  log_event(
      call, "sender added",
      {{"account", call.account()}, {"domain", asked.domain.text()}, {"sender", *asked.sender}});
  return domain_answer(call, 200, *changed);
}

std::expected<registry::Envelope, Response> asked_mode(const Call& call, const dns::Name& domain) {
  auto body = JsonBody::read(call.request);
  if (!body) return std::unexpected(std::move(body.error()));
  const EnvelopeFields fields{.mode = body->required("mode"),
                              .return_path = body->text("return_path")};
  if (auto refusal = body->refusal()) return std::unexpected(std::move(*refusal));
  std::vector<FieldError> errors;
  auto wanted = asked_envelope(fields, domain, call.services.provider, errors);
  if (!wanted) return std::unexpected(validation_problem(errors));
  return std::move(*wanted);
}

// The domain may send as it does, and goes on so; with the problem comes what is to be published.
Response mode_not_proven(const Call& call, const verification::Checked& checked,
                         const registry::Envelope& wanted) {
  const SendingDomain& kept = checked.domain;
  auto records = records_of(call, registry::with_envelope(kept, wanted));
  if (!records) return std::move(records.error());
  return problem(
      409, "mode_not_proven",
      fmt::format("{} keeps the mode {}, in which it may send, until {} is proven: publish "
                  "`records` beside what is there, then ask again. {}",
                  kept.domain.text(), registry::describe(registry::envelope_of(kept)),
                  registry::describe(wanted), checked.evidence.assessment.reason),
      {{"reason_code", checked.evidence.assessment.reason_code}, {"records", std::move(*records)}});
}

}  // namespace

Response add_domain(const Call& call) {
  const auto asked = asked_domain(call.request, call.services.provider);
  if (!asked) return asked.error();
  SendingDomain domain =
      registry::with_envelope({}, asked->envelope.value_or(registry::Envelope{}));
  domain.account_id = call.account();
  domain.domain = asked->domain;
  if (asked->sender) domain.senders = {*asked->sender};
  domain.created_at = domain.status_since = call.now();
  domain.next_check_at = domain.created_at;
  if (const auto added = call.store().add_domain(domain, call.cause()); !added) {
    if (added.error().kind == store::StoreError::Kind::not_found) return not_found();
    if (added.error().kind != store::StoreError::Kind::conflict) {
      return store_problem(call.services, added.error());
    }
    return asked->sender ? add_sender(call, *asked) : domain_exists(asked->domain);
  }
  call.services.watch.wake();
  const std::string name = domain.domain.text();
  log_event(call, "domain added", {{"account", call.account()}, {"domain", name}});
  Response response = domain_answer(call, 201, domain);
  response.headers.emplace_back("Location", "/v1/accounts/" + call.account() + "/domains/" + name);
  return response;
}

Response list_domains(const Call& call) {
  const auto page = asked_page(call.request, kDomainKey);
  if (!page) return page.error();
  const auto domains = call.store().domains(call.account(), with_one_more(*page));
  if (!domains) return store_problem(call.services, domains.error());
  return list_answer(*page, *domains, [now = call.now()](const SendingDomain& domain) {
    return to_json(domain, now);
  });
}

Response show_domain(const Call& call) {
  const auto name = named_domain(call);
  if (!name) return not_found();
  const auto domain = call.store().domain(call.account(), *name);
  if (!domain) return store_problem(call.services, domain.error());
  return *domain ? domain_answer(call, 200, **domain) : not_found();
}

Response remove_domain(const Call& call) {
  const auto name = named_domain(call);
  if (!name) return not_found();
  if (const auto removed = call.store().remove_domain(call.account(), *name, call.cause());
      !removed) {
    const bool is_absent = removed.error().kind == store::StoreError::Kind::not_found;
    return is_absent ? not_found() : store_problem(call.services, removed.error());
  }
  call.services.watch.wake();  // another account's claim may wait no more
  log_event(call, "domain removed", {{"account", call.account()}, {"domain", name->text()}});
  return json_answer(204, nullptr);
}

Response verify_domain(const Call& call) {
  const auto name = named_domain(call);
  if (!name) return not_found();
  const auto checked = call.services.probe.verify(call.account(), *name, call.actor());
  if (!checked) {
    const bool is_absent = checked.error().kind == store::StoreError::Kind::not_found;
    return is_absent ? not_found() : store_problem(call.services, checked.error());
  }
  call.services.watch.wake();  // a holder that is contested is due
  const registry::Assessment& assessment = checked->evidence.assessment;
  log_event(call, "domain checked",
            {{"account", call.account()},
             {"domain", name->text()},
             {"finding", std::string(registry::text(assessment.kind))},
             {"reason_code", assessment.reason_code},
             {"held", checked->held ? "yes" : "no"},
             {"status", std::string(registry::text(checked->domain.status))},
             {"evidence", checked->evidence.id}});
  return json_answer(202, to_json(*checked, call.now()));
}

Response change_domain_mode(const Call& call) {
  const auto name = named_domain(call);
  if (!name) return not_found();
  const auto wanted = asked_mode(call, *name);
  if (!wanted) return wanted.error();
  const auto row = call.store().domain(call.account(), *name);
  if (!row) return store_problem(call.services, row.error());
  if (!*row) return not_found();
  if (registry::envelope_of(**row) == *wanted) return domain_answer(call, 200, **row);
  const auto checked =
      call.services.probe.change_mode(call.account(), *name, *wanted, call.actor());
  if (!checked) {
    const bool is_absent = checked.error().kind == store::StoreError::Kind::not_found;
    return is_absent ? not_found() : store_problem(call.services, checked.error());
  }
  if (registry::envelope_of(checked->domain) != *wanted)
    return mode_not_proven(call, *checked, *wanted);
  log_event(call, "domain mode changed",
            {{"account", call.account()},
             {"domain", name->text()},
             {"mode", registry::describe(*wanted)},
             {"status", std::string(registry::text(checked->domain.status))}});
  return domain_answer(call, 200, checked->domain);
}

Response disable_domain(const Call& call) {
  return changed_by_person(call, "domain disabled", registry::after_disable);
}

Response enable_domain(const Call& call) {
  return changed_by_person(call, "domain enabled", registry::after_enable);
}

Response show_evidence(const Call& call) {
  const auto evidence = call.store().evidence_json(call.account(), call.arguments.at(1));
  if (!evidence) return store_problem(call.services, evidence.error());
  return *evidence ? json_text_answer(200, **evidence) : not_found();
}

Response list_authorizations(const Call& call) {
  const auto page = asked_page(call.request, kDomainKey);
  if (!page) return page.error();
  const auto wanted = with_one_more(*page);
  const auto now = call.now();
  std::vector<SendingDomain> allowed;
  for (store::Page scan{.after = page->after, .limit = kScannedRows};;) {
    const auto rows = call.store().domains(call.account(), scan);
    if (!rows) return store_problem(call.services, rows.error());
    std::ranges::copy_if(*rows, std::back_inserter(allowed),
                         [&](const SendingDomain& domain) { return domain.may_send(now); });
    const bool is_last = rows->size() < static_cast<std::size_t>(kScannedRows);
    if (is_last || allowed.size() >= static_cast<std::size_t>(wanted.limit)) break;
    scan.after = rows->back().domain.text();
  }
  return list_answer(*page, allowed, authorization_to_json);
}

}  // namespace mandate::web
