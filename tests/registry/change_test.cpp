// What changes are called, and what they say.
#include "registry/change.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "registry/return_path.h"
#include "registry/transition.h"

namespace mandate::registry {
namespace {

using std::chrono::hours;

constexpr std::chrono::sys_seconds kNow =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + hours{12};

const Envelope kReturnPath{Mode::return_path, dns::Name::parse("bounce.customer.example").value()};

SendingDomain domain(Status status) {
  SendingDomain out;
  out.account_id = "4321";
  out.domain = dns::Name::parse("customer.example").value();
  out.senders = {"news@customer.example"};
  out.status = status;
  out.created_at = out.status_since = kNow - hours{48};
  out.evidence_id = "e1";
  return out;
}

TEST(Change, ATransitionHasItsNameForEveryPairOfStates) {
  constexpr Status kAll[] = {Status::pending,   Status::verified, Status::at_risk,
                             Status::suspended, Status::failed,   Status::disabled};
  const char* const expected[6][6] = {
      {"", "verified", "at_risk", "suspended", "failed", "disabled"},
      {"pending", "", "at_risk", "suspended", "failed", "disabled"},
      {"pending", "recovered", "", "suspended", "failed", "disabled"},
      {"pending", "recovered", "at_risk", "", "failed", "disabled"},
      {"pending", "verified", "at_risk", "suspended", "", "disabled"},
      {"enabled", "verified", "at_risk", "suspended", "failed", ""}};
  for (std::size_t i = 0; i < std::size(kAll); ++i) {
    for (std::size_t j = 0; j < std::size(kAll); ++j) {
      const auto changes = domain_changes(domain(kAll[i]), domain(kAll[j]), kNow);
      SCOPED_TRACE(std::string(text(kAll[i])) + " to " + std::string(text(kAll[j])));
      ASSERT_EQ(changes.size(), i == j ? 0U : 1U);
      if (i == j) continue;
      EXPECT_EQ(changes[0].action, std::string("domain.") + expected[i][j]);
      EXPECT_EQ(changes[0].subject, "domain:customer.example");
      EXPECT_EQ(changes[0].account_id, "4321");
      const auto body = boost::json::parse(changes[0].event_body).as_object();
      EXPECT_EQ(body.at("type").as_string(), changes[0].action);
      EXPECT_EQ(body.at("timestamp").as_string(), "2026-11-23T12:00:00Z");
      EXPECT_EQ(body.at("data").at("status").as_string(), text(kAll[j]));
      EXPECT_EQ(body.at("previous_attributes").at("status").as_string(), text(kAll[i]));
    }
  }
}

TEST(Change, ACheckThatChangesNoStatusIsNone) {
  const CheckFinding found{CheckFinding::Kind::not_proven, "include_missing", "It lacks.", "e2"};
  for (const Status status : {Status::suspended, Status::failed, Status::disabled}) {
    const SendingDomain after = after_check(domain(status), found, kNow);
    EXPECT_NE(after, domain(status));
    EXPECT_EQ(domain_changes(domain(status), after, kNow), std::vector<Change>{});
  }
  const SendingDomain unavailable = after_check(domain(Status::verified), {}, kNow);
  EXPECT_EQ(domain_changes(domain(Status::verified), unavailable, kNow), std::vector<Change>{});
}

TEST(Change, ACheckThatChangesAStatusRestsOnItsEvidenceAndAPersonsChangeDoesNot) {
  const SendingDomain before = domain(Status::verified);
  const CheckFinding found{CheckFinding::Kind::not_proven, "include_missing", "It lacks.", "e2"};
  const auto lost = domain_changes(before, after_check(before, found, kNow), kNow).at(0);
  EXPECT_EQ(lost.evidence_id, "e2");
  EXPECT_EQ(lost.details, R"({"from":"verified","to":"at_risk","reason_code":"include_missing"})");
  const auto off = domain_changes(before, after_disable(before, kNow), kNow).at(0);
  EXPECT_EQ(off.action, "domain.disabled");
  EXPECT_EQ(off.evidence_id, "");
}

TEST(Change, AnEventSaysTheDomainAsItIsAndWhatWasOtherwiseBefore) {
  const SendingDomain before = domain(Status::verified);
  const CheckFinding found{CheckFinding::Kind::not_proven, "include_missing", "It lacks.", "e2"};
  const auto change = domain_changes(before, after_check(before, found, kNow), kNow).at(0);
  const auto body = boost::json::parse(change.event_body).as_object();
  EXPECT_EQ(body.size(), 4U);
  const auto& data = body.at("data").as_object();
  EXPECT_EQ(data.at("object").as_string(), "domain");
  EXPECT_EQ(data.at("account").as_string(), "4321");
  EXPECT_TRUE(data.at("may_send").as_bool()) << "at_risk, and its grace has just begun";
  EXPECT_EQ(boost::json::serialize(body.at("previous_attributes")),
            R"({"status":"verified","reason_code":"","reason":"",)"
            R"("status_since":"2026-11-21T12:00:00Z","last_checked_at":null,)"
            R"("last_attempt_at":null,"grace_expires_at":null,"evidence_id":"e1"})");
}

TEST(Change, WhatHappensBetweenTwoAccountsIsToldToEach) {
  const SendingDomain row = domain(Status::pending);
  SendingDomain claiming = row;
  claiming.claim_matures_at = kNow + hours{24};
  claiming.evidence_id = "e2";
  SendingDomain verified = row;
  verified.status = Status::verified;
  SendingDomain holder = domain(Status::verified);
  SendingDomain contested = holder;
  contested.contested_at = kNow;
  const struct {
    SendingDomain before;
    SendingDomain after;
    std::vector<std::string> actions;
    std::string details;  // of the last
    std::string evidence_id;
  } table[] = {
      {row, claiming, {"domain.claim_started"}, R"({"matures_at":"2026-11-24T12:00:00Z"})", "e2"},
      {claiming, claiming, {}, "", ""},
      {claiming, row, {"domain.claim_ended"}, R"({"verified":false})", "e1"},
      {claiming, verified, {"domain.verified", "domain.claim_ended"}, R"({"verified":true})", "e1"},
      {holder, contested, {"domain.contested"}, "{}", ""},
      {contested, holder, {"domain.contest_ended"}, "{}", ""}};
  for (const auto& expected : table) {
    const auto changes = domain_changes(expected.before, expected.after, kNow);
    std::vector<std::string> actions;
    for (const Change& change : changes) actions.push_back(change.action);
    EXPECT_EQ(actions, expected.actions);
    if (changes.empty()) continue;
    EXPECT_EQ(changes.back().details, expected.details);
    EXPECT_EQ(changes.back().evidence_id, expected.evidence_id);
    EXPECT_EQ(boost::json::parse(changes.back().event_body).at("type").as_string(),
              expected.actions.back());
  }
}

TEST(Change, AHolderIsToldUntilWhenItIsContested) {
  const SendingDomain holder = domain(Status::verified);
  SendingDomain contested = holder;
  contested.contested_at = kNow;
  contested.contested_until = kNow + hours{24};
  const auto changes = domain_changes(holder, contested, kNow);
  ASSERT_EQ(changes.size(), 1U);
  const auto body = boost::json::parse(changes[0].event_body).as_object();
  EXPECT_EQ(body.at("data").at("contested_until").as_string(), "2026-11-24T12:00:00Z");
  EXPECT_EQ(boost::json::serialize(body.at("previous_attributes")),
            R"({"contested_at":null,"contested_until":null})");
}

TEST(Change, ADisabledDomainIsToldWithoutTheReasonOfAnEarlierCheck) {
  SendingDomain before = domain(Status::pending);
  before.reason_code = "include_missing";
  before.reason = "It lacks.";
  const auto changes = domain_changes(before, after_disable(before, kNow), kNow);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].details, R"({"from":"pending","to":"disabled"})");
  const auto body = boost::json::parse(changes[0].event_body).as_object();
  EXPECT_EQ(body.at("data").at("reason_code").as_string(), "");
  EXPECT_EQ(body.at("previous_attributes").at("reason").as_string(), "It lacks.");
}

