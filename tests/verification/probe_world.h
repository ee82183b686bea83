// A domain of an account, zones as its DNS, a real store, and a probe.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/sqlite_store.h"
#include "verification/probe.h"

namespace mandate::verification {

using registry::Status;
using std::chrono::hours;

inline constexpr const char* kToken = "0123456789abcdef";
inline constexpr const char* kGood = "v=spf1 include:0123456789abcdef.mailer.test -all";
/// Names the account where the policy is not the point.
inline constexpr const char* kNamed =
    "_mandate.customer.test TXT \"mandate-account=0123456789abcdef\"\n";

/// Zones that change while a test runs, and that can go silent.
class ChangingDns final : public resolver::Lookup {
 public:
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline) override {
    if (meanwhile) std::exchange(meanwhile, {})();
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      const bool answers = !silent && question.name != away;
      facts.push_back(answers ? zones.lookup(question, {})
                              : dns::Fact{.question = question, .detail = "time-out"});
    }
    return facts;
  }
  void publish(const std::string& record, const std::string& more = "") {
    zones = {};
    const std::string own = record.empty() ? "" : "customer.test TXT \"" + record + "\"\n";
    const auto added =
        zones.add_file(own + "mailer.test TXT \"" + provider + "\"\ncustomer.test A 192.0.2.99\n" +
                           "*.mailer.test TXT \"" + provider + "\"\n" + more,
                       "z");
    ASSERT_TRUE(added.has_value()) << added.error().text();
  }

  dns::ZoneData zones;
  std::string provider = "v=spf1 ip4:192.0.2.0/28 -all";  ///< what it publishes itself
  bool silent = false;
  std::optional<dns::Name> away;    ///< a name whose servers are silent
  std::function<void()> meanwhile;  ///< what another does while the next question is under way
};

class ProbeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->add_account({"4321", "", now_, kToken}, cause_).has_value());
    registry::SendingDomain row;
    row.account_id = "4321";
    row.domain = name_;
    row.senders = {"news@customer.test"};
    row.created_at = row.status_since = now_;
    ASSERT_TRUE(store_->add_domain(row, cause_).has_value());
  }

  registry::SendingDomain row() { return store_->domain("4321", name_).value().value(); }
  void replace(const registry::SendingDomain& after) {
    ASSERT_TRUE(store_->update_domain(row(), after, {}, cause_).has_value());
  }

  Checked verify() {
    auto checked = probe_.verify("4321", name_, "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    EXPECT_EQ(store_->domain("4321", name_).value(), checked->domain);
    return *checked;
  }

  const dns::Name name_ = dns::Name::parse("customer.test").value();
  const registry::Provider provider_{dns::Name::parse("mailer.test").value(),
                                     {dns::Prefix::parse("192.0.2.0/28").value()},
                                     {"out.mailer.test"},
                                     "no-reply@provider.test",
                                     dns::Name::parse("in.test").value()};
  std::chrono::sys_seconds now_{std::chrono::seconds(1'000'000)};
  const registry::Cause cause_{.actor = "person:test", .at = now_};
  int ids_ = 0;
  ChangingDns dns_;
  std::unique_ptr<store::Store> store_ = std::move(store::open_sqlite(":memory:").value());
  Probe probe_{provider_,
               dns_,
               *store_,
               [this] { return now_; },
               [this] { return "e" + std::to_string(++ids_); },
               {},
               {.timeout = std::chrono::seconds(5)}};
};

}  // namespace mandate::verification
