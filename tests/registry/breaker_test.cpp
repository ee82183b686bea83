// When the breaker trips, at the very edges; what a revocation is, and what is left of one held.
#include "registry/breaker.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "registry/change.h"
#include "registry/transition.h"

namespace mandate::registry {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::chrono::sys_seconds kNow{seconds{1'000'000}};

TEST(Breaker, TripsOnTheFirstRevocationOverTheLargerOfNumberAndShare) {
  const struct {
    const char* what;
    BreakerRule rule;
    BreakerCounts counts;
    bool trips;
  } table[] = {
      {"the 19th of a few", {}, {.may_send = 100, .made = 18}, false},
      {"the 20th", {}, {.may_send = 100, .made = 19}, false},
      {"the 21st", {}, {.may_send = 100, .made = 20}, true},
      {"the 20th where held ones count", {}, {.may_send = 100, .made = 9, .held = 10}, false},
      {"the 21st where held ones count", {}, {.may_send = 100, .made = 10, .held = 10}, true},
      {"the 20th of 1,000: the share is 20", {}, {.may_send = 1000, .made = 19}, false},
      {"the 21st of 1,000", {}, {.may_send = 1000, .made = 20}, true},
      {"the 21st of 1,049: 20.98 is 20", {}, {.may_send = 1049, .made = 20}, true},
      {"the 21st of 1,050: the share is 21", {}, {.may_send = 1050, .made = 20}, false},
      {"the 22nd of 1,050", {}, {.may_send = 1050, .made = 21}, true},
      {"the 200th of 10,000", {}, {.may_send = 10'000, .made = 199}, false},
      {"the 201st of 10,000", {}, {.may_send = 10'000, .made = 200}, true},
      {"the 200th of 9,999: 199.98 is 199", {}, {.may_send = 9'999, .made = 199}, true},
      {"one where none may send", {}, {}, false},
      {"the first where none is let happen", {.share = 0, .at_least = 0}, {.may_send = 9}, true},
      {"half a percent of 10,000", {.share = 50}, {.may_send = 10'000, .made = 49}, false},
      {"one more than that", {.share = 50}, {.may_send = 10'000, .made = 50}, true},
      {"the last where all may go", {.share = 10'000}, {.may_send = 500, .made = 499}, false},
      {"a thousand million", {}, {.may_send = 1'000'000'000, .made = 19'999'999}, false},
      {"and one more", {}, {.may_send = 1'000'000'000, .made = 20'000'000}, true},
  };
  for (const auto& row : table) EXPECT_EQ(trips(row.rule, row.counts), row.trips) << row.what;
}

TEST(Breaker, CountsWhatWasMadeWithinTheTimeBeforeNow) {
  const BreakerRule rule{.within = hours{1}};
  const auto counts = [&](std::chrono::sys_seconds made) {
    return made > rule.counted_after(kNow);
  };
  EXPECT_TRUE(counts(kNow));
  EXPECT_TRUE(counts(kNow - seconds{3599}));
  EXPECT_FALSE(counts(kNow - seconds{3600})) << "an hour ago is not within the hour";
}

TEST(Breaker, ARevocationIsAStepDownFromWhereADomainMaySend) {
  constexpr Status kAll[] = {Status::pending,   Status::verified, Status::at_risk,
                             Status::suspended, Status::failed,   Status::disabled};
  for (const Status from : kAll) {
    for (const Status to : kAll) {
      const bool expected = (from == Status::verified && to == Status::at_risk) ||
                            (from == Status::verified && to == Status::suspended) ||
                            (from == Status::at_risk && to == Status::suspended);
      EXPECT_EQ(is_revocation(from, to), expected) << text(from) << " to " << text(to);
    }
  }
}

TEST(Breaker, ALossIsARevocationOrTheEndOfAClaimThatDoesNotTakeEffect) {
  const struct {
    Status from;
    bool claimed_before;
    Status to;
    bool claimed_after;
    bool is_loss;
  } table[] = {{Status::verified, false, Status::suspended, false, true},
               {Status::pending, true, Status::pending, false, true},
               {Status::suspended, true, Status::suspended, false, true},
               {Status::failed, true, Status::failed, false, true},
               {Status::pending, true, Status::failed, false, true},
               {Status::pending, true, Status::pending, true, false},
               {Status::pending, false, Status::pending, true, false},
               {Status::pending, false, Status::pending, false, false},
               {Status::pending, true, Status::verified, false, false}};
  for (const auto& row : table) {
    SendingDomain before;
    before.status = row.from;
    if (row.claimed_before) before.claim_matures_at = kNow;
    SendingDomain after;
    after.status = row.to;
    if (row.claimed_after) after.claim_matures_at = kNow;
    EXPECT_EQ(is_loss(before, after), row.is_loss) << text(row.from) << " to " << text(row.to);
  }
}

TEST(Breaker, AHeldRowIsAsItWasButForTheTimesOfItsChecks) {
  SendingDomain before;
  before.account_id = "4321";
  before.domain = dns::Name::parse("customer.example").value();
  before.status = Status::verified;
  before.evidence_id = "e1";
  before.last_verified_at = before.last_attempt_at = kNow - hours{1};
  before.attempts = 1;
  before.leased_until = kNow + hours{1};
  const CheckFinding refused{CheckFinding::Kind::refused, "pool_not_covered", "It fails.", "e2"};
  SendingDomain after = after_check(before, refused, kNow);
  after.next_check_at = kNow + hours{2};
  SendingDomain expected = before;
  expected.last_attempt_at = kNow;
  expected.next_check_at = kNow + hours{2};
  expected.attempts = 0;
  expected.leased_until.reset();
  EXPECT_EQ(held_row(before, after), expected);
}

TEST(Breaker, ItsChangesAreTheProvidersAndSayWhatWasAndIs) {
  const BreakerState closed{.since = kNow - hours{5}};
  BreakerState holding{
      .holding = true, .since = kNow, .reason_code = "share", .reason = "So many."};
  holding.counts = {.may_send = 1000, .made = 20, .held = 7};
  const Change tripped = breaker_tripped(closed, holding);
  EXPECT_EQ(tripped.account_id, "");
  EXPECT_EQ(tripped.subject, "breaker:revocations");
  EXPECT_EQ(tripped.action, "breaker.tripped");
  EXPECT_EQ(tripped.details,
            R"({"reason_code":"share","reason":"So many.","may_send":1000,"made":20})");
  const auto body = boost::json::parse(tripped.event_body).as_object();
  EXPECT_EQ(body.at("type").as_string(), "breaker.tripped");
  EXPECT_EQ(body.at("timestamp").as_string(), "1970-01-12T13:46:40Z");
  EXPECT_EQ(body.at("data").at("state").as_string(), "holding");
  EXPECT_EQ(body.at("previous_attributes").at("state").as_string(), "closed");
  const struct {
    HoldEnd end;
    const char* action;
    std::string_view of;
  } ends[] = {{HoldEnd::confirmed, "breaker.confirmed", "share"},
              {HoldEnd::dismissed, "breaker.dismissed", "share"},
              {HoldEnd::cleared, "breaker.cleared", "canary"}};
  for (const auto& row : ends) {
    const Change ended = breaker_closed(row.end, holding, closed);
    EXPECT_EQ(ended.action, row.action);
    EXPECT_EQ(ended.details, R"({"held":7})");
    EXPECT_EQ(ends_hold_of(row.end), row.of);
  }
  const Change extended = grace_extended(3, kNow);
  EXPECT_EQ(extended.action, "breaker.grace_extended");
  EXPECT_EQ(extended.details, R"({"domains":3,"until":"1970-01-12T13:46:40Z"})");
  EXPECT_EQ(extended.event_body, "") << "no domain goes through a transition by it";
}

}  // namespace
}  // namespace mandate::registry
