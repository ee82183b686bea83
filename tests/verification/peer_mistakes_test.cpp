// What other systems take for a permission and is none, and what they take for a loss and is none:
// each a named test, over zones as the DNS and a real store.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "registry/gate.h"
#include "store/sqlite_store.h"
#include "verification/probe.h"

namespace mandate::verification {
namespace {

using registry::Status;
using std::chrono::hours;

constexpr const char* kToken = "0123456789abcdef";
constexpr const char* kGood = "v=spf1 include:0123456789abcdef.mailer.test -all";

/// A DNS of one file, that can be written anew or fail.
class OneZone final : public resolver::Lookup {
 public:
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline) override {
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      facts.push_back(fails ? dns::Fact{.question = question, .detail = "SERVFAIL"}
                            : zones.lookup(question, {}));
    }
    return facts;
  }
  void publish(const std::string& lines) {
    zones = {};
    const auto added = zones.add_file(
        "mailer.test TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n"
        "*.mailer.test TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n" +
            lines,
        "z");
    ASSERT_TRUE(added.has_value()) << added.error().text() << lines;
  }

  dns::ZoneData zones;
  bool fails = false;
};

class PeerMistakes : public testing::Test {
 protected:
  void SetUp() override {
    add_account("4321", kToken);
    list("4321", "customer.test");
  }

  void add_account(const std::string& id, const std::string& token) {
    ASSERT_TRUE(store_->add_account({id, "", now_, token}, cause_).has_value());
  }
  void list(const std::string& account, const std::string& domain) {
    registry::SendingDomain row;
    row.account_id = account;
    row.domain = dns::Name::parse(domain).value();
    row.senders = {"news@" + domain};
    row.created_at = row.status_since = now_;
    ASSERT_TRUE(store_->add_domain(row, cause_).has_value());
  }
  Checked verify(const std::string& account = "4321", const char* domain = "customer.test") {
    auto checked = probe_.verify(account, dns::Name::parse(domain).value(), "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    return *checked;
  }
  /// The row as it was when it was added.
  void forget_the_last_check() {
    ASSERT_TRUE(store_->remove_domain("4321", dns::Name::parse("customer.test").value(), cause_));
    list("4321", "customer.test");
  }
  Status status_with(const std::string& lines) {
    dns_.publish(lines);
    return verify().domain.status;
  }
  registry::Decision decide(const std::string& from, const std::string& account = "4321") {
    const auto mailbox = registry::parse_mailbox(from).value();
    return registry::decide(account, mailbox, store_->domain(account, mailbox.domain).value(),
                            now_);
  }

  const registry::Provider provider_{.include_name = dns::Name::parse("mailer.test").value(),
                                     .pool = {dns::Prefix::parse("192.0.2.0/28").value(),
                                              dns::Prefix::parse("2001:db8:25::/64").value()},
                                     .helo_names = {"out.mailer.test"},
                                     .default_sender = "no-reply@provider.test"};
  std::chrono::sys_seconds now_{std::chrono::seconds(1'000'000)};
  const registry::Cause cause_{.actor = "person:test", .at = now_};
  int ids_ = 0;
  OneZone dns_;
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(":memory:").value());
  Probe probe_{provider_,
               dns_,
               *store_,
               [this] { return now_; },
               [this] { return "e" + std::to_string(++ids_); },
               {},
               {.timeout = std::chrono::seconds(5)}};
};

struct Row {
  const char* peer;
  const char* mistake;
  std::string zone;
};

std::string customer(const std::string& text) {
  return "customer.test TXT \"" + text + "\"\n";
}

