#include "registry/pool_sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "zone_world.h"

namespace mandate::registry {
namespace {

using dns::AddressRange;
using spf::Result;

AddressRange range(std::string_view first, std::string_view last) {
  return {ip(first), ip(last)};
}

// A verdict that holds for the addresses up to the next multiple of 16 in the last octet.
bool by_sixteen(const dns::IpAddress& address, spf::Verdict& verdict, spf::Questions&) {
  auto octets = address.octets();
  octets[3] = static_cast<std::uint8_t>(octets[3] | 15);
  verdict.range = {address, dns::IpAddress::v4({octets[0], octets[1], octets[2], octets[3]})};
  verdict.result = octets[3] < 128 ? Result::pass : Result::fail;
  return true;
}

bool by_address(const dns::IpAddress& address, spf::Verdict& verdict, spf::Questions&) {
  verdict.dynamic = true;
  verdict.range = {address, address};
  verdict.result = address == ip("192.0.2.77") ? Result::fail : Result::pass;
  return true;
}

TEST(PoolSweep, TriesOneAddressOfEachPieceAndStaysInTheRange) {
  const Sweep swept = sweep(range("192.0.2.120", "192.0.2.150"), by_sixteen);
  std::vector<std::string> tried;
  for (const auto& [first, verdict] : swept.pieces) {
    tried.push_back(first.text() + " " + std::string(spf::text(verdict.result)));
  }
  EXPECT_THAT(tried,
              testing::ElementsAre("192.0.2.120 pass", "192.0.2.128 fail", "192.0.2.144 fail"));
  EXPECT_TRUE(swept.exhaustive);
}

TEST(PoolSweep, ReachesTheLastAddressOfTheFamilyWithoutGoingBeyond) {
  EXPECT_EQ(sweep(range("255.255.255.0", "255.255.255.255"), by_sixteen).pieces.size(), 16U);
}

TEST(PoolSweep, StopsWhenThereAreTooManyPieces) {
  int evaluations = 0;
  const Sweep swept = sweep(range("10.0.0.0", "10.255.255.255"),
                            [&](const auto& address, auto& verdict, auto& lacking) {
                              ++evaluations;
                              return by_sixteen(address, verdict, lacking);
                            });
  EXPECT_TRUE(swept.too_fragmented);
  EXPECT_EQ(evaluations, static_cast<int>(kMaxPieces));
}

TEST(PoolSweep, CollectsWhatIsLackingOverAllPieces) {
  const Evaluate lacking = [](const auto& address, auto& verdict, auto& questions) {
    by_sixteen(address, verdict, questions);
    questions = {{name(address.text() + ".example"), dns::RecordType::a}};
    return false;
  };
  const Sweep swept = sweep(range("192.0.2.0", "192.0.2.31"), lacking);
  EXPECT_EQ(swept.lacking.size(), 2U);
  EXPECT_TRUE(swept.pieces.empty());
}

TEST(PoolSweep, TriesEveryAddressOfASmallDynamicRange) {
  const Sweep swept = sweep(range("192.0.2.0", "192.0.2.255"), by_address);
  EXPECT_EQ(swept.pieces.size(), 256U);
  EXPECT_TRUE(swept.exhaustive);
  EXPECT_EQ(swept.pieces[77].verdict.result, Result::fail);
  const Sweep wide = sweep(range("192.0.2.0", "192.0.3.0"), by_address);
  EXPECT_EQ(wide.pieces.size(), 256U);
  EXPECT_FALSE(wide.exhaustive);
}

TEST(Sample, IsDistinctEvenAndHasBothEnds) {
  const AddressRange ranges[] = {range("10.0.0.0", "10.255.255.255"),
                                 range("10.0.0.3", "10.0.1.255"),
                                 range("0.0.0.0", "255.255.255.255"),
                                 range("2001:db8::", "2001:db8::ffff"),
                                 range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
                                 range("192.0.2.0", "192.0.2.255"),
                                 range("192.0.2.7", "192.0.2.7")};
  for (const AddressRange& whole : ranges) {
    const auto addresses = sample(whole);
    EXPECT_EQ(addresses.front(), whole.first);
    EXPECT_EQ(addresses.back(), whole.last);
    EXPECT_TRUE(std::ranges::is_sorted(addresses));
    const std::set<dns::IpAddress> distinct(addresses.begin(), addresses.end());
    EXPECT_EQ(distinct.size(), whole.first == whole.last ? 1U : kSampleSize);
  }
  // One in each 256th part.
  const auto addresses = sample(range("10.0.0.0", "10.255.255.255"));
  for (std::size_t i = 0; i < addresses.size(); ++i) EXPECT_EQ(addresses[i].octets()[1], i);
}

}  // namespace
}  // namespace mandate::registry
