// The breaker in the store: decided with the change, whatever else writes at the same time.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "followed_chain.h"
#include "registry/transition.h"
#include "store_contract.h"

namespace mandate::store {
namespace {

using registry::BreakerRule;
using registry::CheckFinding;
using registry::HoldEnd;
using registry::SendingDomain;
using registry::Status;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_seconds;

constexpr sys_seconds kNow{seconds{1'000'000}};

CheckFinding finding(CheckFinding::Kind kind, const std::string& evidence) {
  return {
      .kind = kind, .reason_code = "include_missing", .reason = "Gone.", .evidence_id = evidence};
}

std::string nth(int number) {
  return "d" + std::to_string(number) + ".example";
}

class StoreBreaker : public StoreContract {
 protected:
  void add_verified(int count) {
    for (int i = 0; i < count; ++i) {
      SendingDomain row = domain(nth(i));
      row.status = Status::verified;
      row.next_check_at = kNow + hours{9};
      ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
    }
  }

  SendingDomain row(const std::string& name) {
    return store_->domain("4321", dns::Name::parse(name).value()).value().value();
  }

  /// A check of the domain with that finding; true when the breaker holds what follows from it.
  bool check(const std::string& name, CheckFinding::Kind kind, sys_seconds now = kNow) {
    const std::string evidence = "e" + std::to_string(++evidence_);
    const SendingDomain before = row(name);
    const SendingDomain after = registry::after_check(before, finding(kind, evidence), now);
    const registry::Cause by{"system:test", now};
    if (!registry::is_revocation(before.status, after.status)) {
      EXPECT_TRUE(store_->update_domain(before, after, "{}", by).has_value());
      return false;
    }
    const auto revoked = store_->revoke_domain(before, after, "{}", rule_, by);
    EXPECT_TRUE(revoked.has_value()) << revoked.error().message;
    EXPECT_EQ(row(name), revoked->domain);
    return revoked->held;
  }
  bool refuse(int number, sys_seconds now = kNow) {
    return check(nth(number), CheckFinding::Kind::refused, now);
  }

  std::vector<std::string> actions() {
    const auto entries = store_->audit_entries({.subject = "breaker:revocations"}, {}).value();
    std::vector<std::string> out;
    for (const auto& entry : entries) out.push_back(entry.action);
    return out;
  }
  std::vector<registry::HeldRevocation> held() { return store_->held_revocations({}).value(); }
  std::int64_t domains(const std::string& status) {
    return store_->figures(kNow).value().domains[status];
  }