TEST_F(PeerMistakes, WhatOthersPassWronglyIsNotVerified) {
  const std::string include = "include:0123456789abcdef.mailer.test";
  const std::vector<Row> rows = {
      {"the article's", "-include:", customer("v=spf1 -" + include + " ~all")},
      {"the article's", "a longer name in front",
       customer("v=spf1 include:evil0123456789abcdef.mailer.test ~all")},
      {"the article's", "text after -all", customer("v=spf1 -all " + include)},
      {"the article's", "two records",
       customer("v=spf1 " + include + " -all") + customer("v=spf1 mx -all")},
      {"the article's", "no proof of ownership", customer("v=spf1 include:mailer.test -all")},
      {"Postal", "a longer name behind", customer("v=spf1 " + include + ".evil.test ~all")},
      {"Postal", "-include: again", customer("v=spf1 mx -" + include + " ?all")},
      {"Postal", "a policy beyond ten lookups",
       customer("v=spf1 a:1.test a:2.test a:3.test a:4.test a:5.test a:6.test a:7.test a:8.test "
                "a:9.test a:10.test " +
                include + " -all") +
           "1.test A 203.0.113.1\n2.test A 203.0.113.1\n3.test A 203.0.113.1\n"
           "4.test A 203.0.113.1\n5.test A 203.0.113.1\n6.test A 203.0.113.1\n"
           "7.test A 203.0.113.1\n8.test A 203.0.113.1\n9.test A 203.0.113.1\n"
           "10.test A 203.0.113.1\n"},
      {"Postal", "duplicate records",
       customer("v=spf1 " + include + " -all") + customer("v=spf1 " + include + " ~all")},
      {"addy.io", "mx anywhere", customer("v=spf1 mx ~all")},
      {"addy.io", "mx in another text", customer("the mx of ours") + customer("v=spf1 -all")},
      {"mailcow", "an address that a network of ours merely holds",
       customer("v=spf1 ip4:192.0.2.1 ip6:2001:db8:25::1 -all")},
      {"hosted", "the text is right, the include's target is not",
       customer("v=spf1 " + include + " -all") +
           "0123456789abcdef.mailer.test TXT \"v=spf1 ip4:203.0.113.0/28 -all\"\n"},
      {"hosted", "the include's target is broken",
       customer("v=spf1 " + include + " -all") +
           "0123456789abcdef.mailer.test TXT \"v=spf1 ip4:192.0.2.0/99 -all\"\n"}};
  for (const Row& row : rows) {
    EXPECT_EQ(status_with(row.zone), Status::pending) << row.peer << ": " << row.mistake;
  }
}

TEST_F(PeerMistakes, WhatOthersFailWronglyIsVerified) {
  const std::string include = "include:0123456789abcdef.mailer.test";
  const std::string padding(200, 'x');
  const std::vector<Row> rows = {
      {"Postal", "redirect=",
       customer("v=spf1 redirect=_spf.customer.test") + "_spf.customer.test TXT \"v=spf1 " +
           include + " -all\"\n"},
      {"Postal", "macros",
       customer("v=spf1 include:mailer.%{d1r}.test -all") +
           "mailer.customer.test TXT \"v=spf1 include:mailer.test -all\"\n"
           "_mandate.customer.test TXT \"mandate-account=0123456789abcdef\"\n"},
      {"SimpleLogin", "an include past 255 octets",
       "customer.test TXT \"v=spf1 exists:" + padding + ".test inclu\" \"de:0123456789abcdef" +
           ".mailer.test -all\"\n"},
      {"Remails", "neither -all nor ~all at the end", customer("v=spf1 " + include)},
      {"Remails", "?all at the end", customer("v=spf1 " + include + " ?all")},
      {"mailcow", "networks",
       customer("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all") +
           "_mandate.customer.test TXT "
           "\"mandate-account=0123456789abcdef\"\n"},
      {"several", "any case", customer("V=SPF1 INCLUDE:0123456789ABCDEF.Mailer.Test -ALL")},
      {"several", "other texts beside it",
       customer("v=spf1 " + include + " -all") + customer("google-site-verification=x")},
      {"mox", "another sender's include in front",
       customer("v=spf1 include:_spf.partner.test " + include + " -all") +
           "_spf.partner.test TXT \"v=spf1 ip4:203.0.113.0/24 -all\"\n"}};
  for (const Row& row : rows) {
    forget_the_last_check();
    const Status status = status_with(row.zone);
    EXPECT_EQ(status, Status::verified)
        << row.peer << ": " << row.mistake << ": " << verify().domain.reason;
  }
}

TEST_F(PeerMistakes, MailcowIncludesThatGoInACircleComeToAnEnd) {
  EXPECT_EQ(status_with(customer("v=spf1 include:a.test -all") +
                        "a.test TXT \"v=spf1 include:b.test -all\"\n"
                        "b.test TXT \"v=spf1 include:a.test -all\"\n"),
            Status::pending);
  EXPECT_EQ(verify().domain.reason_code, "too_many_lookups");
}

