// What holds of every plan, whatever the record was.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "advice/plan.h"
#include "mandate/spf/record.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

const char* const zone = R"($ORIGIN test.
$TTL 300
p            TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
*.p          TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
_both        TXT "v=spf1 include:k7.p.test include:k8.p.test ~all"
d            A 198.51.100.1
d            MX 10 mail.d
mail.d       A 198.51.100.2
g            TXT "v=spf1 ip4:203.0.113.0/24 ~all"
nested       TXT "v=spf1 include:p.test -all"
refuses      TXT "v=spf1 -ip4:192.0.2.0/24 ?all"
broken       TXT "v=spf1 moo"
wide         TXT "v=spf1 include:w1.test include:w2.test include:w3.test include:w4.test ~all"
w1           TXT "v=spf1 a:d.test mx:d.test -all"
w2           TXT "v=spf1 a:mail.d.test ip4:203.0.113.1 -all"
w3           TXT "v=spf1 ip4:203.0.113.2 -all"
w4           TXT "v=spf1 ip4:203.0.113.3 -all"
)";

class RandomRecord {
 public:
  explicit RandomRecord(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    std::string out = one_of({"v=spf1", "v=spf1", "v=spf1", "V=SPF1", "1v=spf1", "v=spf1;"});
    for (std::size_t terms = random_() % 9; terms > 0; --terms) {
      out += std::string(random_() % 8 == 0 ? 2 : 1, ' ') + term();
    }
    return out;
  }

  std::uint32_t number(std::uint32_t below) {
    return static_cast<std::uint32_t>(random_() % below);
  }

 private:
  std::string term() {
    return one_of({"a",
                   "mx",
                   "-all",
                   "~all",
                   "?all",
                   "+all",
                   "ip4:198.51.100.0/24",
                   "-ip4:192.0.2.0/24",
                   "-ip4:192.0.2.4",
                   "?ip6:2001:db8::/32",
                   "include:p.test",
                   "?include:p.test",
                   "-include:P.TEST",
                   "include=p.test",
                   "include: p.test",
                   "include:nested.test",
                   "include:g.test",
                   "include:refuses.test",
                   "include:broken.test",
                   "include:wide.test",
                   "include:none.test",
                   "exists:%{i}.x.test",
                   "redirect=g.test",
                   "redirect=p.test",
                   "exp=e.test",
                   "x=y",
                   "ptr",
                   "a:none.test",
                   "ipv4:198.51.100.9",
                   "moo",
                   "A:d.test",
                   "MX"});
  }

  std::string one_of(const std::vector<const char*>& choices) {
    return choices[random_() % choices.size()];
  }

  std::mt19937 random_;
};

class PlanProperty : public ::testing::Test {
 protected:
  Plan plan_for(const std::vector<std::string>& records) {
    ZoneAnswers dns(zone);
    for (const std::string& record : records) dns.publish("d.test", record);
    const PlanRequest request{name("d.test"), name("p.test"), {}, {}};
    return dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  }
};

void expect_no_worse(const Plan& plan) {
  const Proof& proof = *plan.proof;
  EXPECT_TRUE(proof.pool_passes());
  EXPECT_TRUE(proof.broken.empty());
  EXPECT_TRUE(proof.after.fits());
  EXPECT_EQ(proof.after.octets, plan.value.size());
}

/// Of a record that can be read and says nothing of the include yet, the new one is the old one
/// with the include put in somewhere, and all else byte for byte.
void expect_untouched_outside(const std::string& before, const std::string& after) {
  if (!spf::parse_record(before) || before.contains("p.test") || before.contains("P.TEST")) return;
  const std::string include = " include:p.test";
  const std::size_t at = after.find(include);
  ASSERT_NE(at, after.npos);
  std::string without = after;
  without.erase(at, include.size());
  EXPECT_EQ(without, before) << after;
}

TEST_F(PlanProperty, ItsValueIsProvenParsesAndLeavesNothingToDo) {
  RandomRecord random(7208);
  int edits = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::vector<std::string> today;
    for (std::uint32_t records = 1 + (random.number(8) == 0 ? 1 : 0); records > 0; --records) {
      today.push_back(random.next());
    }
    SCOPED_TRACE(::testing::PrintToString(today));
    const Plan found = plan_for(today);
    if (found.verdict == Publication::Verdict::cannot) {
      EXPECT_EQ(found.value, "");
      EXPECT_FALSE(found.notes.empty());
      continue;
    }
    ASSERT_TRUE(spf::is_spf_record(found.value));
    EXPECT_TRUE(spf::parse_record(found.value).has_value()) << found.value;
    if (found.verdict == Publication::Verdict::nothing_to_do) {
      EXPECT_NE(std::ranges::find(today, found.value), today.end());
      continue;
    }
    ++edits;
    ASSERT_TRUE(found.proof.has_value());
    if (!found.proof->holds()) continue;
    expect_no_worse(found);
    if (today.size() == 1) expect_untouched_outside(today.front(), found.value);
    const Plan again = plan_for({found.value});
    EXPECT_EQ(text(again.verdict), "nothing_to_do") << found.value;
    EXPECT_EQ(again.value, found.value);
  }
  EXPECT_GT(edits, 2000);
}

TEST_F(PlanProperty, EveryRemedyThatIsProvenLeavesNothingToDo) {
  RandomRecord random(10);
  int proven = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string record = "v=spf1 include:wide.test";
    const std::string more = random.next();
    if (!more.starts_with("v=spf1 ")) continue;
    record += more.substr(6);
    SCOPED_TRACE(record);
    for (const Remedy& remedy : plan_for({record}).remedies) {
      if (remedy.name != name("d.test") || !remedy.proof.holds()) continue;
      ++proven;
      EXPECT_EQ(text(plan_for({remedy.value}).verdict), "nothing_to_do")
          << remedy.id << ": " << remedy.value;
    }
  }
  EXPECT_GT(proven, 100);
}

