// A domain's verdict from memory: domain → map → address, in a table of a million domains, beside
// the same in other hash tables. README.md says how it is run and what it prints.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "allocations.h"
#include "table_asks.h"
#include "table_peers.h"
#include "verdicts/policy_table.h"
#include "world.h"

namespace mandate::bench {
namespace {

constexpr int rounds = 9;
constexpr std::size_t asks_a_round = 200'000;

/// Of the heap, the word before each block included.
std::size_t heap_in_use() {
  const Heap held = heap();
  return held.bytes + 8 * held.blocks;
}

double thread_nanoseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

/// The policy of one of many customers: its own address, a network, and a large provider.
spf::PolicyMap policy(std::size_t number, const dns::Facts& shared) {
  dns::Facts facts = shared;
  dns::Fact fact;
  fact.question = {dns::Name::parse(domain(number)).value(), dns::RecordType::txt};
  fact.status = dns::Fact::Status::found;
  fact.records.push_back(dns::TxtData{
      {fmt::format("v=spf1 ip4:{} ip4:192.0.2.0/24 include:spf.protection.outlook.com -all",
                   own_address(number).text())}});
  fact.ttl = 86'400;
  facts.add(std::move(fact));
  return compiled(domain(number), facts);
}

/// One table under measurement: nanoseconds of a look-up in each way, round by round.
struct Measured {
  std::string name;
  double overhead = 0;  ///< bytes a domain, maps left out
  std::vector<double> hot_set;
  std::vector<double> random;
  std::vector<double> chained;
  std::vector<double> two_threads;  ///< both at one domain
  std::vector<double> one_domain;
};

[[noreturn]] void die(std::string_view message) {
  fmt::print(stderr, "policy_table_bench: {}\n", message);
  std::exit(70);
}

template <class Table>
double time_each(const Table& table, const std::vector<Ask>& asks, std::size_t from) {
  std::size_t found = 0;
  const double begin = thread_nanoseconds();
  for (std::size_t i = 0; i < asks_a_round; ++i) {
    const Ask& ask = asks[(from + i) % asks.size()];
    found += table.at(ask.domain, ask.client).has_value() ? 1U : 0U;
  }
  const double end = thread_nanoseconds();
  if (found != asks_a_round) die("a domain is not in a table that has them all");
  return (end - begin) / static_cast<double>(asks_a_round);
}

/// Which domain is asked next hangs on the last outcome.
template <class Table>
double time_chained(const Table& table, const std::vector<Ask>& asks, std::size_t from) {
  std::size_t at = from;
  const double begin = thread_nanoseconds();
  for (std::size_t i = 0; i < asks_a_round; ++i) {
    const Ask& ask = asks[at % asks.size()];
    at += 1U + table.at(ask.domain, ask.client)->lookups;
  }
  const double end = thread_nanoseconds();
  return (end - begin) / static_cast<double>(asks_a_round);
}

template <class Table>
double time_one_domain(const Table& table, const Ask& ask) {
  std::size_t found = 0;
  const double begin = thread_nanoseconds();
  for (std::size_t i = 0; i < asks_a_round; ++i) {
    found += table.at(ask.domain, ask.client).has_value() ? 1U : 0U;
  }
  const double end = thread_nanoseconds();
  if (found != asks_a_round) die("the domain is not there");
  return (end - begin) / static_cast<double>(asks_a_round);
}

/// Processor time of a look-up when two threads look at one domain at once.
template <class Table>
double time_two_threads(const Table& table, const Ask& ask) {
  std::array<double, 2> times{};
  std::thread other([&] { times[1] = time_one_domain(table, ask); });
  times[0] = time_one_domain(table, ask);
  other.join();
  return (times[0] + times[1]) / 2;
}

/// What all are asked.
struct Questions {
  explicit Questions(std::size_t domains)
      : every_domain(shuffled(domains)), hot_set(by_zipf(domains, rounds * asks_a_round)) {}
  Asks every_domain;  ///< once
  Asks hot_set;
};

template <class Table>
void measure(const Table& table, const Questions& questions, std::size_t round, Measured& out) {
  const std::vector<Ask>& every = questions.every_domain.asks;
  const std::size_t from = round * asks_a_round;
  out.random.push_back(time_each(table, every, from));
  out.chained.push_back(time_chained(table, every, from));
  // What came before is of the same kind: the first pass is not counted.
  time_each(table, questions.hot_set.asks, from + asks_a_round);
  out.hot_set.push_back(time_each(table, questions.hot_set.asks, from));
  out.one_domain.push_back(time_one_domain(table, every[round]));
  out.two_threads.push_back(time_two_threads(table, every[round]));
}

/// The tables, each with the same maps.
struct Tables {
  verdicts::PolicyTable ours{std::size_t{16} << 30};
  OneLock one_lock;
  ShardedLocks sharded;
  std::array<Measured, 3> measured{{{.name = "Mandate"},
                                    {.name = "std::unordered_map, one lock"},
                                    {.name = "boost::unordered_flat_map, 64 locks"}}};
};

/// Bytes of heap that `put` takes.
template <class Put>
double heap_taken(const Put& put) {
  const std::size_t before = heap_in_use();
  put();
  return static_cast<double>(heap_in_use()) - static_cast<double>(before);
}

void fill(Tables& tables, std::size_t domains, const dns::Facts& shared, std::size_t map_bytes) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::hours(24);
  std::array<double, 3> taken{};
  for (std::size_t number = 0; number < domains; ++number) {
    const std::string name = dns::Name::parse(domain(number)).value().wire();
    const spf::PolicyMap map = policy(number, shared);
    taken[0] += heap_taken([&] {
      const bool kept = tables.ours.keep(name, verdicts::make_policy(map, {}), tables.ours.now());
      if (!kept) die("the table has no room");
    });
    taken[1] += heap_taken([&] { tables.one_lock.keep(name, {map, until}); });
    taken[2] += heap_taken([&] { tables.sharded.keep(name, {map, until}); });
  }
  for (std::size_t i = 0; i < taken.size(); ++i) {
    tables.measured[i].overhead =
        taken[i] / static_cast<double>(domains) - static_cast<double>(map_bytes);
  }
}

/// What a copy of such a map takes, the map itself included.
std::size_t bytes_of_a_map(const dns::Facts& shared) {
  constexpr std::size_t copies = 1'000;
  const spf::PolicyMap map = policy(0, shared);
  std::vector<spf::PolicyMap> maps;
  maps.reserve(copies);
  const std::size_t before = heap_in_use();
  for (std::size_t i = 0; i < copies; ++i) maps.push_back(map);
  return (heap_in_use() - before) / copies + sizeof(spf::PolicyMap);
}

/// The median time, and in brackets the median of its ratios to Mandate's in the same round.
std::string shown(const std::vector<double>& times, const std::vector<double>& ours) {
  std::vector<double> ratios;
  ratios.reserve(times.size());
  for (std::size_t i = 0; i < times.size(); ++i) ratios.push_back(times[i] / ours[i]);
  return fmt::format("{:.0f} ns ({:.2f})", median(times), median(ratios));
}

/// How long this machine waits for memory that it has not touched lately, in as many octets as the
/// maps take: each place tells the next one, in random order.
class Waits {
 public:
  explicit Waits(std::size_t octets) : places_(octets / sizeof(Place)) {
    const std::vector<std::size_t> order = shuffled(places_.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      places_[order[i]].next = order[(i + 1) % order.size()];
    }
  }
  /// Takes the nanoseconds of one.
  void measure() {
    const double begin = thread_nanoseconds();
    for (std::size_t i = 0; i < asks_a_round; ++i) at_ = places_[at_].next;
    const double end = thread_nanoseconds();
    if (at_ >= places_.size()) die("the order of the places is broken");
    times.push_back((end - begin) / static_cast<double>(asks_a_round));
  }