TEST_F(PeerMistakes, AFailureOfTheDnsIsNeitherALossNorAnEmptyAnswer) {
  // The article's, Postal, SimpleLogin, addy.io, hyvor relay.
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  const registry::SendingDomain before = verify().domain;
  dns_.fails = true;
  for (int i = 0; i < 40; ++i) {
    now_ += hours{24};
    registry::SendingDomain after = verify().domain;
    EXPECT_EQ(after.status, Status::verified);
    EXPECT_EQ(after.last_checked_at, before.last_checked_at);
    EXPECT_EQ(after.last_attempt_at, now_);
    EXPECT_TRUE(decide("news@customer.test").allowed);
  }
}

TEST_F(PeerMistakes, OneBadDomainHoldsNoOtherBack) {
  // The article's: one bad domain fails the whole save. Complaints: adding a domain blocked mail.
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  list("4321", "broken.test");
  EXPECT_EQ(verify("4321", "broken.test").domain.status, Status::pending);
  EXPECT_EQ(verify().domain.status, Status::verified);
  EXPECT_TRUE(decide("news@customer.test").allowed);
  EXPECT_FALSE(decide("news@broken.test").allowed);
}

TEST_F(PeerMistakes, AListedDomainHoldsForEveryAddressAtItInAnyCase) {
  // The article's: a bare domain never matches, and addresses are compared with case.
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  EXPECT_TRUE(decide("News@Customer.TEST").allowed);
}

TEST_F(PeerMistakes, AnUnlistedSenderIsRefusedAndNeverReplaced) {
  // The article's: it silently becomes the default sender.
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  const registry::Decision decision = decide("news@other.test");
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.code, "domain_not_listed");
  EXPECT_FALSE(decision.message.empty());
}

TEST_F(PeerMistakes, RemailsANameThatMerelyEndsAlikeIsAnotherDomain) {
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  EXPECT_FALSE(decide("news@evilcustomer.test").allowed);
  EXPECT_FALSE(decide("news@sub.customer.test").allowed);
}

TEST_F(PeerMistakes, AVerifiedDomainIsNotVerifiedForEver) {
  // Postal: `verified_at` is for ever. Postmark: a flag stays true after removal.
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  EXPECT_EQ(status_with(customer("v=spf1 mx ~all")), Status::at_risk);
  now_ += hours{25};
  EXPECT_EQ(verify().domain.status, Status::suspended);
  EXPECT_FALSE(decide("news@customer.test").allowed);
}

TEST_F(PeerMistakes, HostedVerifyingAgainKeepsAGoodDomainGood) {
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  const auto since = verify().domain.status_since;
  for (int i = 0; i < 5; ++i) {
    now_ += hours{1};
    const registry::SendingDomain again = verify().domain;
    EXPECT_EQ(again.status, Status::verified);
    EXPECT_EQ(again.status_since, since) << "it was never anything else meanwhile";
  }
}

TEST_F(PeerMistakes, AnotherAccountIsNotAllowedByTheSameInclude) {
  // The article's: any account may list a domain that already has the include. mox: one tenant.
  add_account("other", "fedcba9876543210");
  list("other", "customer.test");
  ASSERT_EQ(status_with(customer(kGood)), Status::verified);
  const registry::SendingDomain theirs = verify("other").domain;
  EXPECT_EQ(theirs.status, Status::pending);
  EXPECT_EQ(theirs.reason_code, "owned_by_other");
  EXPECT_FALSE(decide("news@customer.test", "other").allowed);
  EXPECT_TRUE(decide("news@customer.test").allowed) << "nor does its listing do the owner harm";
}

TEST_F(PeerMistakes, PendingIsNotShownAsFailedInTheFirstDays) {
  for (int day = 0; day < 29; ++day) {
    EXPECT_EQ(status_with(customer("v=spf1 mx -all")), Status::pending) << day;
    now_ += hours{24};
  }
  now_ += hours{48};
  EXPECT_EQ(verify().domain.status, Status::failed);
  EXPECT_EQ(status_with(customer(kGood)), Status::verified) << "and it is never too late";
}

}  // namespace
}  // namespace mandate::verification
