#include "registry/change.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "registry/domain_object.h"
#include "registry/json_value.h"
#include "registry/return_path.h"

namespace mandate::registry {
namespace {

namespace json = boost::json;

Change key_change(const ApiKey& key, std::string action) {
  return {.account_id = key.account_id.value_or(std::string()),
          .subject = "key:" + key.id,
          .action = std::move(action),
          .details = json::serialize(json::object{{"label", json_string(key.label)}})};
}

Change domain_change(const SendingDomain& domain, std::string_view action,
                     const json::object& details) {
  return {.account_id = domain.account_id,
          .subject = domain_subject(domain.domain),
          .action = std::string(action),
          .details = json::serialize(details)};
}

json::object envelope(const SendingDomain& domain) {
  json::object out{{"mode", text(domain.mode)}};
  if (domain.mode == Mode::return_path) out["return_path"] = domain.return_path.text();
  return out;
}

json::object whole(const SendingDomain& domain) {
  json::object out{{"status", text(domain.status)}, {"senders", json_strings(domain.senders)}};
  if (domain.mode == Mode::return_path) out.insert_or_assign("envelope", envelope(domain));
  return out;
}

Change mode_change(const SendingDomain& before, const SendingDomain& after) {
  Change change = domain_change(after, "domain.mode_changed",
                                {{"from", envelope(before)}, {"to", envelope(after)}});
  if (after.evidence_id != before.evidence_id) change.evidence_id = after.evidence_id;
  return change;
}

/// One change for each sender of `list` that `other` has not.
void add_sender_changes(std::vector<Change>& changes, const SendingDomain& domain,
                        std::string_view action, const std::vector<std::string>& other) {
  for (const std::string& sender : domain.senders) {
    if (std::ranges::count(other, sender) != 0) continue;
    changes.push_back(domain_change(domain, action, {{"sender", json_string(sender)}}));
  }
}

/// Of an object that has the same fields before and after.
std::string event_body(std::string_view action, const json::object& before,
                       const json::object& data, std::chrono::sys_seconds at) {
  json::object previous;
  for (const auto& [name, value] : before) {
    if (data.at(name) != value) previous[name] = value;
  }
  return json::serialize(json::object{{"type", action},
                                      {"timestamp", json_time(at)},
                                      {"data", data},
                                      {"previous_attributes", std::move(previous)}});
}

/// One of which those are told who listen.
Change told(const SendingDomain& before, const SendingDomain& after, std::chrono::sys_seconds at,
            std::string_view action, const json::object& details) {
  Change change = domain_change(after, action, details);
  // A person's change leaves the evidence of the last check in its place, and does not rest on it.
  if (after.evidence_id != before.evidence_id) change.evidence_id = after.evidence_id;
  change.event_body = event_body(action, to_json(before, at), to_json(after, at), at);
  return change;
}

Change transition(const SendingDomain& before, const SendingDomain& after,
                  std::chrono::sys_seconds at) {
  json::object details{{"from", text(before.status)}, {"to", text(after.status)}};
  if (!after.reason_code.empty()) details["reason_code"] = json_string(after.reason_code);
  return told(before, after, at, transition_action(before.status, after.status), details);
}

// What begins or ends between two accounts that list the same domain.
void add_claim_changes(std::vector<Change>& changes, const SendingDomain& before,
                       const SendingDomain& after, std::chrono::sys_seconds at) {
  const auto add = [&](std::string_view action, const json::object& details) {
    changes.push_back(told(before, after, at, action, details));
  };
  if (!before.claim_matures_at && after.claim_matures_at) {
    add("domain.claim_started", {{"matures_at", json_time(after.claim_matures_at)}});
  }
  if (before.claim_matures_at && !after.claim_matures_at) {
    add("domain.claim_ended", {{"verified", after.status == Status::verified}});
  }
  if (!before.contested_at && after.contested_at) add("domain.contested", {});
  if (before.contested_at && !after.contested_at) add("domain.contest_ended", {});
}

/// The codes of which there was no warning before, each once.
std::vector<std::string> new_warnings(const SendingDomain& before, const SendingDomain& after) {
  std::vector<std::string> codes;
  for (const Warning& warning : after.warnings) {
    const bool is_known = std::ranges::count(before.warnings, warning.code, &Warning::code) != 0 ||
                          std::ranges::count(codes, warning.code) != 0;
    if (!is_known) codes.push_back(warning.code);
  }
  return codes;
}

Change breaker_change(std::string_view action, const json::object& details) {
  return {.account_id = {},
          .subject = "breaker:revocations",
          .action = std::string(action),
          .details = json::serialize(details)};
}

}  // namespace

std::string domain_subject(const dns::Name& domain) {
  return "domain:" + domain.text();
}

Change account_added(const Account& account) {
  return {.account_id = account.id,
          .subject = "account:" + account.id,
          .action = "account.added",
          .details = json::serialize(json::object{{"name", json_string(account.name)}})};
}

Change key_created(const ApiKey& key) {
  return key_change(key, "key.created");
}

Change key_revoked(const ApiKey& key) {
  return key_change(key, "key.revoked");
}

Change domain_added(const SendingDomain& domain) {
  return domain_change(domain, "domain.added", whole(domain));
}

Change domain_removed(const SendingDomain& domain) {
  return domain_change(domain, "domain.removed", whole(domain));
}

std::vector<Change> domain_changes(const SendingDomain& before, const SendingDomain& after,
                                   std::chrono::sys_seconds at) {
  std::vector<Change> changes;
  add_sender_changes(changes, before, "domain.sender_removed", after.senders);
  add_sender_changes(changes, after, "domain.sender_added", before.senders);
  if (envelope_of(before) != envelope_of(after)) changes.push_back(mode_change(before, after));
  if (before.status != after.status) {
    changes.push_back(transition(before, after, at));  // whose event has the changes in its data
  } else if (after.changed_at != before.changed_at || after.changes != before.changes) {
    changes.push_back(
        told(before, after, at, "domain.changed", {{"changes", json_strings(after.changes)}}));
  }
  if (const auto codes = new_warnings(before, after); !codes.empty()) {
    changes.push_back(told(before, after, at, "domain.warning", {{"codes", json_strings(codes)}}));
  }
  add_claim_changes(changes, before, after, at);
  return changes;
}

std::string_view transition_action(Status from, Status to) {
  switch (to) {
    case Status::pending:
      return from == Status::disabled ? "domain.enabled" : "domain.pending";
    case Status::verified:
      return from == Status::at_risk || from == Status::suspended ? "domain.recovered"
                                                                  : "domain.verified";
    case Status::at_risk:
      return "domain.at_risk";
    case Status::suspended:
      return "domain.suspended";
    case Status::failed:
      return "domain.failed";
    case Status::disabled:
      return "domain.disabled";
  }
  return "domain.changed";
}

Change breaker_tripped(const BreakerState& before, const BreakerState& after) {
  Change change =
      breaker_change("breaker.tripped", {{"reason_code", json_string(after.reason_code)},
                                         {"reason", json_string(after.reason)},
                                         {"may_send", after.counts.may_send},
                                         {"made", after.counts.made}});
  change.event_body = event_body(change.action, to_json(before), to_json(after), after.since);
  return change;
}

Change breaker_closed(HoldEnd end, const BreakerState& before, const BreakerState& after) {
  Change change =
      breaker_change(fmt::format("breaker.{}", text(end)), {{"held", before.counts.held}});
  change.event_body = event_body(change.action, to_json(before), to_json(after), after.since);
  return change;
}

Change grace_extended(std::int64_t domains, std::chrono::sys_seconds until) {
  return breaker_change("breaker.grace_extended",
                        {{"domains", domains}, {"until", json_time(until)}});
}

}  // namespace mandate::registry
