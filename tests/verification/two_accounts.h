// Two accounts that list one domain, whose record names the one, the other, or both.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "probe_world.h"

namespace mandate::verification {

/// Two accounts, `4321` and `other`, that list the same domain.
class TwoAccounts : public ProbeTest {
 protected:
  void SetUp() override {
    ProbeTest::SetUp();
    ASSERT_TRUE(store_->add_account({"other", "", now_, kOther}, cause_).has_value());
    registry::SendingDomain second = row();
    second.account_id = "other";
    ASSERT_TRUE(store_->add_domain(second, cause_).has_value());
  }

  /// What checks the domain.
  virtual Probe& probe() { return probe_; }

  registry::SendingDomain of(const std::string& account) {
    return store_->domain(account, name_).value().value();
  }
  registry::SendingDomain check(const std::string& account) {
    auto checked = probe().verify(account, name_, "key:k1");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    EXPECT_EQ(of(account), checked->domain);
    return checked->domain;
  }
  void name_in_record(const std::vector<std::string>& tokens) {
    std::string record = "v=spf1 ";
    for (const std::string& token : tokens) record += "include:" + token + ".mailer.test ";
    dns_.publish(record + "-all");
  }
  /// What was told to an account, without transitions.
  std::vector<std::string> told(const std::string& account) {
    std::vector<std::string> out;
    const auto events = store_->events(account, {}).value();
    for (const registry::Event& event : events) {
      for (const std::string type :
           {"claim_started", "claim_ended", "contested", "contest_ended"}) {
        if (event.body.find("\"type\":\"domain." + type + "\"") != std::string::npos) {
          out.push_back(type);
        }
      }
    }
    return out;
  }

  static constexpr const char* kOther = "vvvvvvvvvvvvvvvv";
};

}  // namespace mandate::verification
