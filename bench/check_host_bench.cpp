// check_host and the policy map in every form, over the workloads of peers.d: time, allocations an
// evaluation, and the memory that is held.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "allocations.h"
#include "mandate/spf/record.h"
#include "world.h"

namespace mandate::bench {
namespace {

/// Far more than a branch predictor or the first level of the cache remembers.
constexpr std::size_t address_count = 65'536;

struct World {
  dns::ZoneData zone = read_zone(MANDATE_BENCH_DATA "/records.zone");
  std::vector<Workload> workloads = read_workloads(MANDATE_BENCH_DATA "/workloads");
  dns::Facts facts;
};

/// What a benchmark runs on.
struct Subject {
  const Workload& workload;
  const dns::Facts& facts;
};

/// Runs `evaluate`, which gives a result, and counts its allocations.
template <class Evaluate>
void repeat(benchmark::State& state, const Workload& workload, const Evaluate& evaluate) {
  // The first one may grow memory that the others use again.
  if (evaluate() != workload.expected) {
    state.SkipWithError("not the expected result");
    return;
  }
  const std::size_t before = heap().allocations;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(evaluate());
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(heap().allocations - before), benchmark::Counter::kAvgIterations);
}

spf::Result result_of(const spf::Outcome& outcome) {
  const auto* verdict = std::get_if<spf::Verdict>(&outcome);
  return verdict == nullptr ? spf::Result::none : verdict->result;
}

void parse(benchmark::State& state, const Subject& subject) {
  const spf::Request request = request_of(subject.workload.ip, subject.workload.sender);
  repeat(state, subject.workload,
         [&] { return result_of(spf::check_host(request, subject.facts)); });
}

/// Records are parsed each time, but the verdict's memory is used again.
void parse_in_place(benchmark::State& state, const Subject& subject) {
  const spf::Request request = request_of(subject.workload.ip, subject.workload.sender);
  spf::Verdict verdict;
  spf::Questions lacking;
  repeat(state, subject.workload, [&] {
    return spf::check_host(request, subject.facts, {}, verdict, lacking) ? verdict.result
                                                                         : spf::Result::none;
  });
}

void kept(benchmark::State& state, const Subject& subject) {
  const spf::Request request = request_of(subject.workload.ip, subject.workload.sender);
  const spf::KnownRecords records(subject.facts);
  const spf::Options options{.records = &records};
  spf::Verdict verdict;
  spf::Questions lacking;
  repeat(state, subject.workload, [&] {
    return spf::check_host(request, subject.facts, options, verdict, lacking) ? verdict.result
                                                                              : spf::Result::none;
  });
}

void map_hot(benchmark::State& state, const Subject& subject) {
  const spf::PolicyMap map = compiled(subject.workload.domain(), subject.facts);
  repeat(state, subject.workload, [&] { return map.at(subject.workload.ip).result; });
}

/// Addresses in random order, each look-up free to begin before the last one ends.
void map_mixed(benchmark::State& state, const Subject& subject) {
  const spf::PolicyMap map = compiled(subject.workload.domain(), subject.facts);
  const auto clients = mixed_addresses(map, subject.facts, address_count);
  std::size_t at = 0;
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(map.at(clients[at]).result);
    at = (at + 1) % address_count;
  }
}

/// The same, each look-up waiting for the last one: which address comes next hangs on its outcome.
void map_chained(benchmark::State& state, const Subject& subject) {
  const spf::PolicyMap map = compiled(subject.workload.domain(), subject.facts);
  const auto clients = mixed_addresses(map, subject.facts, address_count);
  std::size_t at = 0;
  for ([[maybe_unused]] auto _ : state) {
    at = (at + 1 + map.at(clients[at]).lookups) % address_count;
    benchmark::DoNotOptimize(at);
  }
}

void compile(benchmark::State& state, const Subject& subject) {
  const std::size_t before = heap().bytes;
  const spf::PolicyMap map = compiled(subject.workload.domain(), subject.facts);
  state.counters["heap_bytes"] = static_cast<double>(heap().bytes - before);
  state.counters["bytes"] = static_cast<double>(map.bytes());
  state.counters["pieces"] = static_cast<double>(map.size());
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(compiled(subject.workload.domain(), subject.facts));
  }
}

/// The record of the sender's domain alone: parsed, what it takes of memory, and what all records
/// of the workload take once they are known.
void record(benchmark::State& state, const Subject& subject) {
  dns::Facts facts;
  learn(request_of(subject.workload.ip, subject.workload.sender),
        read_zone(MANDATE_BENCH_DATA "/records.zone"), facts);
  std::size_t before = heap().bytes;
  const spf::KnownRecords records(facts);
  state.counters["known"] = static_cast<double>(records.size());
  state.counters["known_bytes"] =
      static_cast<double>(heap().bytes - before + sizeof(spf::KnownRecords));

  const dns::Fact* fact =
      facts.find({dns::Name::parse(subject.workload.domain()).value(), dns::RecordType::txt});
  const std::string text = std::get<dns::TxtData>(fact->records.front()).joined();
  before = heap().bytes;
  const auto parsed = spf::parse_record(text);
  state.counters["bytes"] = static_cast<double>(heap().bytes - before + sizeof(spf::Record));
  state.counters["text_bytes"] = static_cast<double>(text.size());
  const std::size_t allocations = heap().allocations;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(spf::parse_record(text));
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(heap().allocations - allocations), benchmark::Counter::kAvgIterations);
}

void register_all(World& world) {
  for (const Workload& workload : world.workloads) {
    learn(request_of(workload.ip, workload.sender), world.zone, world.facts);
  }
  struct Form {
    const char* name;
    void (*run)(benchmark::State&, const Subject&);
  };
  constexpr Form forms[] = {
      {"parse", parse},         {"parse_in_place", parse_in_place},
      {"kept", kept},           {"map", map_hot},
      {"map_mixed", map_mixed}, {"map_chained", map_chained},
      {"compile", compile},     {"record", record},
  };
  for (const Form& form : forms) {
    for (const Workload& workload : world.workloads) {
      benchmark::RegisterBenchmark((std::string(form.name) + "/" + workload.name).c_str(),
                                   [run = form.run, subject = Subject{workload, world.facts}](
                                       benchmark::State& state) { run(state, subject); });
    }
  }
}

}  // namespace
}  // namespace mandate::bench

int main(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 64;
  mandate::bench::World world;
  mandate::bench::register_all(world);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