TEST(Change, ADnsThatChangedIsToldWhereNoTransitionTellsIt) {
  const SendingDomain before = domain(Status::verified);
  SendingDomain after = before;
  after.evidence_id = "e2";
  after.changes = {"customer.example no longer lists `mx`: nothing."};
  after.changed_at = kNow;
  const auto changes = domain_changes(before, after, kNow);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].action, "domain.changed");
  EXPECT_EQ(changes[0].evidence_id, "e2");
  EXPECT_EQ(changes[0].details,
            R"({"changes":["customer.example no longer lists `mx`: nothing."]})");
  const auto body = boost::json::parse(changes[0].event_body).as_object();
  EXPECT_EQ(body.at("type").as_string(), "domain.changed");
  EXPECT_EQ(body.at("data").at("changes").as_array().size(), 1U);
  EXPECT_EQ(boost::json::serialize(body.at("previous_attributes")),
            R"({"evidence_id":"e1","changes":[],"changed_at":null})");
  EXPECT_TRUE(domain_changes(after, after, kNow).empty());

  after.status = Status::at_risk;
  const auto lost = domain_changes(before, after, kNow);
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].action, "domain.at_risk");
  const auto told = boost::json::parse(lost[0].event_body).as_object();
  EXPECT_EQ(told.at("data").at("changes").as_array().size(), 1U);
}

