#include "registry/change.h"

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

std::string event_body(std::string_view action, const SendingDomain& before,
                       const SendingDomain& after, std::chrono::sys_seconds at) {
  const json::object data = to_json(after, at);
  json::object previous;
  for (const auto& [name, value] : to_json(before, at)) {
    if (data.at(name) != value) previous[name] = value;
  }
  return json::serialize(json::object{{"type", action},
                                      {"timestamp", json_time(at)},
                                      {"data", data},
                                      {"previous_attributes", std::move(previous)}});
}

Change transition(const SendingDomain& before, const SendingDomain& after,
                  std::chrono::sys_seconds at) {
  json::object details{{"from", text(before.status)}, {"to", text(after.status)}};
  if (!after.reason_code.empty()) details["reason_code"] = json_string(after.reason_code);
  const std::string_view action = transition_action(before.status, after.status);
  Change change = domain_change(after, action, details);
  // A person's change leaves the evidence of the last check in its place, and does not rest on it.
  if (after.evidence_id != before.evidence_id) change.evidence_id = after.evidence_id;
  change.event_body = event_body(action, before, after, at);
  return change;
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
  if (before.status != after.status) changes.push_back(transition(before, after, at));
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

}  // namespace mandate::registry
