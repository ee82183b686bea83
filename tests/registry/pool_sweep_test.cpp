#include "registry/pool_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "zone_world.h"

namespace mandate::registry {
namespace {

using dns::Prefix;
using spf::Result;

// A policy that holds the address against networks in order; the first that has it passes.
Evaluate against(std::vector<Prefix> networks, int* evaluations = nullptr) {
  return [=](const dns::IpAddress& address) -> spf::Outcome {
    if (evaluations != nullptr) ++*evaluations;
    spf::Verdict verdict;
    verdict.result = Result::fail;
    for (const Prefix& network : networks) {
      verdict.trace.push_back({});
      verdict.trace.back().networks = {network};
      if (!network.contains(address)) continue;
      verdict.result = Result::pass;
      break;
    }
    return verdict;
  };
}

std::vector<std::string> text(const std::vector<Sweep::Piece>& pieces) {
  std::vector<std::string> out;
  for (const auto& [first, verdict] : pieces) {
    out.push_back(first.text() + " " + std::string(spf::text(verdict.result)));
  }
  return out;
}

TEST(PoolSweep, OneAddressStandsForAPrefixThatNoNetworkCuts) {
  int evaluations = 0;
  const auto swept = sweep(prefix("10.0.0.0/8"),
                           against({prefix("0.0.0.0/0"), prefix("192.0.2.1/32")}, &evaluations));
  EXPECT_THAT(text(swept.pieces), testing::ElementsAre("10.0.0.0 pass"));
  EXPECT_EQ(evaluations, 1);
  EXPECT_TRUE(swept.exhaustive);
}

TEST(PoolSweep, SplitsWhereANetworkBeginsAndEndsInside) {
  const auto swept = sweep(prefix("192.0.2.0/24"), against({prefix("192.0.2.128/30")}));
  EXPECT_THAT(text(swept.pieces),
              testing::ElementsAre("192.0.2.0 fail", "192.0.2.128 pass", "192.0.2.132 fail"));
}

TEST(PoolSweep, FindsASingleAddressInAWideIpv6Prefix) {
  int evaluations = 0;
  const auto swept =
      sweep(prefix("2001:db8::/32"), against({prefix("2001:db8:1::7/128")}, &evaluations));
  EXPECT_THAT(text(swept.pieces),
              testing::ElementsAre("2001:db8:: fail", "2001:db8:1::7 pass", "2001:db8:1::8 fail"));
  EXPECT_EQ(evaluations, 3);
}

TEST(PoolSweep, ReachesTheLastAddressOfTheFamilyWithoutGoingBeyond) {
  const auto v4 = sweep(prefix("255.255.255.0/24"), against({prefix("255.255.255.255/32")}));
  EXPECT_THAT(text(v4.pieces), testing::ElementsAre("255.255.255.0 fail", "255.255.255.255 pass"));
  const auto all = sweep(prefix("::/0"), against({prefix("ffff::/16")}));
  EXPECT_EQ(all.pieces.back().verdict.result, Result::pass);
}

TEST(PoolSweep, EdgesThatOnlyALaterPieceShowsAreFound) {
  // The second network is only looked at by addresses inside the first.
  const Evaluate nested = [](const dns::IpAddress& address) -> spf::Outcome {
    spf::Verdict verdict;
    verdict.result = Result::fail;
    verdict.trace.push_back({});
    verdict.trace.back().networks = {prefix("192.0.2.64/26")};
    if (prefix("192.0.2.64/26").contains(address)) {
      verdict.trace.back().networks.push_back(prefix("192.0.2.80/32"));
      if (address == ip("192.0.2.80")) verdict.result = Result::pass;
    }
    return verdict;
  };
  EXPECT_THAT(text(sweep(prefix("192.0.2.0/24"), nested).pieces),
              testing::ElementsAre("192.0.2.0 fail", "192.0.2.64 fail", "192.0.2.80 pass",
                                   "192.0.2.81 fail", "192.0.2.128 fail"));
}

TEST(PoolSweep, Ipv4NetworksCutTheMappedPartOfAnIpv6Prefix) {
  const Evaluate unmapping = [](const dns::IpAddress& address) -> spf::Outcome {
    return against({prefix("192.0.2.4/30")})(address.unmapped());
  };
  EXPECT_THAT(text(sweep(prefix("::ffff:192.0.2.0/120"), unmapping).pieces),
              testing::ElementsAre("::ffff:192.0.2.0 fail", "::ffff:192.0.2.4 pass",
                                   "::ffff:192.0.2.8 fail"));
}

TEST(PoolSweep, StopsWhenThereAreTooManyPieces) {
  std::vector<Prefix> networks;
  for (int i = 0; i < 3000; ++i) {
    const auto third = static_cast<std::uint8_t>(i / 100);
    const auto fourth = static_cast<std::uint8_t>(i % 100 * 2 + 1);
    networks.emplace_back(dns::IpAddress::v4({10, 0, third, fourth}), 32);
  }
  int evaluations = 0;
  const auto swept = sweep(prefix("10.0.0.0/16"), against(networks, &evaluations));
  EXPECT_TRUE(swept.too_fragmented);
  EXPECT_LE(evaluations, static_cast<int>(kMaxPieces));
  networks.resize(1000);
  EXPECT_FALSE(sweep(prefix("10.0.0.0/16"), against(networks)).too_fragmented);
}

TEST(PoolSweep, StopsWhenItTakesTooManySteps) {
  std::vector<Prefix> networks;
  for (int i = 0; i < 100; ++i) {
    networks.emplace_back(dns::IpAddress::v4({192, 0, 2, static_cast<std::uint8_t>(2 * i)}), 32);
  }
  const auto swept = sweep(prefix("192.0.2.0/24"), against(networks), 1000);
  EXPECT_TRUE(swept.too_fragmented);
  EXPECT_LE(swept.steps, 1100U);
  EXPECT_FALSE(sweep(prefix("192.0.2.0/24"), against(networks), 100'000).too_fragmented);
}

TEST(PoolSweep, SaysWhetherARecordHasAMacro) {
  for (const bool has_macro : {false, true}) {
    const Evaluate evaluate = [&](const dns::IpAddress&) -> spf::Outcome {
      spf::Verdict verdict;
      verdict.trace.push_back({});
      verdict.trace.back().kind = spf::Step::Kind::record;
      verdict.trace.back().text = has_macro ? "v=spf1 exists:%{l}.x.example" : "v=spf1 a";
      return verdict;
    };
    EXPECT_EQ(sweep(prefix("192.0.2.0/24"), evaluate).depends_on_identity, has_macro);
  }
}

TEST(PoolSweep, CollectsWhatIsLackingOverAllPieces) {
  const Evaluate lacking = [](const dns::IpAddress& address) -> spf::Outcome {
    if (address == ip("192.0.2.0")) return against({prefix("192.0.2.8/32")})(address);
    return spf::Questions{{name(address.text() + ".example"), dns::RecordType::a}};
  };
  EXPECT_EQ(sweep(prefix("192.0.2.0/28"), lacking).lacking.size(), 2U);
}

TEST(PoolSweep, TriesEveryAddressOfASmallDynamicPrefix) {
  const Evaluate dynamic = [](const dns::IpAddress& address) -> spf::Outcome {
    spf::Verdict verdict;
    verdict.dynamic = true;
    verdict.result = address == ip("192.0.2.77") ? Result::fail : Result::pass;
    return verdict;
  };
  const auto swept = sweep(prefix("192.0.2.0/24"), dynamic);
  EXPECT_EQ(swept.pieces.size(), 256U);
  EXPECT_TRUE(swept.exhaustive);
  EXPECT_EQ(swept.pieces[77].verdict.result, Result::fail);
  const auto wide = sweep(prefix("192.0.2.0/23"), dynamic);
  EXPECT_EQ(wide.pieces.size(), 256U);
  EXPECT_FALSE(wide.exhaustive);
}

TEST(Sample, IsDistinctEvenAndHasBothEnds) {
  for (const std::string_view text : {"10.0.0.0/8", "10.0.0.0/23", "2001:db8::/64", "::/0",
                                      "2001:db8::/119", "192.0.2.0/24", "192.0.2.7/32"}) {
    const Prefix whole = prefix(text);
    const auto addresses = sample(whole);
    EXPECT_EQ(addresses.front(), whole.network()) << text;
    EXPECT_EQ(addresses.back(), whole.last()) << text;
    EXPECT_TRUE(std::ranges::is_sorted(addresses)) << text;
    const std::set<dns::IpAddress> distinct(addresses.begin(), addresses.end());
    EXPECT_EQ(distinct.size(), text.ends_with("/32") ? 1U : kSampleSize) << text;
    for (const auto& address : addresses) EXPECT_TRUE(whole.contains(address)) << text;
  }
  // One in each 256th part.
  const auto addresses = sample(prefix("10.0.0.0/8"));
  for (std::size_t i = 0; i < addresses.size(); ++i) EXPECT_EQ(addresses[i].octets()[1], i);
}

}  // namespace
}  // namespace mandate::registry
