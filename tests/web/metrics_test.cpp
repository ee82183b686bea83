// /metrics: the figures, in the text format of Prometheus.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "api_world.h"
#include "registry/transition.h"
#include "web/exposition.h"

namespace mandate::web {
namespace {

/// A reader of the format by its own rules: HELP and TYPE once a family, before its samples.
class Scrape {
 public:
  explicit Scrape(const std::string& text) {
    EXPECT_TRUE(text.ends_with('\n'));
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with("# ")) {
        comment(line);
      } else {
        sample(line);
      }
    }
  }

  long long value(const std::string& series) const {
    const auto found = values_.find(series);
    EXPECT_NE(found, values_.end()) << series;
    return found == values_.end() ? -1 : found->second;
  }
  std::string type(const std::string& name) const { return types_.at(name); }

 private:
  void comment(const std::string& line) {
    std::istringstream words(line.substr(2));
    std::string keyword;
    std::string name;
    words >> keyword >> name;
    EXPECT_TRUE(seen_.insert(keyword + name).second) << line;
    if (keyword != "TYPE") return;
    words >> types_[name];
    EXPECT_TRUE(seen_.contains("HELP" + name)) << line;
  }

  void sample(const std::string& line) {
    const std::size_t space = line.rfind(' ');
    ASSERT_NE(space, std::string::npos) << line;
    const std::string series = line.substr(0, space);
    EXPECT_TRUE(types_.contains(series.substr(0, series.find('{')))) << line;
    EXPECT_TRUE(values_.emplace(series, std::stoll(line.substr(space + 1))).second) << line;
  }

  std::set<std::string> seen_;
  std::map<std::string, std::string> types_;
  std::map<std::string, long long> values_;
};

Scrape scrape(ApiWorld& world) {
  const Response response = world.get("/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  return Scrape(response.body);
}

TEST(Metrics, OfAnEmptyRegistryAreAllThereAndZero) {
  ApiWorld world;
  const Scrape empty = scrape(world);
  EXPECT_EQ(empty.value("mandate_build_info{version=\"7.8.9\"}"), 1);
  for (const char* status : {"pending", "verified", "at_risk", "suspended", "failed", "disabled"}) {
    EXPECT_EQ(empty.value("mandate_domains{status=\"" + std::string(status) + "\"}"), 0);
  }
  for (const char* finding : {"proven", "not_proven", "refused", "unavailable"}) {
    EXPECT_EQ(empty.value("mandate_checks_total{finding=\"" + std::string(finding) + "\"}"), 0);
  }
  for (const char* state : {"queued", "delivered", "bounced", "expired", "held"}) {
    EXPECT_EQ(empty.value("mandate_messages{state=\"" + std::string(state) + "\"}"), 0);
  }
  for (const char* plain : {"mandate_breaker_holding", "mandate_breaker_held_domains",
                            "mandate_checks_due", "mandate_checks_lag_seconds"}) {
    EXPECT_EQ(empty.value(plain), 0) << plain;
    EXPECT_EQ(empty.type(plain), "gauge");
  }
  EXPECT_EQ(empty.type("mandate_checks_total"), "counter");
  EXPECT_EQ(empty.type("mandate_domains"), "gauge");
}

TEST(Metrics, FollowDomainsChecksMessagesAndTheBreaker) {
  ApiWorld world;
  world.dns.publish(std::string(kProviderZone) + std::string(kCustomerRecord));
  world.post("/v1/accounts/one/domains", R"({"domain":"customer.example"})");
  world.post("/v1/accounts/one/domains", R"({"domain":"other.example"})");
  world.post("/v1/accounts/one/domains/customer.example/verify");
  world.post("/v1/accounts/one/domains/other.example/verify");
  world.post("/v1/accounts/one/messages",
             R"({"from":"a@customer.example","to":"b@reader.example","subject":"s","text":"t"})");
  world.now += std::chrono::seconds{90};
  ASSERT_TRUE(world.store.trip_breaker("canary", "Silent.", world.cause()));
  const auto name = dns::Name::parse("customer.example").value();
  const auto before = world.store.domain("one", name).value().value();
  const auto after = registry::after_check(
      before, {registry::CheckFinding::Kind::refused, "pool_not_covered", "No.", "e9"}, world.now);
  ASSERT_TRUE(world.store.revoke_domain(before, after, "{}", {}, world.cause()).value().held);

  const Scrape scraped = scrape(world);
  EXPECT_EQ(scraped.value("mandate_domains{status=\"verified\"}"), 1);
  EXPECT_EQ(scraped.value("mandate_domains{status=\"pending\"}"), 1);
  EXPECT_EQ(scraped.value("mandate_checks_total{finding=\"proven\"}"), 1);
  EXPECT_EQ(scraped.value("mandate_checks_total{finding=\"not_proven\"}"), 1);
  EXPECT_EQ(scraped.value("mandate_messages{state=\"queued\"}"), 1);
  EXPECT_EQ(scraped.value("mandate_breaker_holding"), 1);
  EXPECT_EQ(scraped.value("mandate_breaker_held_domains"), 1);
  EXPECT_EQ(scraped.value("mandate_checks_due"), world.store.figures(world.now).value().checks_due);
}

TEST(Metrics, TheLagIsThatOfTheCheckThatIsDueLongest) {
  ApiWorld world;
  world.add_domain("one", "a.example", registry::Status::verified);
  const auto row = world.store.domain("one", dns::Name::parse("a.example").value()).value().value();
  auto due = row;
  due.next_check_at = world.now;
  ASSERT_TRUE(world.store.update_domain(row, due, "", world.cause()));
  world.now += std::chrono::seconds{90};
  EXPECT_EQ(scrape(world).value("mandate_checks_due"), 1);
  EXPECT_EQ(scrape(world).value("mandate_checks_lag_seconds"), 90);
}

TEST(Metrics, ALabelsValueCannotBreakOutOfItsQuotes) {
  Exposition out;
  out.family("f", "gauge", "Help.").sample("l", "a\"b\\c\nd", 7);
  EXPECT_EQ(std::move(out).text(), "# HELP f Help.\n# TYPE f gauge\nf{l=\"a\\\"b\\\\c\\nd\"} 7\n");
}

}  // namespace
}  // namespace mandate::web