  std::vector<double> times;

 private:
  struct alignas(64) Place {
    std::size_t next = 0;
  };
  std::vector<Place> places_;
  std::size_t at_ = 0;
};

void print(const std::array<Measured, 3>& all) {
  fmt::print("{:<34}{:>15}{:>17}{:>17}{:>17}{:>17}{:>17}\n", "", "bytes a domain", "one domain",
             "two threads", "hot set", "random order", "each waiting");
  for (const Measured& it : all) {
    fmt::print("{:<34}{:>15.0f}", it.name, it.overhead);
    for (const auto times : {&Measured::one_domain, &Measured::two_threads, &Measured::hot_set,
                             &Measured::random, &Measured::chained}) {
      fmt::print("{:>17}", shown(it.*times, all[0].*times));
    }
    fmt::print("\n");
  }
}

void run(std::size_t domains) {
  dns::Facts shared;
  const dns::ZoneData zone = read_zone(MANDATE_BENCH_DATA "/records.zone");
  shared.add(zone.lookup(
      {dns::Name::parse("spf.protection.outlook.com").value(), dns::RecordType::txt}, {}));
  const Questions questions(domains);
  const std::size_t map_bytes = bytes_of_a_map(shared);
  Tables tables;
  fill(tables, domains, shared, map_bytes);
  std::array<Measured, 3>& all = tables.measured;
  fmt::print(
      "{} domains, a map each of {} bytes; Mandate's table counts {} bytes a domain in all\n",
      domains, map_bytes, tables.ours.bytes() / domains);
  Waits waits(domains * map_bytes);
  for (std::size_t round = 0; round < rounds; ++round) {
    waits.measure();
    measure(tables.ours, questions, round, all[0]);
    measure(tables.one_lock, questions, round, all[1]);
    measure(tables.sharded, questions, round, all[2]);
  }
  print(all);
  fmt::print(
      "one wait for memory: {:.0f} ns; a look-up of Mandate's in random order takes {:.1f} of "
      "them, "
      "one of the hot set {:.1f}\n",
      median(waits.times), median(all[0].random) / median(waits.times),
      median(all[0].hot_set) / median(waits.times));
}

}  // namespace
}  // namespace mandate::bench

int main(int count, char** arguments) {
  std::size_t domains = 1'000'000;
  if (count == 2) {
    const std::string_view text = arguments[1];
    const auto read = std::from_chars(text.data(), text.data() + text.size(), domains);
    if (read.ptr != text.data() + text.size() || domains == 0) count = 3;
  }
  if (count > 2) {
    fmt::print(stderr, "usage: policy_table_bench [DOMAINS]\n");
    return 64;
  }
  mandate::bench::run(domains);
  return 0;
}
