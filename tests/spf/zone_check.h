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

/// What the zones say. Names below `broken.test` fail, and the PTR lookup of 192.0.2.66.
inline dns::Fact answer(const dns::ZoneData& data, const dns::Question& question) {
  static const auto broken = dns::Name::parse("broken.test").value();
  static const auto pointer = dns::Name::parse("66.2.0.192.in-addr.arpa").value();
  if (!question.name.is_at_or_below(broken) && question.name != pointer) {
    return data.lookup(question, {});
  }
  dns::Fact fact;
  fact.question = question;
  fact.status = dns::Fact::Status::failed;
  fact.detail = "SERVFAIL";
  return fact;
}

/// Answers questions from the zones until there is a verdict. A question asked twice is a failure,
/// and ends it.
inline Checked check(const dns::ZoneData& data, const Request& request, Options options = {}) {
  options.trace = true;
  options.range = true;
  Checked out;
  for (;; ++out.rounds) {
    auto outcome = check_host(request, out.facts, options);
    if (auto* verdict = std::get_if<Verdict>(&outcome)) {
      out.verdict = std::move(*verdict);
      return out;
    }
    for (const dns::Question& question : std::get<Questions>(outcome)) {
      if (out.facts.find(question) != nullptr) {
        ADD_FAILURE() << "asked twice: " << dns::text(question);
        return out;
      }
      out.facts.add(answer(data, question));
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
