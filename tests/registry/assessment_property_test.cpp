// The assessment against brute force: check_host of every single address of a small pool.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "registry/assessment.h"
#include "zone_world.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;
using spf::Result;

// Policies about 192.0.2.0/26 and its surroundings.
class Policies {
 public:
  explicit Policies(std::uint32_t seed) : random_(seed) {}

  // A zone in which customer.example has a policy.
  std::string zone() {
    std::string out = "customer.example. 60 IN TXT \"" + record(3) + "\"\n";
    for (const std::string_view host : {"i1.example", "i2.example"}) {
      out += std::string(host) + ". 60 IN TXT \"" + record(1) + "\"\n";
    }
    out += "i3.example. 60 IN TXT \"" + record(0) + "\"\n";
    for (const std::string_view host : {"customer.example", "h1.example", "h2.example"}) {
      for (std::size_t i = below(3); i > 0; --i) {
        out += std::string(host) + ". 60 IN A 192.0.2." + std::to_string(below(80)) + "\n";
      }
    }
    out += "customer.example. 60 IN MX 10 h1.example.\n";
    out += "h2.example. 60 IN MX 10 h2.example.\nh2.example. 60 IN MX 20 h1.example.\n";
    return out;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string qualifier() {
    static constexpr std::array kQualifiers = {"", "", "", "", "+", "-", "~", "?"};
    return kQualifiers[below(kQualifiers.size())];
  }

  // From one address to the whole of IPv4; more than half of them cut the pool.
  std::string network() {
    static constexpr std::array kLengths = {32, 32, 31, 30, 29, 28, 27, 27, 26, 25, 24, 0};
    const int length = kLengths[below(kLengths.size())];
    const std::string address =
        "192.0.2." + std::to_string(below(8) == 0 ? 64 + below(64) : below(64));
    return "ip4:" + address + "/" + std::to_string(length);
  }

  std::string dual_cidr() { return below(2) == 0 ? "" : fmt::format("/{}", 24 + below(9)); }

  std::string term(int depth) {
    switch (below(depth > 0 ? 10 : 8)) {
      case 0:
        return "a" + dual_cidr();
      case 1:
        return "a:h1.example" + dual_cidr();
      case 2:
        return "mx" + dual_cidr();
      case 3:
        return "mx:h2.example" + dual_cidr();
      case 8:
        return depth > 1 ? "include:i1.example" : "include:i3.example";
      case 9:
        return depth > 1 ? "include:i2.example" : "include:i3.example";
      default:
        return network();
    }
  }

  std::string record(int depth) {
    std::string out = "v=spf1";
    for (std::size_t i = 1 + below(6); i > 0; --i)
      out += fmt::format(" {}{}", qualifier(), term(depth));
    switch (below(7)) {
      case 0:
        out += " -all";
        break;
      case 1:
        out += " ~all";
        break;
      case 2:
        out += " ?all";
        break;
      case 3:
      case 4:
        out += " +all";
        break;
      case 5:
        if (depth > 0) out += depth > 1 ? " redirect=i1.example" : " redirect=i3.example";
        break;
      default:
        break;
    }
    return out;
  }

  std::mt19937 random_;
};

struct Counts {
  int proven = 0;
  int refused = 0;
  int mixed = 0;
  int errors = 0;
};

void compare(const std::string& zone, const Provider& provider, Counts& counts) {
  ZoneWorld world(zone);
  const Assessment assessment = world.assess(provider, "customer.example");
  bool all_pass = true;
  bool some_fail = false;
  bool some_pass = false;
  bool error = false;
  for (std::optional<dns::IpAddress> address = provider.pool.front().network();
       address && provider.pool.front().contains(*address); address = address->next()) {
    const auto verdict = world.check(*address, "postmaster@customer.example");
    all_pass = all_pass && verdict.result == Result::pass;
    some_pass = some_pass || verdict.result == Result::pass;
    some_fail = some_fail || verdict.result == Result::fail;
    error = error || verdict.result == Result::permerror || verdict.result == Result::none;
    // The piece that the address is in has the address's own verdict.
    const PoolCheck* piece = nullptr;
    for (const PoolCheck& check : assessment.checks) {
      if (check.ip <= *address) piece = &check;
    }
    ASSERT_NE(piece, nullptr) << zone;
    EXPECT_EQ(piece->result, verdict.result) << address->text() << "\n" << zone;
    EXPECT_EQ(piece->lookups, verdict.lookups) << address->text() << "\n" << zone;
    EXPECT_EQ(piece->voids, verdict.voids) << address->text() << "\n" << zone;
  }
  EXPECT_EQ(assessment.kind == Kind::proven, all_pass) << zone;
  EXPECT_EQ(assessment.kind == Kind::refused, some_fail && !error) << zone;
  EXPECT_TRUE(assessment.exhaustive) << zone;
  EXPECT_EQ(assessment.reason_code.empty(), all_pass) << zone;
  counts.proven += all_pass ? 1 : 0;
  counts.refused += some_fail && !error ? 1 : 0;
  counts.mixed += some_pass && !all_pass ? 1 : 0;
  counts.errors += error ? 1 : 0;
}

TEST(AssessProperty, EqualsCheckHostOfEveryAddressOfThePool) {
  Policies policies(7208);
  Provider provider = test_provider();
  provider.pool = {prefix("192.0.2.0/26")};
  Counts counts;
  for (int i = 0; i < 800 && !testing::Test::HasFailure(); ++i) {
    compare(policies.zone(), provider, counts);
  }
  // The policies are of every kind, so that the comparison means something.
  EXPECT_GT(counts.proven, 40);
  EXPECT_GT(counts.refused, 40);
  EXPECT_GT(counts.mixed, 100);
  EXPECT_GT(counts.errors, 20);
}

}  // namespace
}  // namespace mandate::registry
