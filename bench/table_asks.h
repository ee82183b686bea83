// What a table of policies is asked, in the order of asking.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::bench {

/// The same numbers in every run.
using Lot = std::mt19937_64;
constexpr std::uint64_t kSeed = 7208;

inline dns::IpAddress own_address(std::size_t number) {
  return dns::IpAddress::v4({10, static_cast<std::uint8_t>(number >> 16),
                             static_cast<std::uint8_t>(number >> 8),
                             static_cast<std::uint8_t>(number)});
}

inline std::string domain(std::size_t number) {
  return fmt::format("d{:07}.bulk.test", number);
}

inline std::vector<std::size_t> shuffled(std::size_t count) {
  Lot lot(kSeed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::shuffle(order, lot);
  return order;
}

/// Domains as mail traffic has them: by Zipf's law the one that comes most often comes k times as
/// often as the one that is k-th. Which is the k-th is drawn by lot.
inline std::vector<std::size_t> by_zipf(std::size_t domains, std::size_t asks) {
  std::vector<double> weights(domains);
  for (std::size_t i = 0; i < domains; ++i) weights[i] = 1 / static_cast<double>(i + 1);
  std::discrete_distribution<std::size_t> rank(weights.begin(), weights.end());
  const std::vector<std::size_t> ranked = shuffled(domains);
  Lot lot(kSeed);
  std::vector<std::size_t> out(asks);
  std::ranges::generate(out, [&] { return ranked[rank(lot)]; });
  return out;
}

/// A domain in wire format, and a client.
struct Ask {
  std::string_view domain;
  dns::IpAddress client;
};

/// Half of the clients are the domain's own, and half any. What is asked lies in a row, so that the
/// asking itself waits for no memory.
class Asks {
 public:
  explicit Asks(const std::vector<std::size_t>& order) {
    Lot lot(kSeed);
    const std::size_t size = dns::Name::parse(domain(0)).value().wire().size();
    octets_.reserve(size * order.size());
    asks.reserve(order.size());
    for (const std::size_t number : order) {
      octets_ += dns::Name::parse(domain(number)).value().wire();
      dns::IpAddress client = own_address(number);
      if (lot() % 2 == 0) client.assign_v4(static_cast<std::uint32_t>(lot()));
      asks.push_back({std::string_view(octets_).substr(octets_.size() - size), client});
    }
  }
  Asks(const Asks&) = delete;
  Asks& operator=(const Asks&) = delete;

  std::vector<Ask> asks;

 private:
  std::string octets_;  // never grows, so that what is asked may point into it
};

}  // namespace mandate::bench
