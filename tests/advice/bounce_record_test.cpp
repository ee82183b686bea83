// The provider's MX records for return paths that are one CNAME.
#include "advice/bounce_record.h"

#include <gtest/gtest.h>

#include <string>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using State = BounceChange::State;

ProviderNames provider() {
  return {name("m.p.test"), {prefix("192.0.2.0/28")}, {}, name("in.p.test")};
}

TEST(BounceRecords, AreOfTheIncludeNameAndTheWildcardBelowIt) {
  std::string lines;
  for (const BounceRecord& record : bounce_records(provider())) lines += as_zone_line(record, 60);
  EXPECT_EQ(lines, "m.p.test. 60 IN MX 10 in.p.test.\n*.m.p.test. 60 IN MX 10 in.p.test.\n");
  ProviderNames without = provider();
  without.bounce_host.reset();
  EXPECT_TRUE(bounce_records(without).empty());
}

TEST(BounceChanges, TheTableOfWhatStandsThere) {
  const std::string zone = "p.test. SOA ns.p.test. h.p.test. 1 2 3 4 5\n";
  const struct {
    std::string zone;
    State include;
    State wildcard;
  } rows[] = {
      {"", State::to_publish, State::to_publish},
      {"m.p.test. MX 10 in.p.test.\n*.m.p.test. MX 5 in.p.test.\n", State::in_place,
       State::in_place},
      {"m.p.test. MX 10 in.p.test.\nm.p.test. MX 20 backup.p.test.\n", State::in_place,
       State::to_publish},
      {"m.p.test. MX 10 mail.p.test.\n*.m.p.test. MX 0 .\n", State::has_other, State::has_other},
      {"m.p.test. MX 10 in.p.test.\nm.p.test. MX 10 mail.p.test.\n", State::has_other,
       State::to_publish},
      {"*.p.test. MX 10 in.p.test.\n", State::in_place, State::in_place},
      {"*.p.test. MX 10 in.p.test.\nm.p.test. TXT \"v=spf1 -all\"\n", State::to_publish,
       State::to_publish},
      {"m.p.test. TXT \"v=spf1 -all\"\n", State::to_publish, State::to_publish},
  };
  for (const auto& row : rows) {
    ZoneAnswers dns(zone + row.zone);
    const auto changes = dns.settle(
        [](const dns::Facts& facts) { return bounce_changes(bounce_records(provider()), facts); });
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].state, row.include) << row.zone;
    EXPECT_EQ(changes[1].state, row.wildcard) << row.zone;
    EXPECT_EQ(changes[0].other.empty(), row.include != State::has_other) << row.zone;
  }
}

TEST(BounceChanges, AreAScriptThatTheServerRefusesOnceThereIsAnMx) {
  ZoneAnswers dns("p.test. SOA ns.p.test. h.p.test. 1 2 3 4 5\n");
  const auto changes = dns.settle(
      [](const dns::Facts& facts) { return bounce_changes(bounce_records(provider()), facts); });
  EXPECT_EQ(as_nsupdate(changes.at(1), 60),
            "zone p.test.\nprereq nxrrset *.m.p.test. IN MX\n"
            "update add *.m.p.test. 60 IN MX 10 in.p.test.\nsend\n");
}

TEST(BounceChanges, ADnsThatIsAwayIsNoEmptyName) {
  ZoneAnswers dns("p.test. SOA ns.p.test. h.p.test. 1 2 3 4 5\n");
  dns.fail({name("m.p.test"), dns::RecordType::mx});
  const auto changes = dns.settle(
      [](const dns::Facts& facts) { return bounce_changes(bounce_records(provider()), facts); });
  EXPECT_EQ(changes.at(0).state, State::unanswered);
  EXPECT_EQ(changes.at(0).problem, "m.p.test MX could not be looked up: no answer in time");
}

}  // namespace
}  // namespace mandate::advice