  BreakerRule rule_{.share = 200, .at_least = 3, .within = hours{1}};
  int evidence_ = 0;
};

TEST_P(StoreBreaker, LetsSoManyHappenAndHoldsTheNextWithItsEvidence) {
  add_verified(6);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(refuse(i));
  EXPECT_FALSE(store_->breaker().value().holding);
  const SendingDomain before = row(nth(3));
  EXPECT_TRUE(refuse(3));
  SendingDomain expected = before;
  expected.last_attempt_at = kNow;
  EXPECT_EQ(row(nth(3)), expected);
  const auto state = store_->breaker().value();
  EXPECT_TRUE(state.holding);
  EXPECT_EQ(state.since, kNow);
  EXPECT_EQ(state.reason_code, "share");
  EXPECT_EQ(state.counts, (registry::BreakerCounts{.may_send = 6, .made = 3, .held = 1}));
  ASSERT_EQ(held().size(), 1U);
  EXPECT_EQ(held()[0], (registry::HeldRevocation{.account_id = "4321",
                                                 .domain = before.domain,
                                                 .to = Status::suspended,
                                                 .reason_code = "include_missing",
                                                 .reason = "Gone.",
                                                 .evidence_id = "e4",
                                                 .checked_at = kNow}));
  EXPECT_EQ(store_->evidence_json("4321", "e4").value(), "{}");
  EXPECT_EQ(actions(), std::vector<std::string>{"breaker.tripped"});
  const auto events = store_->events(std::nullopt, {}).value();
  EXPECT_EQ(events.back().account_id, "") << "the provider's, and no customer's";
  EXPECT_TRUE(refuse(4));
  EXPECT_EQ(actions().size(), 1U) << "it trips once";
}

TEST_P(StoreBreaker, AShareIsOfThoseThatCouldSendBeforeTheHourTookThem) {
  rule_.at_least = 0;
  add_verified(200);
  int made = 0;
  for (int i = 0; i < 200; ++i) made += refuse(i) ? 0 : 1;
  EXPECT_EQ(made, 4) << "2% of 200, though only 196 may send then";
  EXPECT_EQ(domains("verified"), 196);
  EXPECT_EQ(held().size(), 100U) << "the first page";
}

TEST_P(StoreBreaker, TheTimeSlides) {
  add_verified(9);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(refuse(i, kNow + minutes{i}));
  EXPECT_FALSE(refuse(3, kNow + hours{1})) << "the first is an hour ago";
  EXPECT_TRUE(refuse(4, kNow + hours{1})) << "the second is not";
}

TEST_P(StoreBreaker, ADomainCountsOnceAndNotOnceItIsVerifiedAgainOrGone) {
  add_verified(9);
  using enum CheckFinding::Kind;
  EXPECT_FALSE(check(nth(0), not_proven));
  EXPECT_FALSE(check(nth(0), refused)) << "its second step";
  EXPECT_FALSE(refuse(1));
  EXPECT_FALSE(refuse(2));
  EXPECT_FALSE(check(nth(1), proven));
  ASSERT_TRUE(store_->remove_domain("4321", row(nth(2)).domain, cause()).has_value());
  EXPECT_FALSE(refuse(3));
  EXPECT_FALSE(refuse(4));
  EXPECT_TRUE(refuse(5)) << "the first, and the two before";
}

TEST_P(StoreBreaker, WhatAHoldEndsInIsWhatItSays) {
  const struct {
    HoldEnd end;
    const char* action;
    bool held_again;  ///< when a check finds the same
  } table[] = {{HoldEnd::confirmed, "breaker.confirmed", false},
               {HoldEnd::dismissed, "breaker.dismissed", true}};
  add_verified(30);
  int next = 0;
  for (const auto& ending : table) {
    SCOPED_TRACE(ending.action);
    const int first = next;
    while (!refuse(next)) ++next;
    EXPECT_EQ(next - first, 3);
    EXPECT_TRUE(refuse(next + 1));
    EXPECT_EQ(store_->end_hold(ending.end, {"person:ann", kNow + minutes{1}}).value(), 2);
    const auto state = store_->breaker().value();
    EXPECT_FALSE(state.holding);
    EXPECT_EQ(state.decided_by, "person:ann");
    EXPECT_EQ(state.decided_at, kNow + minutes{1});
    EXPECT_TRUE(held().empty());
    EXPECT_EQ(actions().back(), ending.action);
    EXPECT_EQ(row(nth(next)).next_check_at, kNow + minutes{1}) << "checked at once";
    EXPECT_EQ(row(nth(next + 2)).next_check_at, kNow + hours{9}) << "no other is";
    if (!ending.held_again) {
      EXPECT_FALSE(refuse(next));
      EXPECT_FALSE(refuse(next + 1));
    }
    next += 2;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(refuse(next++)) << "counted anew";
    EXPECT_TRUE(refuse(next++));
    ASSERT_TRUE(store_->end_hold(HoldEnd::dismissed, cause()).has_value());
  }
}

TEST_P(StoreBreaker, OnlyThePersonOrTheCanaryWhoseItIsEndsAHold) {
  using enum HoldEnd;
  const auto kind = [&](HoldEnd end) { return store_->end_hold(end, cause()).error().kind; };
  for (const HoldEnd end : {confirmed, dismissed, cleared}) {
    EXPECT_EQ(kind(end), StoreError::Kind::conflict) << "closed: " << text(end);
  }
  ASSERT_TRUE(store_->trip_breaker("canary", "It is silent.", {"system:breaker", kNow}));
  EXPECT_EQ(kind(confirmed), StoreError::Kind::conflict);
  EXPECT_EQ(kind(dismissed), StoreError::Kind::conflict);
  ASSERT_TRUE(store_->trip_breaker("canary", "Still.", {"system:breaker", kNow + hours{1}}));
  EXPECT_EQ(store_->breaker().value().reason, "It is silent.") << "it trips once";
  EXPECT_EQ(store_->end_hold(cleared, cause()).value(), 0);
  EXPECT_EQ(actions(), (std::vector<std::string>{"breaker.tripped", "breaker.cleared"}));
  add_verified(4);
  for (int i = 0; i < 4; ++i) refuse(i);
  EXPECT_EQ(kind(cleared), StoreError::Kind::conflict) << "a share needs a person";
}

TEST_P(StoreBreaker, AHeldDomainThatIsFoundOtherwiseIsHeldNoMore) {
  add_verified(12);
  int first = 0;
  while (!refuse(first)) ++first;
  for (int i = first + 1; i < first + 4; ++i) EXPECT_TRUE(refuse(i));
  const std::string evidence = held()[0].evidence_id;
  EXPECT_TRUE(check(held()[0].domain.text(), CheckFinding::Kind::refused));
  EXPECT_EQ(store_->evidence_json("4321", evidence).value(), std::nullopt)
      << "the evidence of the check before makes way";

  check(nth(first), CheckFinding::Kind::unavailable);
  EXPECT_EQ(held().size(), 4U) << "a check that could not be made tells nothing";
  EXPECT_FALSE(check(nth(first), CheckFinding::Kind::proven));
  const SendingDomain switched = row(nth(first + 1));
  ASSERT_TRUE(
      store_->update_domain(switched, registry::after_disable(switched, kNow), "", cause()));
  ASSERT_TRUE(store_->remove_domain("4321", row(nth(first + 2)).domain, cause()).has_value());
  ASSERT_EQ(held().size(), 1U);
  EXPECT_EQ(held()[0].domain.text(), nth(first + 3));
  EXPECT_EQ(store_->breaker().value().counts.held, 1);
}

TEST_P(StoreBreaker, AConfirmedLossNeedsNoSecondWordWhenItsGraceIsOver) {
  using enum CheckFinding::Kind;
  add_verified(9);
  for (int i = 0; i < 9; ++i) check(nth(i), not_proven);
  EXPECT_EQ(store_->end_hold(HoldEnd::confirmed, {"person:ann", kNow}).value(), 6);
  const sys_seconds later = kNow + hours{25};
  for (int i = 3; i < 9; ++i) {
    EXPECT_FALSE(check(nth(i), not_proven));
    EXPECT_EQ(row(nth(i)).status, Status::at_risk);
  }
  for (int i = 3; i < 9; ++i) EXPECT_FALSE(check(nth(i), not_proven, later));
  EXPECT_EQ(domains("suspended"), 6);
}

TEST_P(StoreBreaker, GraceDoesNotRunOutWhileItHolds) {
  using enum CheckFinding::Kind;
  add_verified(3);
  for (int i = 0; i < 3; ++i) check(nth(i), not_proven, kNow - hours{24} + minutes{i * 45});
  EXPECT_EQ(row(nth(0)).grace_expires_at, kNow);
  ASSERT_TRUE(store_->trip_breaker("canary", "Silent.", {"system:breaker", kNow}));
  EXPECT_EQ(row(nth(0)).grace_expires_at, kNow) << "it was over by then";
  EXPECT_EQ(row(nth(1)).grace_expires_at, kNow + minutes{60});
  EXPECT_EQ(row(nth(2)).grace_expires_at, kNow + minutes{90});
  const auto until = kNow + hours{4};
  const registry::Cause by{"system:breaker", kNow + hours{3}};
  ASSERT_TRUE(store_->extend_grace(kNow + hours{3}, until, by).has_value());
  EXPECT_EQ(row(nth(1)).grace_expires_at, until) << "also after nobody extended it for hours";
  EXPECT_EQ(row(nth(2)).grace_expires_at, until);
  ASSERT_TRUE(store_->extend_grace(kNow + hours{3}, until, by).has_value());
  ASSERT_TRUE(store_->end_hold(HoldEnd::cleared, by).has_value());
  ASSERT_TRUE(store_->extend_grace(kNow + hours{9}, kNow + hours{9}, by).has_value());
  EXPECT_EQ(row(nth(1)).grace_expires_at, until) << "closed: grace runs";
  EXPECT_EQ(actions(), (std::vector<std::string>{"breaker.tripped", "breaker.grace_extended",
                                                 "breaker.grace_extended", "breaker.cleared"}));
  expect_intact(*store_, store_->audit_head().value().sequence);
}

TEST_P(StoreBreaker, AChangeThatIsLateIsAConflictAndNothingIsCounted) {
  add_verified(1);
  const SendingDomain before = row(nth(0));
  SendingDomain stale = before;
  stale.reason = "another";
  const SendingDomain after =
      registry::after_check(before, finding(CheckFinding::Kind::refused, "e1"), kNow);
  const auto head = store_->audit_head().value();
  EXPECT_EQ(
      store_->revoke_domain(stale, after, "{}", {.share = 0, .at_least = 0}, cause()).error().kind,
      StoreError::Kind::conflict);
  EXPECT_FALSE(store_->breaker().value().holding);
  EXPECT_EQ(store_->audit_head().value(), head);
  EXPECT_TRUE(held().empty());
}

TEST_P(StoreBreaker, WorkersAtOnceDoNotSlipThroughTogether) {
  constexpr int kDomains = 120;
  constexpr int kWorkers = 6;
  rule_.at_least = 10;
  add_verified(kDomains);
  std::atomic<int> next = 0;
  std::atomic<int> made = 0;
  std::atomic<int> faults = 0;
  std::vector<std::thread> workers;
  for (int worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&] {
      for (int i = next++; i < kDomains; i = next++) {
        const auto before = store_->domain("4321", dns::Name::parse(nth(i)).value());
        if (!before || !*before) {
          ++faults;
          continue;
        }
        const auto after = registry::after_check(
            **before, finding(CheckFinding::Kind::refused, "w" + std::to_string(i)), kNow);
        const auto revoked =
            store_->revoke_domain(**before, after, "{}", rule_, {"system:test", kNow});
        if (!revoked) ++faults;
        if (revoked && !revoked->held) ++made;
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(faults, 0);
  EXPECT_EQ(made, 10);
  EXPECT_EQ(domains("suspended"), 10);
  EXPECT_EQ(store_->breaker().value().counts.held, kDomains - 10);
  EXPECT_EQ(actions(), std::vector<std::string>{"breaker.tripped"});
}

TEST_P(StoreBreaker, HeldDomainsArePagedByAccountAndName) {
  ASSERT_TRUE(store_->add_account({"other", "", at(1)}, cause()).has_value());
  rule_.at_least = 0;
  add_verified(3);
  SendingDomain theirs = domain("a.example");
  theirs.account_id = "other";
  theirs.status = Status::verified;
  ASSERT_TRUE(store_->add_domain(theirs, cause()).has_value());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(refuse(i));
  const auto lost = registry::after_check(theirs, finding(CheckFinding::Kind::refused, "o"), kNow);
  ASSERT_TRUE(store_->revoke_domain(theirs, lost, "{}", rule_, cause()).value().held);
  std::vector<std::string> seen;
  for (HeldPage page{.limit = 2};;) {
    const auto rows = store_->held_revocations(page).value();
    if (rows.empty()) break;
    EXPECT_LE(rows.size(), 2U);
    for (const auto& revocation : rows) {
      seen.push_back(revocation.account_id + "/" + revocation.domain.text());
    }
    page.after_account = rows.back().account_id;
    page.after_domain = rows.back().domain.text();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"4321/d0.example", "4321/d1.example", "4321/d2.example",
                                            "other/a.example"}));
}

TEST_P(StoreBreaker, FiguresFollowEveryRow) {
  add_verified(4);
  refuse(0);
  ASSERT_TRUE(store_->remove_domain("4321", row(nth(1)).domain, cause()).has_value());
  ASSERT_TRUE(store_->add_message(message("m1", 100)).has_value());
  ASSERT_TRUE(store_->add_message(message("m2", 100)).has_value());
  auto sent = message("m2", 100);
  sent.state = registry::MessageState::delivered;
  ASSERT_TRUE(store_->update_message(sent).has_value());
  const auto before = store_->figures(kNow).value();
  EXPECT_EQ(before.checks_due, 0);
  EXPECT_EQ(before.oldest_due, std::nullopt);
  const auto figures = store_->figures(kNow + hours{10}).value();
  EXPECT_EQ(figures.domains.at("verified"), 2);
  EXPECT_EQ(figures.domains.at("suspended"), 1);
  EXPECT_EQ(figures.messages.at("queued"), 1);
  EXPECT_EQ(figures.messages.at("delivered"), 1);
  EXPECT_EQ(figures.checks_due, 3);
  EXPECT_EQ(figures.oldest_due, kNow + hours{9});
}

INSTANTIATE_TEST_SUITE_P(Stores, StoreBreaker, testing::ValuesIn(kBackends), name_of);

}  // namespace
}  // namespace mandate::store