TEST(Change, AWarningIsToldByItsCodeWhenItComesAndNotWhenItStaysOrGoes) {
  using Warnings = std::vector<Warning>;
  const Warning near{"lookups_near_limit", "Nine."};
  const Warning nearer{"lookups_near_limit", "Ten."};
  const Warning gone{"include_domain_gone", "One."};
  const Warning another{"include_domain_gone", "Another."};
  const struct {
    Warnings before;
    Warnings after;
    const char* codes;
  } rows[] = {{{}, {}, nullptr},
              {{near}, {near}, nullptr},
              {{near}, {nearer}, nullptr},
              {{near, gone}, {near}, nullptr},
              {{}, {near}, R"({"codes":["lookups_near_limit"]})"},
              {{near}, {gone, another, near}, R"({"codes":["include_domain_gone"]})"},
              {{}, {near, gone}, R"({"codes":["lookups_near_limit","include_domain_gone"]})"}};
  for (const auto& row : rows) {
    SendingDomain before = domain(Status::verified);
    SendingDomain after = before;
    before.warnings = row.before;
    after.warnings = row.after;
    const auto changes = domain_changes(before, after, kNow);
    ASSERT_EQ(changes.size(), row.codes == nullptr ? 0U : 1U);
    if (row.codes == nullptr) continue;
    EXPECT_EQ(changes[0].action, "domain.warning");
    EXPECT_EQ(changes[0].details, row.codes);
    const auto body = boost::json::parse(changes[0].event_body).as_object();
    EXPECT_EQ(body.at("data").at("warnings").as_array().size(), row.after.size());
    EXPECT_TRUE(body.at("previous_attributes").as_object().contains("warnings"));
  }
}

TEST(Change, SendersThatComeAndGoAreOneChangeEachAndNoEvent) {
  const SendingDomain before = domain(Status::pending);
  SendingDomain after = before;
  after.senders = {"a@customer.example", "b\"@customer.example"};
  const auto changes = domain_changes(before, after, kNow);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].action, "domain.sender_removed");
  EXPECT_EQ(changes[0].details, R"({"sender":"news@customer.example"})");
  EXPECT_EQ(changes[1].action, "domain.sender_added");
  EXPECT_EQ(changes[2].details, R"({"sender":"b\"@customer.example"})");
  for (const Change& change : changes) EXPECT_EQ(change.event_body, "");
}

TEST(Change, AModeThatChangesRestsOnItsCheckAndIsNoTransition) {
  const SendingDomain before = domain(Status::verified);
  SendingDomain after = with_envelope(before, kReturnPath);
  after.evidence_id = "e2";
  const std::vector<Change> changes = domain_changes(before, after, kNow);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].action, "domain.mode_changed");
  EXPECT_EQ(changes[0].evidence_id, "e2");
  EXPECT_EQ(changes[0].details,
            R"({"from":{"mode":"apex_include"},)"
            R"("to":{"mode":"return_path","return_path":"bounce.customer.example"}})");
  EXPECT_EQ(changes[0].event_body, "");
  SendingDomain elsewhere = after;
  elsewhere.return_path = dns::Name::parse("b2.customer.example").value();
  EXPECT_EQ(domain_changes(after, elsewhere, kNow).at(0).evidence_id, "")
      << "no check, no evidence";
}

TEST(Change, WhatIsAddedRemovedAndRevokedSaysSo) {
  const ApiKey own{"k1", "4321", "secret-hash", "console", kNow, std::nullopt};
  const ApiKey provider{"k2", std::nullopt, "secret-hash", "", kNow, std::nullopt};
  const std::pair<Change, Change> table[] = {
      {account_added({"4321", "A \xff", kNow}),
       {"4321", "account:4321", "account.added", "", R"({"name":"A \\255"})"}},
      {key_created(own), {"4321", "key:k1", "key.created", "", R"({"label":"console"})"}},
      {key_revoked(provider), {"", "key:k2", "key.revoked", "", R"({"label":""})"}},
      {domain_added(domain(Status::pending)),
       {"4321", "domain:customer.example", "domain.added", "",
        R"({"status":"pending","senders":["news@customer.example"]})"}},
      {domain_added(with_envelope(domain(Status::pending), kReturnPath)),
       {"4321", "domain:customer.example", "domain.added", "",
        R"({"status":"pending","senders":["news@customer.example"],)"
        R"("envelope":{"mode":"return_path","return_path":"bounce.customer.example"}})"}},
      {domain_removed(domain(Status::verified)),
       {"4321", "domain:customer.example", "domain.removed", "",
        R"({"status":"verified","senders":["news@customer.example"]})"}}};
  for (const auto& [change, expected] : table) {
    EXPECT_EQ(change, expected) << expected.action << change.details;
  }
}

}  // namespace
}  // namespace mandate::registry
