// `mandate breaker`, run as a program on a store in which it holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "../store/sample_rows.h"
#include "program.h"
#include "registry/transition.h"
#include "store/sqlite_store.h"

namespace mandate::app::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using Words = std::vector<std::string>;

const std::chrono::sys_seconds kTime = store::at(1'795'435'200);  // 2026-11-23T12:00:00Z

class BreakerCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(open()->add_account({"4321", "", store::at(1)}, store::cause()));
  }

  std::unique_ptr<store::Store> open() const {
    auto opened = store::open_sqlite(database_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return std::move(*opened);
  }

  /// So many verified domains lost at once, of which one is let go.
  void lose(int count) const {
    const auto store = open();
    for (int i = 0; i < count; ++i) {
      registry::SendingDomain row = store::domain("d" + std::to_string(i) + ".example");
      row.status = registry::Status::verified;
      ASSERT_TRUE(store->add_domain(row, store::cause()));
    }
    for (int i = 0; i < count; ++i) {
      const auto name = dns::Name::parse("d" + std::to_string(i) + ".example").value();
      const auto before = store->domain("4321", name).value().value();
      const auto after = registry::after_check(before,
                                               {registry::CheckFinding::Kind::refused,
                                                "pool_not_covered", "No.", "e" + std::to_string(i)},
                                               kTime);
      ASSERT_TRUE(store->revoke_domain(before, after, "{}", {.share = 0, .at_least = 1},
                                       {"system:test", kTime}));
    }
  }

  Ended breaker(const std::string& what, const Words& more = {}) const {
    Words words = {"breaker", what, "--config", config_};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  const TemporaryFolder folder_;
  const std::string database_ = folder_ / "mandate.db";
  const std::string config_ = folder_.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
)");
};

TEST_F(BreakerCommand, ClosedIsZeroAndThereIsNothingToDecide) {
  const Ended status = breaker("status");
  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_THAT(status.out, StartsWith("closed  since 2"));
  for (const char* decision : {"confirm", "dismiss"}) {
    const Ended refused = breaker(decision);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, HasSubstr("the breaker is closed"));
  }
}

TEST_F(BreakerCommand, HoldingIsOneWithWhyAndWhom) {
  lose(3);
  const Ended status = breaker("status");
  EXPECT_EQ(status.exit_code, 1) << status.err;
  EXPECT_EQ(status.out,
            "holding  since 2026-11-23T12:00:00Z\n"
            "why        share: d1.example would be domain 2 to lose its permission within 3600 s, "
            "of 3 that may send: that is over the limit of 1, so a person looks first.\n"
            "counted    1 made within the time, 3 domains may send\n"
            "next       let them happen with `mandate breaker confirm`, or have them checked again "
            "with `mandate breaker dismiss`\n"
            "held       2 domains\n"
            "  4321  d1.example  would be suspended  pool_not_covered  evidence e1\n"
            "  4321  d2.example  would be suspended  pool_not_covered  evidence e2\n");
}

TEST_F(BreakerCommand, OneDomainIsOne) {
  lose(2);
  const Ended status = breaker("status");
  EXPECT_THAT(status.out, HasSubstr("held       1 domain\n"));
  EXPECT_THAT(breaker("confirm").out, StartsWith("confirmed  1 domain: what was held happens"));
}

TEST_F(BreakerCommand, AClaimIsListedAsOne) {
  ASSERT_TRUE(open()->trip_breaker("share", "So many.", {"system:breaker", kTime}));
  registry::SendingDomain claimed;
  claimed.account_id = "4321";
  claimed.domain = dns::Name::parse("claimed.example").value();
  claimed.claim_matures_at = kTime + std::chrono::hours{24};
  ASSERT_TRUE(open()->add_domain(claimed, {"person:ann", kTime}).has_value());
  registry::SendingDomain lost = claimed;
  lost.claim_matures_at.reset();
  lost.reason_code = "ownership_missing";
  lost.evidence_id = "e9";
  const auto held = open()->revoke_domain(claimed, lost, "{}", {}, {"system:watch", kTime});
  ASSERT_TRUE(held.has_value() && held->held);
  EXPECT_THAT(breaker("status").out,
              HasSubstr("  4321  claimed.example  would lose its claim  ownership_missing"));
  const auto object = boost::json::parse(breaker("status", {"--json"}).out).as_object();
  EXPECT_EQ(object.at("domains").as_array().at(0).at("loses").as_string(), "claim");
}

