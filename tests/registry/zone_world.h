// A whole DNS made of one zone text, and assessments over it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "registry/assessment.h"

namespace mandate::registry {

constexpr std::chrono::sys_seconds kTestTime{std::chrono::seconds{1'800'000'000}};

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}
inline dns::Prefix prefix(std::string_view text) {
  return dns::Prefix::parse(text).value();
}
inline dns::IpAddress ip(std::string_view text) {
  return dns::IpAddress::parse(text).value();
}

/// The provider of the tests: its pool is a /28 and a /64, and its record lists both.
inline Provider test_provider() {
  return {.include_name = name("mailer.provider.example"),
          .pool = {prefix("192.0.2.0/28"), prefix("2001:db8:25::/64")},
          .helo_names = {"out.mailer.provider.example"},
          .default_sender = "no-reply@provider.example"};
}

inline constexpr std::string_view kProviderZone =
    "mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n";

class ZoneWorld {
 public:
  explicit ZoneWorld(std::string_view zone) {
    const auto added = zone_.add_file(zone, "test.zone");
    if (!added) throw std::invalid_argument(added.error().text());
  }

  /// Lets every question from here on fail, as a DNS that is away does.
  void fail(const dns::Question& question) { failing_.push_back(question); }

  /// Answers questions until a step has its result.
  template <class Step>
  auto settle(Step&& step) {
    rounds_ = 0;
    for (;;) {
      auto outcome = step(std::as_const(facts_));
      auto* questions = std::get_if<spf::Questions>(&outcome);
      if (questions == nullptr) return std::get<0>(std::move(outcome));
      answer(*questions);
    }
  }

  /// Answers questions until there is an assessment.
  Assessment assess(const Provider& provider, std::string_view domain,
                    const std::vector<std::string>& senders = {}) {
    return settle([&](const dns::Facts& facts) {
      return registry::assess(provider, name(domain), senders, facts, kTestTime);
    });
  }

  /// check_host of one address, with its questions answered.
  spf::Verdict check(const dns::IpAddress& address, const std::string& mail_from) {
    spf::Request request;
    request.ip = address;
    request.mail_from = mail_from;
    request.helo = "out.mailer.provider.example";
    request.now = kTestTime;
    for (;;) {
      auto outcome = spf::check_host(request, facts_);
      if (auto* verdict = std::get_if<spf::Verdict>(&outcome)) return std::move(*verdict);
      answer(std::get<spf::Questions>(outcome));
    }
  }

  const dns::Facts& facts() const { return facts_; }
  int rounds() const { return rounds_; }

 private:
  void answer(const spf::Questions& questions) {
    ++rounds_;
    if (questions.empty()) throw std::logic_error("no verdict and no question");
    for (const dns::Question& question : questions) {
      if (facts_.find(question) != nullptr) throw std::logic_error("asked for what is known");
      dns::Fact fact = zone_.lookup(question, kTestTime);
      if (std::ranges::find(failing_, question) != failing_.end()) {
        fact = {};
        fact.question = question;
        fact.status = dns::Fact::Status::failed;
        fact.detail = "no answer within 5 s";
      }
      facts_.add(std::move(fact));
    }
  }

  dns::ZoneData zone_;
  dns::Facts facts_;
  std::vector<dns::Question> failing_;
  int rounds_ = 0;
};

}  // namespace mandate::registry
