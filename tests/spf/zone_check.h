// check_host over a zone file given as text: the smallest real DNS.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

#include "mandate/dns/zone_file.h"
#include "mandate/spf/check_host.h"

namespace mandate::spf {

inline dns::ZoneData zones(std::string_view text) {
  dns::ZoneData data;
  const auto added = data.add_file(text, "test.zone");
  EXPECT_TRUE(added.has_value()) << added.error().text();
  return data;
}

struct Checked {
  Verdict verdict;
  dns::Facts facts;
  int rounds = 0;
};

/// Answers questions from the zones until there is a verdict. Names below `broken.test` fail.
inline Checked check(const dns::ZoneData& data, const Request& request, Options options = {}) {
  options.trace = true;
  options.range = true;
  const auto broken = dns::Name::parse("broken.test").value();
  Checked out;
  for (;; ++out.rounds) {
    auto outcome = check_host(request, out.facts, options);
    if (auto* verdict = std::get_if<Verdict>(&outcome)) {
      out.verdict = std::move(*verdict);
      return out;
    }
    for (const dns::Question& question : std::get<Questions>(outcome)) {
      EXPECT_EQ(out.facts.find(question), nullptr) << "asked twice: " << dns::text(question);
      dns::Fact fact = data.lookup(question, {});
      if (question.name.is_at_or_below(broken)) {
        fact = {.question = question, .status = dns::Fact::Status::failed, .detail = "SERVFAIL"};
      }
      out.facts.add(std::move(fact));
    }
  }
}

inline Verdict check(std::string_view zone, std::string_view ip, std::string mail_from,
                     std::string helo = "mail.helo.test") {
  Request request;
  request.ip = dns::IpAddress::parse(ip).value();
  request.mail_from = std::move(mail_from);
  request.helo = std::move(helo);
  return check(zones(zone), request).verdict;
}

}  // namespace mandate::spf
