// Steps of advice, driven over a zone text as the whole DNS.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "mandate/dns/zone_file.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {

inline dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}
inline dns::Prefix prefix(std::string_view text) {
  return dns::Prefix::parse(text).value();
}
inline dns::IpAddress ip(std::string_view text) {
  return dns::IpAddress::parse(text).value();
}

class ZoneAnswers {
 public:
  explicit ZoneAnswers(std::string_view zone) {
    const auto added = zone_.add_file(zone, "test.zone");
    if (!added) throw std::invalid_argument(added.error().text());
  }

  /// Puts a TXT record in.
  void publish(std::string_view owner, std::string_view text) {
    zone_.add({name(owner), dns::RecordType::txt, 300, dns::TxtData{{std::string(text)}}});
  }

  /// Lets a question fail from here on, as a DNS that is away does.
  void fail(const dns::Question& question) { failing_.push_back(question); }

  /// Answers questions until the step has its result. No question is asked twice.
  template <class Step>
  auto settle(Step&& step) {
    for (int round = 0;; ++round) {
      if (round > 100) throw std::runtime_error("the step asks without end");
      auto outcome = step(std::as_const(facts_));
      auto* questions = std::get_if<spf::Questions>(&outcome);
      if (questions == nullptr) return std::get<0>(std::move(outcome));
      for (const dns::Question& question : *questions) {
        EXPECT_EQ(facts_.find(question), nullptr) << "asked twice: " << dns::text(question);
        facts_.add(answer(question));
      }
    }
  }

  const dns::Facts& facts() const { return facts_; }

 private:
  dns::Fact answer(const dns::Question& question) const {
    for (const dns::Question& failing : failing_) {
      if (failing != question) continue;
      dns::Fact fact;
      fact.question = question;
      fact.detail = "no answer in time";
      return fact;
    }
    return zone_.lookup(question, {});
  }

  dns::ZoneData zone_;
  dns::Facts facts_;
  std::vector<dns::Question> failing_;
};

}  // namespace mandate::advice
