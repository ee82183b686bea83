#include "advice/term_packing.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "advice/networks.h"

namespace mandate::advice {
namespace {

struct Term {
  dns::Prefix network;
  std::size_t octets = 0;
};

std::size_t octets_of(const dns::Prefix& network) {
  return 1 + network_term(network).size();
}

/// Takes out those terms that fill the room best: of all sums of sizes that it has room for, the
/// greatest. A sum is noted with the first term that comes to it, so that the terms before that one
/// come to the rest.
std::vector<dns::Prefix> fill(std::vector<Term>& terms, std::size_t room) {
  constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> reached_by(room + 1, kNone);
  const auto is_reached = [&](std::size_t sum) { return sum == 0 || reached_by[sum] != kNone; };
  for (std::size_t i = 0; i < terms.size() && !is_reached(room); ++i) {
    for (std::size_t sum = room; sum >= terms[i].octets; --sum) {
      if (!is_reached(sum) && is_reached(sum - terms[i].octets)) reached_by[sum] = i;
    }
  }
  std::size_t sum = room;
  while (!is_reached(sum)) --sum;
  std::vector<dns::Prefix> out;
  std::vector<std::size_t> taken;  // descending
  for (; sum > 0; sum -= terms[taken.back()].octets) taken.push_back(reached_by[sum]);
  for (const std::size_t i : taken) {
    out.push_back(terms[i].network);
    terms.erase(terms.begin() + static_cast<std::ptrdiff_t>(i));
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

std::size_t term_octets(const std::vector<dns::Prefix>& networks) {
  std::size_t out = 0;
  for (const dns::Prefix& network : networks) out += octets_of(network);
  return out;
}

std::optional<std::vector<std::vector<dns::Prefix>>> packed(
    const std::vector<dns::Prefix>& networks, const std::vector<std::size_t>& rooms) {
  std::vector<Term> terms;
  terms.reserve(networks.size());
  for (const dns::Prefix& network : networks) terms.push_back({network, octets_of(network)});
  std::ranges::stable_sort(terms, std::ranges::greater(), &Term::octets);
  std::vector<std::vector<dns::Prefix>> out;
  for (const std::size_t room : rooms) out.push_back(fill(terms, room));
  if (!terms.empty()) return std::nullopt;
  return out;
}

}  // namespace mandate::advice