TEST_F(PlanProperty, ALongRecordIsPlannedInBoundedTime) {
  std::string record = "v=spf1";
  while (record.size() < 60'000) record += " -ip4:192.0.2.3";
  const Plan found = plan_for({record + " -all"});
  EXPECT_EQ(text(found.verdict), "change");
  EXPECT_TRUE(found.value.starts_with("v=spf1 include:p.test -ip4:192.0.2.3"));
}

/// Accounts of one provider that send as one domain, each following its own advice.
class AccountsOfOneDomain : public ::testing::Test {
 protected:
  struct Account {
    const char* include;
    bool own;                   ///< its own name, else that of all
    bool beside_token = false;  ///< a TXT names another account
  };

  static Plan plan_for(const Account& account, const std::string& record) {
    ZoneAnswers dns(zone);
    if (!record.empty()) dns.publish("d.test", record);
    PlanRequest request{name("d.test"), name(account.include), {}, {}};
    if (account.own) request.shared_name = name("p.test");
    request.shared_stays = account.beside_token;
    request.for_any_account = !account.own;
    return dns.settle([&](const dns::Facts& facts) { return plan(request, facts); });
  }

  /// What is published after so many rounds of both; nothing where there is no proven edit.
  static std::optional<std::string> followed(const std::vector<Account>& accounts,
                                             std::string record, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      for (const Account& account : accounts) {
        const Plan found = plan_for(account, record);
        const bool is_done = found.verdict == Publication::Verdict::nothing_to_do;
        if (!is_done && !found.proven()) return std::nullopt;
        record = found.value;
      }
    }
    return record;
  }

  static void expect_rest(const std::vector<Account>& accounts, const std::string& record) {
    for (const Account& account : accounts) {
      const Plan found = plan_for(account, record);
      EXPECT_EQ(text(found.verdict), "nothing_to_do") << account.include << " in " << record;
      EXPECT_EQ(found.value, record);
    }
  }
};

TEST_F(AccountsOfOneDomain, DoNotUndoEachOthersEdit) {
  const std::vector<Account> orders[] = {{{"k7.p.test", true}, {"k8.p.test", true}},
                                         {{"k8.p.test", true}, {"k7.p.test", true}}};
  for (const char* start :
       {"", "v=spf1 mx -all", "v=spf1 include:p.test -all", "v=spf1 mx include:P.test ~all",
        "v=spf1 include:k7.p.test include:k8.p.test -all", "v=spf1 include:k8.p.test -all",
        "v=spf1 include:k7.p.test include:p.test include:k8.p.test -all",
        "v=spf1 include:p.test include:k8.p.test -all", "v=spf1 ?include:k7.p.test -all",
        "v=spf1 -ip4:192.0.2.4 include:k7.p.test -all", "v=spf1 redirect=k7.p.test",
        "v=spf1 redirect=_both.test", "v=spf1 include:nested.test ~all", "v=spf1 redirect=g.test",
        "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all", "v=spf1 -all include:k8.p.test",
        "v=spf1 exists:%{i}.x.test include:k7.p.test ~all", "v=spf1 +all"}) {
    for (const auto& accounts : orders) {
      const auto record = followed(accounts, start, 1);
      ASSERT_TRUE(record) << start;
      expect_rest(accounts, *record);
    }
  }
}

TEST_F(AccountsOfOneDomain, DependOnNoIncludeOfOneBesideATxt) {
  const Account named{"p.test", false};
  const Account other{"k8.p.test", true, true};
  for (const char* start :
       {"", "v=spf1 include:p.test ~all", "v=spf1 mx include:P.TEST -all",
        "v=spf1 include:p.test redirect=g.test", "v=spf1 redirect=p.test", "v=spf1 -all",
        "v=spf1 redirect=g.test", "v=spf1 -ip4:192.0.2.4 include:p.test -all",
        "v=spf1 ip4:192.0.2.0/24 include:p.test ~all", "v=spf1 include:nested.test ~all"}) {
    SCOPED_TRACE(start);
    const auto record = followed({named, other}, start, 1);
    ASSERT_TRUE(record);
    expect_rest({named, other}, *record);
    std::string left = *record;
    const std::string include = " include:k8.p.test";
    ASSERT_NE(left.find(include), left.npos) << left;
    left.erase(left.find(include), include.size());
    expect_rest({named}, left);
  }
}

TEST_F(AccountsOfOneDomain, ComeToRestWhateverTheRecordWas) {
  RandomRecord random(118);
  const std::vector<Account> pairs[] = {{{"k7.p.test", true}, {"k8.p.test", true}},
                                        {{"k7.p.test", true}, {"p.test", false}},
                                        {{"p.test", false}, {"k7.p.test", true, true}},
                                        {{"p.test", false}, {"k7.p.test", true}}};
  int rested = 0;
  for (int i = 0; i < 1500; ++i) {
    std::string start = random.next();
    constexpr const char* kMore[] = {"", " include:k7.p.test", " include:k8.p.test"};
    start.insert(std::min(start.find(' '), start.size()), kMore[random.number(3)]);
    const auto& accounts = pairs[random.number(4)];
    // An own name takes the place of the shared one, which one more round puts beside it.
    const auto record = followed(accounts, start, 2);
    if (!record) continue;
    ++rested;
    SCOPED_TRACE(start);
    expect_rest(accounts, *record);
  }
  EXPECT_GT(rested, 300);
}

}  // namespace
}  // namespace mandate::advice
