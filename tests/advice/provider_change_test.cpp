// What is to change at the provider's names, from what stands there.
#include "advice/provider_change.h"

#include <gtest/gtest.h>

#include "zone_answers.h"

namespace mandate::advice {
namespace {

using State = ProviderChange::State;

constexpr std::uint32_t kTtl = 3600;

/// Of the one HELO name, or of the record with the purpose.
ProviderChange change(const std::string& zone, ProviderRecord::Purpose purpose, bool away = false) {
  ZoneAnswers dns("$TTL 300\np.test. SOA ns.test. m.test. 1 2 3 4 5\n" + zone);
  const auto records =
      provider_zone({name("p.test"), {prefix("192.0.2.0/28")}, {name("out.p.test")}}).value();
  if (away) dns.fail({name("p.test"), dns::RecordType::txt});
  const auto changes =
      dns.settle([&](const dns::Facts& facts) { return provider_changes(records, kTtl, facts); });
  for (const ProviderChange& found : changes) {
    if (found.record.purpose == purpose) return found;
  }
  throw std::runtime_error("no such record");
}

constexpr auto kInclude = ProviderRecord::Purpose::include;
constexpr auto kAccounts = ProviderRecord::Purpose::accounts;
constexpr auto kHelo = ProviderRecord::Purpose::helo;

TEST(ProviderChange, IsWhatTheNameLacks) {
  const std::string good = "TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n";
  const struct {
    std::string zone;
    ProviderRecord::Purpose purpose;
    State state;
    std::size_t today;
    std::size_t removed;
    std::uint32_t ttl;
  } rows[] = {
      {"", kInclude, State::to_publish, 0, 0, kTtl},
      {"p.test. " + good, kInclude, State::in_place, 1, 1, 300},
      {"p.test. TXT \"hello\"\n", kInclude, State::to_publish, 1, 0, 300},
      {"p.test. TXT \"hello\"\np.test. " + good, kInclude, State::in_place, 2, 1, 300},
      {"p.test. TXT \"v=spf1 -all\"\np.test. " + good, kInclude, State::to_publish, 2, 2, 300},
      {"p.test. TXT \"1v=spf1 -all\"\n", kInclude, State::to_publish, 1, 1, 300},
      {"*.p.test. " + good, kAccounts, State::in_place, 1, 1, 300},
      {"*.p.test. TXT \"v=spf1 -all\"\n", kAccounts, State::to_publish, 1, 1, 300},
      {"out.p.test. A 192.0.2.1\n", kHelo, State::to_publish, 0, 0, kTtl},
      {"*.p.test. " + good, kHelo, State::to_publish, 0, 0, kTtl},  // the wildcard's is none of its
      {"out.p.test. TXT \"v=spf1 a -all\"\n", kHelo, State::has_other, 1, 1, 300},
      {"out.p.test. TXT \"v=spf1 include:p.test -all\"\n", kHelo, State::in_place, 1, 1, 300},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.zone);
    const ProviderChange found = change(row.zone, row.purpose);
    EXPECT_EQ(found.state, row.state);
    EXPECT_EQ(found.change.today.size(), row.today);
    EXPECT_EQ(found.change.removed.size(), row.removed);
    EXPECT_EQ(found.change.ttl, row.ttl);
    EXPECT_EQ(found.change.zone, name("p.test"));
  }
}

TEST(ProviderChange, IsNotKnownWhereTheDnsCannotBeAsked) {
  const ProviderChange found = change("", kInclude, true);
  EXPECT_EQ(found.state, State::unanswered);
  EXPECT_EQ(found.problem, "p.test TXT could not be looked up: no answer in time");
}

}  // namespace
}  // namespace mandate::advice