TEST_F(BreakerCommand, TheListGoesOnBehindItsLast) {
  lose(6);
  const Ended first = breaker("status", {"--limit", "2"});
  EXPECT_THAT(first.out, HasSubstr("  and more, with --after 4321/d2.example\n"));
  EXPECT_THAT(first.out, ::testing::Not(HasSubstr("d3.example")));
  const Ended rest = breaker("status", {"--after", "4321/d2.example", "--json"});
  EXPECT_EQ(rest.exit_code, 1);
  const auto object = boost::json::parse(rest.out).as_object();
  EXPECT_EQ(object.at("state").as_string(), "holding");
  EXPECT_EQ(object.at("held").as_int64(), 5);
  EXPECT_EQ(object.at("has_more").as_bool(), false);
  const auto& domains = object.at("domains").as_array();
  ASSERT_EQ(domains.size(), 3U);
  EXPECT_EQ(domains[0].at("domain").as_string(), "d3.example");
  EXPECT_EQ(domains[0].at("evidence_id").as_string(), "e3");
  const Ended wrong = breaker("status", {"--after", "d2.example"});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_THAT(wrong.err, HasSubstr("is not ACCOUNT/DOMAIN"));
  EXPECT_EQ(breaker("status", {"--limit", "-1"}).exit_code, 64);
}

TEST_F(BreakerCommand, ALimitOfNoughtListsNoneAndSaysSo) {
  lose(4);
  const Ended status = breaker("status", {"--limit", "0"});
  EXPECT_EQ(status.exit_code, 1) << status.err;
  EXPECT_TRUE(status.out.ends_with("held       3 domains\n  none listed, with --limit 0\n"))
      << status.out;
}

TEST_F(BreakerCommand, ConfirmAndDismissCloseItAndSayWhomThatConcerns) {
  lose(4);
  const Ended dismissed = breaker("dismiss");
  EXPECT_EQ(dismissed.exit_code, 0) << dismissed.err;
  EXPECT_THAT(dismissed.out, StartsWith("dismissed  3 domains: nothing is lost"));
  EXPECT_THAT(dismissed.out, HasSubstr("d3.example"));
  EXPECT_EQ(breaker("status").exit_code, 0);
  const auto entry = open()->audit_entries({.subject = "breaker:revocations"}, {}).value().back();
  EXPECT_EQ(entry.action, "breaker.dismissed");
  EXPECT_THAT(entry.actor, MatchesRegex("person:.+"));
}

TEST_F(BreakerCommand, ConfirmAsJson) {
  lose(4);
  const Ended confirmed = breaker("confirm", {"--json", "--limit", "1"});
  EXPECT_EQ(confirmed.exit_code, 0) << confirmed.err;
  const auto object = boost::json::parse(confirmed.out).as_object();
  EXPECT_EQ(object.at("decision").as_string(), "confirmed");
  EXPECT_EQ(object.at("held").as_int64(), 3);
  EXPECT_EQ(object.at("domains").as_array().size(), 1U);
  EXPECT_EQ(object.at("has_more").as_bool(), true);
}

TEST_F(BreakerCommand, AHoldByTheCanaryIsNobodysToDecide) {
  ASSERT_TRUE(open()->trip_breaker("canary", "It \x1b[2J is silent.", {"system:breaker", kTime}));
  const Ended status = breaker("status");
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_THAT(status.out, HasSubstr("canary: It \\x1b[2J is silent."));
  EXPECT_THAT(status.out, HasSubstr("it closes by itself"));
  for (const char* decision : {"confirm", "dismiss"}) {
    const Ended refused = breaker(decision);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("holds for another reason"));
  }
  EXPECT_TRUE(open()->breaker().value().holding);
}

TEST_F(BreakerCommand, WithoutAStoreOrAConfigurationSaysWhich) {
  const TemporaryFolder empty;
  EXPECT_EQ(run_program({"breaker", "status", "--config", empty / "none.toml"}).exit_code, 78);
  const std::string config = empty.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "none.db"
[relay]
url = "smtp://127.0.0.1:1"
)");
  EXPECT_EQ(run_program({"breaker", "status", "--config", config}).exit_code, 73);
}

}  // namespace
}  // namespace mandate::app::testing
