// The policy map and its operations, held against check_host and against plain enumeration over
// random policies. MANDATE_PROPERTY_COMPARISONS and MANDATE_PROPERTY_SEED make another run.
#include "mandate/spf/policy_map.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "random_policy.h"
#include "zone_check.h"

namespace mandate::spf {
namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() {
  return setting("MANDATE_PROPERTY_SEED", 7208);
}

/// A policy with the DNS that it lives in; what is lacking is looked up when it is asked for.
class World {
 public:
  explicit World(const RandomPolicy& policy) : limits_(policy.limits), data_(zones(policy.zone)) {}

  PolicyMap compiled(CompileOptions options = {}) {
    options.limits = limits_;
    for (;;) {
      auto outcome = compile(RandomPolicies::kDomain, facts_, options);
      if (auto* map = std::get_if<PolicyMap>(&outcome)) return std::move(*map);
      answer(std::get<Questions>(outcome));
    }
  }

  const Verdict& checked(const dns::IpAddress& ip, std::string mail_from) {
    request_.ip = ip;
    request_.mail_from = std::move(mail_from);
    request_.helo = "mail.helo.test";
    Options options;
    options.limits = limits_;
    options.range = true;
    while (!check_host(request_, facts_, options, verdict_, lacking_)) answer(lacking_);
    return verdict_;
  }

 private:
  void answer(const Questions& questions) {
    for (const dns::Question& question : questions) facts_.add(spf::answer(data_, question));
  }

