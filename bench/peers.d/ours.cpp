// Mandate under measurement: see ../README.md for the lines that it reads and answers. It knows
// four forms:
//   parse  check_host over facts in memory, every record parsed each time
//   kept   check_host over records that were parsed before, writing into the caller's memory
//   map    look-ups in the domain's policy map, compiled before, at the address given
//   mixed  the same at 4,096 addresses in random order
#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "world.h"

namespace mandate::bench {
namespace {

std::int64_t cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// How a round of evaluations went.
struct Round {
  spf::Result result = spf::Result::none;
  bool steady = true;  ///< each evaluation came to what the first one did
  std::int64_t nanoseconds = 0;
};

/// Times `evaluate(i)` for i from 0, which says whether its result was the expected one.
template <class Evaluate>
Round timed(spf::Result result, std::size_t count, const Evaluate& evaluate) {
  Round round{.result = result};
  const std::int64_t begin = cpu_time();
  for (std::size_t i = 0; i < count; ++i) round.steady &= evaluate(i);
  round.nanoseconds = cpu_time() - begin;
  return round;
}

spf::Result result_of(const spf::Outcome& outcome) {
  const auto* verdict = std::get_if<spf::Verdict>(&outcome);
  return verdict == nullptr ? spf::Result::none : verdict->result;
}

Round parse(const spf::Request& given, const dns::Facts& facts, std::size_t count) {
  const spf::Result first = result_of(spf::check_host(given, facts));
  return timed(first, count, [&](std::size_t) {
    return result_of(spf::check_host(request_of(given.ip, given.mail_from), facts)) == first;
  });
}

Round kept(const spf::Request& given, const dns::Facts& facts, std::size_t count) {
  const spf::KnownRecords records(facts);
  const spf::Options options{.records = &records};
  spf::Request request;
  spf::Verdict verdict;
  spf::Questions lacking;
  const auto evaluate = [&] {
    // Each evaluation is of a request of its own, as it would be for a receiver.
    request.ip = given.ip;
    request.mail_from.assign(given.mail_from);
    request.helo.assign(given.helo);
    return spf::check_host(request, facts, options, verdict, lacking) ? verdict.result
                                                                      : spf::Result::none;
  };
  const spf::Result first = evaluate();
  return timed(first, count, [&](std::size_t) { return evaluate() == first; });
}

Round map(const spf::Request& given, const spf::PolicyMap& policy, std::size_t count) {
  const spf::Result first = policy.at(given.ip).result;
  return timed(first, count, [&](std::size_t) { return policy.at(given.ip).result == first; });
}

Round mixed(const spf::Request& given, const dns::Facts& facts, const spf::PolicyMap& policy,
            std::size_t count) {
  constexpr std::size_t addresses = 4096;
  const std::vector<dns::IpAddress> clients = mixed_addresses(policy, facts, addresses);
  std::vector<spf::Result> expected;
  expected.reserve(addresses);
  for (const dns::IpAddress& client : clients) expected.push_back(policy.at(client).result);
  return timed(policy.at(given.ip).result, count, [&](std::size_t i) {
    return policy.at(clients[i % addresses]).result == expected[i % addresses];
  });
}

class Programme {
 public:
  explicit Programme(const std::string& zone_file) : zone_(read_zone(zone_file)) {}

  Round run(const std::string& form, const spf::Request& request, std::size_t count) {
    learn(request, zone_, facts_);
    if (form == "parse") return parse(request, facts_, count);
    if (form == "kept") return kept(request, facts_, count);
    const spf::PolicyMap policy =
        compiled(request.mail_from.substr(request.mail_from.find('@') + 1), facts_);
    if (form == "map") return map(request, policy, count);
    if (form == "mixed") return mixed(request, facts_, policy, count);
    fmt::print(stderr, "ours: there is no form {}\n", form);
    std::exit(64);
  }

 private:
  dns::ZoneData zone_;
  dns::Facts facts_;  // of every request so far: a lookup has as much to search as the peers' have
};

int serve(const std::string& zone_file) {
  Programme programme(zone_file);
  std::string form;
  std::string address;
  std::string sender;
  std::size_t count = 0;
  while (std::cin >> form >> count >> address >> sender) {
    const auto ip = dns::IpAddress::parse(address);
    if (!ip) {
      fmt::print(stderr, "ours: {} is no address\n", address);
      return 65;
    }
    const Round round = programme.run(form, request_of(*ip, sender), count);
    fmt::print("{} {}\n", round.steady ? spf::text(round.result) : "unsteady", round.nanoseconds);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace mandate::bench

int main(int count, char** arguments) {
  if (count != 2) {
    fmt::print(stderr, "ours: give the zone file\n");
    return 64;
  }
  return mandate::bench::serve(arguments[1]);
}
