// A check that goes on from where it stopped, held against one that has all facts at once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "random_policy.h"
#include "zone_check.h"

namespace mandate::spf {
namespace {

/// What can be told of a verdict, all of it but the trace.
std::string told(const Verdict& verdict) {
  std::string by = "nothing";
  if (verdict.decided_by) {
    by = fmt::format("{} at {} of {} by {}", verdict.decided_by->term(),
                     verdict.decided_by->span.begin, verdict.decided_by->record,
                     fmt::join(verdict.decided_by->path, ">"));
  }
  return fmt::format("{} of {} by {}; {}; exp {}; {} lookups, {} voids, {} s; {} to {}, dynamic {}",
                     text(verdict.result), verdict.domain, by, verdict.problem, verdict.explanation,
                     verdict.lookups, verdict.voids, verdict.ttl, verdict.range.first.text(),
                     verdict.range.last.text(), verdict.dynamic);
}

class Steps {
 public:
  Steps(const dns::ZoneData& data, const Request& request, const Options& options)
      : data_(data), request_(request), options_(options) {}

  /// Of the questions that are lacking, `some_of` may leave all but the first for later.
  template <class SomeOf>
  std::string verdict(const SomeOf& some_of, Progress* progress) {
    Verdict verdict;
    Questions lacking;
    while (!check_host(request_, facts_, options_, verdict, lacking, progress)) {
      if (some_of()) lacking.resize(1);
      for (const dns::Question& question : lacking) facts_.add(answer(data_, question));
      ++count;
    }
    return told(verdict);
  }

  int count = 0;

 private:
  const dns::ZoneData& data_;
  const Request& request_;
  const Options& options_;
  dns::Facts facts_;
};

TEST(Progress, EndsAtTheVerdictOfACheckThatBeginsAnewInEachStep) {
  RandomPolicies random(4408);
  int steps = 0;
  std::set<Result> seen;
  for (int round = 0; round < 20'000; ++round) {
    const RandomPolicy policy = random.next();
    const dns::ZoneData data = zones(policy.zone);
    Request request;
    request.helo = "mail.helo.test";
    request.mail_from = random.one_in(4) ? "n0@n0.p.test" : "josé@n0.p.test";
    request.ip =
        policy.edges.empty() || random.one_in(3) ? random.any_address() : *policy.edges.begin();
    Options options;
    options.limits = policy.limits;
    options.range = true;
    Progress progress;
    Steps kept(data, request, options);
    Steps anew(data, request, options);
    const std::string expected = anew.verdict([] { return false; }, nullptr);
    ASSERT_EQ(kept.verdict([&] { return random.one_in(2); }, &progress), expected)
        << request.ip.text() << " of\n"
        << policy.zone;
    steps += kept.count;
    // It is empty then, and serves another check.
    request.ip = random.any_address();
    Steps next(data, request, options);
    Steps next_anew(data, request, options);
    ASSERT_EQ(next.verdict([] { return false; }, &progress),
              next_anew.verdict([] { return false; }, nullptr));
  }
  EXPECT_GT(steps, 30'000) << "the policies must ask in many steps";
}

struct Row {
  const char* rule;
  const char* zone;
  const char* ip;
};

/// Where a step may stop and what must not be counted twice, or lost.
const Row kRows[] = {
    {"lookups within an include that did not match are counted once",
     R"(d.test. IN TXT "v=spf1 include:one.test include:two.test a:three.test -all"
one.test. IN TXT "v=spf1 a:h1.test a:h2.test -all"
two.test. IN TXT "v=spf1 include:deep.test mx ?all"
deep.test. IN TXT "v=spf1 a:h1.test a:h3.test -all"
two.test. IN MX 10 h1.test.
h1.test. IN A 192.0.2.1
h2.test. IN A 192.0.2.2
h3.test. IN A 192.0.2.3
three.test. IN A 192.0.2.9)",
     "192.0.2.9"},
    {"voids before the stop are counted once",
     R"(d.test. IN TXT "v=spf1 a:no1.test include:one.test a:no3.test -all"
one.test. IN TXT "v=spf1 a:no2.test -all")",
     "192.0.2.9"},
    {"the lookup one too many is the same",
     R"(d.test. IN TXT "v=spf1 include:a.test include:b.test a:h.test a:h.test -all"
a.test. IN TXT "v=spf1 a:h.test a:h2.test a:h3.test -all"
b.test. IN TXT "v=spf1 a:h4.test a:h5.test a:h6.test -all"
h.test. IN A 192.0.2.1
h2.test. IN A 192.0.2.1
h3.test. IN A 192.0.2.1
h4.test. IN A 192.0.2.1
h5.test. IN A 192.0.2.1
h6.test. IN A 192.0.2.1)",
     "192.0.2.9"},
    {"an include that fails for sure lacks the explanation of its includer",
     R"(d.test. IN TXT "v=spf1 -include:a.test exp=why.test -all"
a.test. IN TXT "v=spf1 a:h.test -all"
h.test. IN A 192.0.2.9
why.test. IN TXT "%{i} by %{p}")",
     "192.0.2.9"},
    {"a pass of an include that fails its includer lacks the explanation",
     R"(d.test. IN TXT "v=spf1 ?ip4:192.0.2.128/25 -include:a.test exp=why.test -all"
a.test. IN TXT "v=spf1 ip4:192.0.2.0/29 a:g.test a:h.test +all"
h.test. IN A 192.0.2.20
why.test. IN TXT "no")",
     "192.0.2.9"},
    {"a redirect is gone on behind",
     R"(d.test. IN TXT "v=spf1 a:h.test redirect=r.test"
r.test. IN TXT "v=spf1 include:a.test redirect=s.test"
a.test. IN TXT "v=spf1 a:h.test -all"
s.test. IN TXT "v=spf1 a:i.test -all"
h.test. IN A 192.0.2.1
i.test. IN A 192.0.2.9)",
     "192.0.2.9"},
    {"a record that includes itself ends at its limit",
     R"(d.test. IN TXT "v=spf1 a:h.test include:d.test -all"
h.test. IN A 192.0.2.1)",
     "192.0.2.9"},
    {"a record included twice is evaluated twice",
     R"(d.test. IN TXT "v=spf1 ~include:a.test include:b.test -all"
a.test. IN TXT "v=spf1 include:b.test -all"
b.test. IN TXT "v=spf1 exists:%{i}.x.test a:h.test ?all"
h.test. IN A 192.0.2.1)",
     "192.0.2.9"},
};

