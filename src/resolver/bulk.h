// Many pure steps at once, each over facts of its own: the asynchronous twin of `settle`.
//
//   add ── errands, by batches ──► Worker, one a thread:
//     backlog ── pace, window ──► go_on ── lacking ──► FactCache, shared by all
//                                    ▲                    │ not known
//                                    └───── facts ── DnsClient, one a thread
//   finished ◄── errands that are over, a batch a turn of the worker's event loop
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "resolver/fact_cache.h"
#include "resolver/lookup.h"
#include "resolver/stub_options.h"

namespace mandate::resolver {

/// A piece of work of a bulk run. One thread at a time has it.
class Errand {
 public:
  virtual ~Errand() = default;
  /// Goes on as far as the facts reach: the questions that are lacking, none when it is over. As of
  /// a step of `settle` every question is new. It keeps what it came to, and is called no more.
  virtual std::vector<dns::Question> go_on(const dns::Facts& facts) = 0;
};

using Errands = std::vector<std::unique_ptr<Errand>>;

/// What is out of its range is taken as the nearest value within it.
struct BulkOptions {
  std::size_t threads = 1;
  /// Errands under way in all, at least one a thread.
  std::size_t window = 256;
  /// Of one errand, from when it is begun; what is not known by then has failed.
  std::chrono::milliseconds timeout{20'000};
  /// Queries a second, in all and to any one server; zero: without a limit. An errand is begun when
  /// the pace allows it, and then asks what it has to: so what is over the limit, a few queries at
  /// once, delays the next errand and no answer.
  double per_second = 0;
  double per_second_to_one = 0;
  /// Of what all errands share. A fact is kept from the second time on that it is asked for, and is
  /// asked for once more for about every 25,000 questions that are new: most of what very many
  /// errands ask is asked by one of them alone.
  CacheOptions cache{.most_bytes = std::size_t{32} << 20};
};

class Bulk {
 public:
  /// Called on a worker's thread, several of them at once. Must not throw, nor call the Bulk; what
  /// it waits for delays the worker's other errands.
  using Finished = std::function<void(Errands)>;

  /// Asks servers. `in_flight` of the client is of all threads together.
  Bulk(const StubOptions& client, const BulkOptions& options, Finished finished);
  /// Asks what is in memory, such as zone files: `memory` answers at once, and must outlive it.
  Bulk(Lookup& memory, const BulkOptions& options, Finished finished);
  /// Errands that are not over are dropped.
  ~Bulk();
  Bulk(const Bulk&) = delete;
  Bulk& operator=(const Bulk&) = delete;

  /// Takes errands over; where as many as the window wait already, it waits until there is room for
  /// several. Throws what a worker could not go on after, such as that there is no memory.
  void add(Errands errands);

  /// From now on no errand is begun: those that wait, and those that are still added, are dropped,
  /// and the ones under way go on to their end. From any thread; who waits in `add` need no longer.
  void cut_short();

  /// Waits until all that was added is over and handed over, or dropped. Throws likewise.
  void finish();

 private:
  class Worker;
  class Crew;
  std::unique_ptr<Crew> crew_;
};

}  // namespace mandate::resolver
