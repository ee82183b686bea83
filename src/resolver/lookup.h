// Asking the DNS: the one seam between questions and facts, whatever answers them.
#pragma once

#include <chrono>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/dns/zone_file.h"

namespace mandate::resolver {

using Deadline = std::chrono::steady_clock::time_point;

/// Answers questions. Never fails: what could not be learned is a fact with status `failed`.
class Lookup {
 public:
  virtual ~Lookup() = default;
  /// One fact a question, in the same order, all by the deadline. Blocks. Thread-safe.
  virtual std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                                     Deadline deadline) = 0;
};

/// Zone files as the whole DNS: nothing is asked of the network.
class ZoneLookup final : public Lookup {
 public:
  explicit ZoneLookup(dns::ZoneData zones) : zones_(std::move(zones)) {}
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline deadline) override;

 private:
  dns::ZoneData zones_;
};

/// Drives a pure step to its end. `step(facts)` returns a `std::variant` of its result and of the
/// questions that it still lacks (`std::vector<dns::Question>`); each round asks them and adds the
/// facts. This loop is the only place where the engine meets the network. Every question that a
/// step returns is new, so each round makes progress.
template <class Step>
auto settle(Lookup& lookup, dns::Facts& facts, Deadline deadline, Step&& step) {
  for (;;) {
    auto outcome = step(std::as_const(facts));
    auto* questions = std::get_if<std::vector<dns::Question>>(&outcome);
    if (questions == nullptr) return std::get<0>(std::move(outcome));
    for (dns::Fact& fact : lookup.ask(*questions, deadline)) facts.add(std::move(fact));
  }
}

}  // namespace mandate::resolver