  Limits limits_;
  dns::ZoneData data_;
  dns::Facts facts_;
  Request request_;
  Verdict verdict_;
  Questions lacking_;
};

void insert_around(std::set<dns::IpAddress>& out, const dns::IpAddress& address) {
  out.insert(address);
  if (const auto next = address.next()) out.insert(*next);
  if (const auto previous = address.previous()) out.insert(*previous);
}

/// At, just inside and just outside everything that may be a boundary, and at random.
/// The edges of what stands in a policy are more than the map's boundaries: some of them are tried.
std::set<dns::IpAddress> addresses_to_try(RandomPolicies& random, const RandomPolicy& policy,
                                          const PolicyMap& map) {
  std::set<dns::IpAddress> out;
  for (const dns::IpAddress& edge : policy.edges) {
    if (random.one_in(1 + static_cast<int>(policy.edges.size() / 20))) insert_around(out, edge);
  }
  for (const PolicyMap::Piece& piece : map.pieces()) {
    insert_around(out, piece.range.first);
    insert_around(out, piece.range.last);
  }
  for (int i = 0; i < 40; ++i) out.insert(random.any_address());
  return out;
}

bool same(const PolicyMap& map, const PolicyMap::Outcome& outcome, const Verdict& verdict) {
  // The explanation of a fail costs time to live that the map, which has none, does not lose.
  const bool ttl =
      verdict.result == Result::fail ? verdict.ttl <= outcome.ttl : verdict.ttl == outcome.ttl;
  return outcome.result == verdict.result && outcome.lookups == verdict.lookups &&
         outcome.voids == verdict.voids && ttl && map.decided_by(outcome) == verdict.decided_by &&
         map.problem(outcome) == verdict.problem;
}

std::string told(const PolicyMap& map, const PolicyMap::Outcome& outcome) {
  const auto term = map.decided_by(outcome);
  return fmt::format("{} by `{}`, {} lookups, {} voids, {} s, {}", text(outcome.result),
                     term ? term->term() : "", outcome.lookups, outcome.voids, outcome.ttl,
                     map.problem(outcome));
}

std::string told(const Verdict& verdict) {
  return fmt::format("{} by `{}`, {} lookups, {} voids, {} s, {}", text(verdict.result),
                     verdict.decided_by ? verdict.decided_by->term() : "", verdict.lookups,
                     verdict.voids, verdict.ttl, verdict.problem);
}

TEST(PolicyMapProperty, EveryAddressComesOutAsCheckHostSays) {
  const std::uint64_t wanted = setting("MANDATE_PROPERTY_COMPARISONS", 1'000'000);
  RandomPolicies random(seed());
  std::uint64_t compared = 0;
  std::uint64_t policies = 0;
  std::map<Result, std::uint64_t> seen;
  std::uint64_t over_limits = 0;
  std::uint64_t dynamic = 0;
  for (; compared < wanted; ++policies) {
    const RandomPolicy policy = random.next();
    World world(policy);
    const PolicyMap map = world.compiled();
    ASSERT_TRUE(policy.has_macros_or_ptr || !map.is_dynamic()) << policy.zone;
    for (const dns::IpAddress& ip : addresses_to_try(random, policy, map)) {
      const PolicyMap::Outcome& outcome = map.at(ip);
      if (outcome.dynamic) {
        ++dynamic;
        continue;
      }
      const std::string sender = random.one_in(4) ? "n0@n0.p.test" : "josé@n0.p.test";
      const Verdict& verdict = world.checked(ip, sender);
      ASSERT_TRUE(same(map, outcome, verdict))
          << "client " << ip.text() << " of\n"
          << policy.zone << "lookups " << policy.limits.lookups << ", voids " << policy.limits.voids
          << ", MX names " << policy.limits.mx_names << "\nmap: " << told(map, outcome)
          << "\ncheck_host: " << told(verdict);
      ++compared;
      ++seen[outcome.result];
      if (map.problem(outcome).contains("allowed")) ++over_limits;
    }
  }
  RecordProperty("policies", std::to_string(policies));
  RecordProperty("comparisons", std::to_string(compared));
  fmt::print("{} policies, {} comparisons, {} dynamic, {} over a limit;", policies, compared,
             dynamic, over_limits);
  for (const auto& [result, count] : seen) fmt::print(" {} {}", text(result), count);
  fmt::print("\n");
  // A generator that misses a kind of outcome proves nothing of it.
  for (const Result result : {Result::none, Result::neutral, Result::pass, Result::fail,
                              Result::softfail, Result::temperror, Result::permerror}) {
    EXPECT_GT(seen[result], compared / 1000) << text(result);
  }
  EXPECT_GT(over_limits, compared / 100);
  EXPECT_LT(dynamic, compared);
}

TEST(PolicyMapProperty, AVerdictHoldsForAllOfItsRange) {
  RandomPolicies random(seed() + 1);
  for (int round = 0; round < 300; ++round) {
    const RandomPolicy policy = random.next();
    World world(policy);
    for (const dns::IpAddress& edge : policy.edges) {
      const Verdict verdict = world.checked(edge, "a@n0.p.test");
      ASSERT_TRUE(verdict.range.contains(edge.unmapped())) << edge.text() << "\n" << policy.zone;
      for (const dns::IpAddress& ip : {verdict.range.first, verdict.range.last}) {
        const Verdict& other = world.checked(ip, "a@n0.p.test");
        ASSERT_EQ(told(verdict), told(other)) << edge.text() << " and " << ip.text() << "\n"
                                              << policy.zone;
        ASSERT_EQ(verdict.decided_by, other.decided_by);
      }
    }
  }
}

dns::Prefix any_prefix(RandomPolicies& random, const RandomPolicy& policy) {
  const auto at =
      policy.edges.empty() ? 0 : random.roll(0, static_cast<int>(policy.edges.size()) - 1);
  const dns::IpAddress ip = policy.edges.empty() || random.one_in(3)
                                ? random.any_address()
                                : *std::next(policy.edges.begin(), at);
  return {ip, random.roll(0, ip.bits())};
}

/// The addresses of a prefix as clients: the IPv4-mapped ones apart.
std::vector<dns::AddressRange> clients_of(const dns::Prefix& prefix) {
  const dns::AddressRange range{prefix.network(), prefix.last()};
  const dns::AddressRange mapped{dns::IpAddress::parse("::ffff:0.0.0.0").value(),
                                 dns::IpAddress::parse("::ffff:255.255.255.255").value()};
  if (range.first.is_v4() || range.last < mapped.first || mapped.last < range.first) return {range};
  if (range.first == range.last || (mapped.contains(range.first) && mapped.contains(range.last))) {
    return {{range.first.unmapped(), range.last.unmapped()}};
  }
  std::vector<dns::AddressRange> out;
  if (range.first < mapped.first) out.push_back({range.first, *mapped.first.previous()});
  out.push_back({mapped.first.unmapped(), mapped.last.unmapped()});
  if (mapped.last < range.last) out.push_back({*mapped.last.next(), range.last});
  return out;
}

TEST(PolicyMapProperty, ACoverHoldsEveryAddressOfItsPrefixesOnceAndNoOther) {
  RandomPolicies random(seed() + 2);
  for (int round = 0; round < 300; ++round) {
    const RandomPolicy policy = random.next();
    const PolicyMap map = World(policy).compiled();
    const std::vector prefixes{any_prefix(random, policy), any_prefix(random, policy)};
    const auto cover = map.cover(prefixes);
    auto piece = cover.begin();
    for (const dns::Prefix& prefix : prefixes) {
      for (const dns::AddressRange& range : clients_of(prefix)) {
        std::optional<dns::IpAddress> next = range.first;
        for (; next && *next <= range.last; ++piece) {
          ASSERT_NE(piece, cover.end()) << prefix.text() << "\n" << policy.zone;
          ASSERT_EQ(piece->range.first, *next);
          ASSERT_LE(piece->range.first, piece->range.last);
          ASSERT_LE(piece->range.last, range.last);
          ASSERT_EQ(piece->outcome, &map.at(piece->range.first));
          ASSERT_EQ(piece->outcome, &map.at(piece->range.last));
          next = piece->range.last.next();
        }
      }
    }
    ASSERT_EQ(piece, cover.end());
  }
}

/// The least an operation can be checked with: which outcome every address near an edge has.
TEST(PolicyMapProperty, ADifferenceHoldsTheAddressesWhoseResultsDiffer) {
  RandomPolicies random(seed() + 3);
  std::size_t changed = 0;
  for (int round = 0; round < 300; ++round) {
    const RandomPolicy policy = random.next();
    const RandomPolicy other = random.one_in(8) ? policy : random.changed(policy);
    const PolicyMap before = World(policy).compiled();
    const PolicyMap after = World(other).compiled();
    const PolicyDifference found = difference(before, after);
    if (!found.changes.empty()) ++changed;
    const auto holds = [](const std::vector<PolicyChange>& changes, const dns::IpAddress& ip) {
      return std::ranges::count_if(changes, [&](const PolicyChange& change) {
        return change.range.contains(ip.unmapped());
      });
    };
    auto addresses = addresses_to_try(random, policy, before);
    addresses.merge(addresses_to_try(random, other, after));
    for (const dns::IpAddress& ip : addresses) {
      const auto& left = before.at(ip);
      const auto& right = after.at(ip);
      const bool undecided = left.dynamic || right.dynamic;
      ASSERT_EQ(holds(found.undecided, ip), static_cast<long>(undecided)) << ip.text();
      ASSERT_EQ(holds(found.changes, ip), !undecided && left.result != right.result ? 1 : 0)
          << ip.text() << "\n"
          << policy.zone << "and\n"
          << other.zone;
    }
    for (const PolicyChange& change : found.changes) {
      ASSERT_EQ(change.before, &before.at(change.range.first));
      ASSERT_EQ(change.after, &after.at(change.range.last));
    }
    ASSERT_TRUE(difference(before, before).changes.empty());
  }
  EXPECT_GT(changed, 100U);
}

AddressCount size_of(const std::vector<dns::Prefix>& prefixes) {
  AddressCount out;
  for (const dns::Prefix& prefix : prefixes) out.add({prefix.network(), prefix.last()});
  return out;
}

constexpr Result kResults[] = {Result::none,     Result::neutral,   Result::pass,     Result::fail,
                               Result::softfail, Result::temperror, Result::permerror};

TEST(PolicyMapProperty, CountsAddUpToAllClientsAndAgreeWithThePrefixes) {
  RandomPolicies random(seed() + 4);
  for (int round = 0; round < 300; ++round) {
    const PolicyMap map = World(random.next()).compiled();
    AddressCount all = map.count_dynamic();
    EXPECT_EQ(all, size_of(map.dynamic_prefixes()));
    for (const Result result : kResults) {
      const AddressCount count = map.count(result);
      EXPECT_EQ(count, size_of(map.prefixes(result)));
      all.v4 += count.v4;
      all.v6_low += count.v6_low;
      all.v6_high += count.v6_high + (all.v6_low < count.v6_low ? 1 : 0);
    }
    // 2^32 and 2^128 - 2^32: the IPv4-mapped ones count as IPv4.
    ASSERT_EQ(all.v4, std::uint64_t{1} << 32);
    ASSERT_EQ(all.v6_high, UINT64_MAX);
    ASSERT_EQ(all.v6_low, UINT64_MAX - (std::uint64_t{1} << 32) + 1);
  }
}

bool are_halves_of_one(const dns::Prefix& a, const dns::Prefix& b) {
  return a.family() == b.family() && a.length() == b.length() && a.length() > 0 &&
         dns::Prefix(a.network(), a.length() - 1) == dns::Prefix(b.network(), b.length() - 1);
}

TEST(PolicyMapProperty, PrefixListsAreExactAscendingAndTheShortest) {
  RandomPolicies random(seed() + 5);
  for (int round = 0; round < 200; ++round) {
    const RandomPolicy policy = random.next();
    const PolicyMap map = World(policy).compiled();
    const auto addresses = addresses_to_try(random, policy, map);
    for (const Result result : kResults) {
      const auto prefixes = map.prefixes(result);
      for (std::size_t i = 1; i < prefixes.size(); ++i) {
        ASSERT_TRUE(prefixes[i - 1].family() != prefixes[i].family() ||
                    prefixes[i - 1].last() < prefixes[i].network());
        // Disjoint prefixes that hold a set exactly are the fewest when no two make one.
        ASSERT_FALSE(are_halves_of_one(prefixes[i - 1], prefixes[i])) << prefixes[i].text();
      }
      for (const dns::IpAddress& ip : addresses) {
        const bool listed = std::ranges::any_of(
            prefixes, [&](const dns::Prefix& prefix) { return prefix.contains(ip.unmapped()); });
        const PolicyMap::Outcome& outcome = map.at(ip);
        ASSERT_EQ(listed, !outcome.dynamic && outcome.result == result) << ip.text();
      }
    }
  }
}

TEST(PolicyMapProperty, WhatIsLoadedIsWhatWasSerialised) {
  RandomPolicies random(seed() + 6);
  for (int round = 0; round < 500; ++round) {
    const PolicyMap map = World(random.next()).compiled();
    const auto loaded = PolicyMap::load(map.serialise());
    ASSERT_TRUE(loaded.has_value()) << loaded.error();
    ASSERT_EQ(*loaded, map);
  }
}

/// Whatever octets are loaded, they are refused with a reason or make a map that is safe to use and
/// writes itself down as the same octets.
TEST(PolicyMapProperty, DamagedOctetsAreRefusedOrMakeAMapInOrder) {
  RandomPolicies random(seed() + 7);
  std::size_t accepted = 0;
  std::size_t refused = 0;
  for (int round = 0; round < 100; ++round) {
    const std::string octets = World(random.next()).compiled().serialise();
    const int size = static_cast<int>(octets.size());
    for (int damage = 0; damage < 60; ++damage) {
      std::string damaged = octets;
      if (random.one_in(3)) {
        damaged.resize(static_cast<std::size_t>(random.roll(0, size - 1)));
      } else {
        damaged[static_cast<std::size_t>(random.roll(0, size - 1))] =
            static_cast<char>(random.roll(0, 255));
      }
      const auto loaded = PolicyMap::load(damaged);
      ++(loaded ? accepted : refused);
      if (!loaded) {
        ASSERT_FALSE(loaded.error().empty());
        continue;
      }
      ASSERT_EQ(loaded->serialise(), damaged);
      for (const PolicyMap::Piece& piece : loaded->pieces()) {
        loaded->decided_by(*piece.outcome);
        loaded->problem(*piece.outcome);
        ASSERT_EQ(piece.outcome, &loaded->at(piece.range.last));
      }
    }
  }
  EXPECT_GT(accepted, 100U);  // a letter of a text may be any
  EXPECT_GT(refused, 1000U);
}

/// Where the bounds are met the map is dynamic; all else of it stays true.
TEST(PolicyMapProperty, ACutMapSaysNothingWrong) {
  RandomPolicies random(seed() + 8);
  std::size_t cut = 0;
  for (int round = 0; round < 1000; ++round) {
    const RandomPolicy policy = random.next();
    World world(policy);
    const PolicyMap whole = world.compiled();
    CompileOptions options;
    if (random.one_in(2)) {
      options.max_pieces = static_cast<std::size_t>(random.roll(1, 6));
    } else {
      options.max_work = static_cast<std::size_t>(random.roll(1, 200));
    }
    const PolicyMap map = world.compiled(options);
    ASSERT_LE(map.size(), 2 * (options.max_pieces + 1));
    if (map.is_cut()) ++cut;
    ASSERT_TRUE(map.is_cut() || map == whole);
    for (const dns::IpAddress& ip : addresses_to_try(random, policy, whole)) {
      const PolicyMap::Outcome& outcome = map.at(ip);
      if (outcome.dynamic) continue;
      ASSERT_EQ(told(map, outcome), told(whole, whole.at(ip))) << ip.text();
    }
  }
  EXPECT_GT(cut, 100U);
}

}  // namespace
}  // namespace mandate::spf
