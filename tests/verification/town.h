// A thousand customers of one provider: their DNS, a real store, and a probe with its breaker over
// both, under a clock that the test moves.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../store/folder.h"
#include "mandate/dns/zone_file.h"
#include "resolver/lookup.h"
#include "store/sqlite_store.h"
#include "verification/breaker.h"
#include "verification/probe.h"

namespace mandate::verification {

/// Zones that change, behind a resolver that can go silent or answer SERVFAIL.
class TownDns final : public resolver::Lookup {
 public:
  enum class State : std::uint8_t { up, silent, servfail };
  void set(State state) {
    const std::lock_guard lock(mutex_);
    state_ = state;
  }
  void publish(const std::string& zone) {
    dns::ZoneData zones;
    const auto added = zones.add_file(zone, "town.zone");
    ASSERT_TRUE(added.has_value()) << added.error().text();
    const std::lock_guard lock(mutex_);
    zones_ = std::move(zones);
  }
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline) override {
    const std::lock_guard lock(mutex_);
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      if (state_ == State::up) {
        facts.push_back(zones_.lookup(question, {}));
      } else {
        const char* const detail = state_ == State::silent ? "no answer in time" : "SERVFAIL";
        facts.push_back({.question = question, .detail = detail});
      }
    }
    return facts;
  }

 private:
  std::mutex mutex_;
  State state_ = State::up;
  dns::ZoneData zones_;
};

/// What the DNS has of the provider, and of the host through which the customers include it.
struct Published {
  std::string provider = "v=spf1 ip4:192.0.2.0/28 -all";
  std::string host = "v=spf1 include:mailer.test -all";
};

class Town {
 public:
  /// The store is in memory, or a file of that name in a folder that goes with the town.
  explicit Town(int customers, const std::string& file = ":memory:")
      : customers_(customers),
        path_(file == ":memory:" ? file : folder_.file(file)),
        store_(std::move(store::open_sqlite(path_).value())) {
    publish({});
    EXPECT_TRUE(store_->add_account({"4321", "", now}, cause()).has_value());
    for (int i = 0; i < customers; ++i) {
      registry::SendingDomain row;
      row.account_id = "4321";
      row.domain = name(i);
      row.created_at = row.status_since = now;
      EXPECT_TRUE(store_->add_domain(row, cause()).has_value());
    }
    check_all();
    EXPECT_EQ(count("verified"), customers);
  }

  /// The records of all customers, but for those of `removed`.
  void publish(const Published& published, const std::vector<int>& removed = {}) {
    std::string zone = "mailer.test TXT \"" + published.provider + "\"\nhost.test TXT \"" +
                       published.host + "\"\n" + "out.mailer.test A 192.0.2.1\n" +
                       "spf.out.mailer.test TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n";
    for (int i = 0; i < customers_; ++i) {
      const bool is_removed = std::ranges::find(removed, i) != removed.end();
      zone += name(i).text() +
              (is_removed ? " TXT \"v=spf1 -all\"\n" : " TXT \"v=spf1 include:host.test -all\"\n");
    }
    dns.publish(zone);
  }

  Checked check(int customer) {
    auto checked = probe_.verify("4321", name(customer), "system:watch");
    EXPECT_TRUE(checked.has_value()) << checked.error().message;
    return std::move(*checked);
  }
  /// How many checks were held.
  int check_all() {
    int held = 0;
    for (int i = 0; i < customers_; ++i) held += check(i).held ? 1 : 0;
    return held;
  }
  void round() {
    const auto done = breaker_.round();
    ASSERT_TRUE(done.has_value()) << done.error().message;
  }

  static dns::Name name(int customer) {
    return dns::Name::parse("c" + std::to_string(customer) + ".test").value();
  }
  registry::SendingDomain row(int customer) {
    return store_->domain("4321", name(customer)).value().value();
  }
  std::int64_t count(const std::string& status) {
    return store_->figures(now).value().domains[status];
  }
  registry::BreakerState state() { return store_->breaker().value(); }
  std::vector<std::string> actions() {
    const auto entries = store_->audit_entries({.subject = "breaker:revocations"}, {}).value();
    std::vector<std::string> out;
    for (const auto& entry : entries) out.push_back(entry.action);
    return out;
  }
  registry::Cause cause() const { return {.actor = "person:ann", .at = now}; }
  store::Store& store() { return *store_; }
  const std::string& path() const { return path_; }

  const registry::Provider provider{dns::Name::parse("mailer.test").value(),
                                    {dns::Prefix::parse("192.0.2.0/28").value()},
                                    {"out.mailer.test"},
                                    "no-reply@provider.test"};
  std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  TownDns dns;
  std::vector<std::string> news;

 private:
  const int customers_;
  const store::Folder folder_;
  const std::string path_;
  std::unique_ptr<store::Store> store_;
  std::atomic<int> ids_ = 0;
  Breaker breaker_{provider,
                   dns,
                   *store_,
                   [this] { return now; },
                   {},
                   std::chrono::seconds(5),
                   [this](const std::string& told) { news.push_back(told); }};
  Probe probe_{provider,
               dns,
               *store_,
               [this] { return now; },
               [this] { return "e" + std::to_string(++ids_); },
               {},
               {.timeout = std::chrono::seconds(5), .ownership = {.required = false}},
               &breaker_};
};

}  // namespace mandate::verification
