// Zone files as the whole DNS, that change, that break, and that count what they are asked.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "resolver/lookup.h"

namespace mandate::resolver::testing {

/// Names below `broken.test` fail. Thread-safe.
class CountedZones final : public Lookup {
 public:
  explicit CountedZones(std::string_view text) { publish(text); }

  void publish(std::string_view text) {
    dns::ZoneData data;
    const auto added = data.add_file(text, "test.zone");
    ASSERT_TRUE(added.has_value()) << added.error().text();
    const std::scoped_lock lock(mutex_);
    data_ = std::move(data);
  }
  /// From now on every question fails, or none but those below `broken.test`.
  void be_down(bool down) { down_ = down; }

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline) override {
    static const auto broken = dns::Name::parse("broken.test").value();
    const std::scoped_lock lock(mutex_);
    std::vector<dns::Fact> facts;
    for (const dns::Question& question : questions) {
      ++asked_;
      if (down_ || question.name.is_at_or_below(broken)) {
        facts.push_back({.question = question, .source = "test.zone", .detail = "SERVFAIL"});
      } else {
        facts.push_back(data_.lookup(question, learned_at));
      }
    }
    return facts;
  }
  /// Questions, since the last time that this was called.
  int asked() { return asked_.exchange(0); }

  static constexpr std::chrono::sys_seconds learned_at{std::chrono::seconds(1'700'000'000)};

 private:
  std::mutex mutex_;
  dns::ZoneData data_;
  std::atomic<bool> down_{false};
  std::atomic<int> asked_{0};
};

}  // namespace mandate::resolver::testing