class ProgressRows : public testing::TestWithParam<Row> {};

TEST_P(ProgressRows, Holds) {
  const dns::ZoneData data = zones(GetParam().zone);
  Request request;
  request.ip = dns::IpAddress::parse(GetParam().ip).value();
  request.mail_from = "a@d.test";
  request.helo = "mail.helo.test";
  const Options options{.range = true};
  Progress progress;
  Steps kept(data, request, options);
  Steps anew(data, request, options);
  const std::string expected = anew.verdict([] { return true; }, nullptr);
  EXPECT_EQ(kept.verdict([] { return true; }, &progress), expected) << GetParam().rule;
  EXPECT_EQ(kept.count, anew.count) << GetParam().rule;
}

INSTANTIATE_TEST_SUITE_P(Table, ProgressRows, testing::ValuesIn(kRows));

TEST(CheckHost, TellsForWhichAddressesTheSameFactsAreLacking) {
  const dns::ZoneData data =
      zones("d.test. IN TXT \"v=spf1 ip4:192.0.2.8/29 a:h.test ip4:192.0.2.128/25 -all\"");
  const Request request{.ip = dns::IpAddress::parse("192.0.2.20").value(), .mail_from = "@d.test"};
  dns::Facts facts;
  facts.add(answer(data, {dns::Name::parse("d.test").value(), dns::RecordType::txt}));
  Verdict verdict;
  Questions lacking;
  ASSERT_FALSE(check_host(request, facts, {.range = true}, verdict, lacking));
  EXPECT_EQ(verdict.range.first.text(), "192.0.2.16");
  EXPECT_EQ(verdict.range.last.text(), "255.255.255.255");
}

TEST(Progress, IsForgottenForAnotherRequest) {
  const dns::ZoneData data = zones(R"(d.test. IN TXT "v=spf1 include:a.test -all"
a.test. IN TXT "v=spf1 a:h.test -all"
e.test. IN TXT "v=spf1 ip4:192.0.2.9 -all"
h.test. IN A 192.0.2.1)");
  Progress progress;
  Verdict verdict;
  Questions lacking;
  dns::Facts facts;
  Request request{.ip = dns::IpAddress::parse("192.0.2.9").value(), .mail_from = "a@d.test"};
  for (int step = 0; step < 2; ++step) {
    ASSERT_FALSE(check_host(request, facts, {}, verdict, lacking, &progress));
    for (const dns::Question& question : lacking) facts.add(answer(data, question));
  }
  ASSERT_FALSE(check_host(request, facts, {}, verdict, lacking, &progress));
  progress.clear();
  request.mail_from = "a@e.test";
  facts.add(answer(data, {dns::Name::parse("e.test").value(), dns::RecordType::txt}));
  ASSERT_TRUE(check_host(request, facts, {}, verdict, lacking, &progress));
  EXPECT_EQ(verdict.result, Result::pass);
}

}  // namespace
}  // namespace mandate::spf
