#include "resolver/bulk.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <deque>
#include <exception>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "resolver/dns_client.h"
#include "resolver/doorkeeper.h"
#include "resolver/pace.h"

namespace mandate::resolver {

using Clock = std::chrono::steady_clock;

/// Facts that a job keeps its memory for when its errand is over: most have no more.
constexpr std::size_t kUsualFacts = 16;

/// What the workers share: the cache, and the account of who has how many errands.
class Bulk::Crew {
 public:
  Crew(const StubOptions* client, Lookup* memory, const BulkOptions& options, Finished finished);
  ~Crew();

  void add(Errands errands);
  void cut_short();
  void finish();

  /// Of the workers: what is over, how many are no more, and what cannot be gone on after.
  void hand_over(std::size_t worker, Errands errands);
  void count_out(std::size_t worker, std::size_t count);
  void fail(std::exception_ptr fault);

  FactCache& cache() { return cache_; }
  Doorkeeper& doorkeeper() { return doorkeeper_; }
  Lookup* memory() { return memory_; }

 private:
  /// Throws the fault of a worker, if there is one. Who has to wait does so until there is room for
  /// many, so that threads do not wake each other for every few errands.
  void wait(std::unique_lock<std::mutex>& lock, std::size_t most);

  FactCache cache_;
  Doorkeeper doorkeeper_;
  Lookup* const memory_;
  const BulkOptions options_;
  Finished finished_;
  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::vector<std::size_t> loads_;  // errands of each worker
  std::size_t load_ = 0;            // of all
  std::size_t awaited_ = 0;         // the greatest at which somebody may have to be woken
  std::exception_ptr fault_;
  std::vector<std::unique_ptr<Worker>> workers_;  // the last, since they use what is above
};

/// One thread with a client of its own.
class Bulk::Worker {
 public:
  /// Its window and pace are what the options say.
  Worker(Crew& crew, std::size_t number, const StubOptions* client, const BulkOptions& options)
      : crew_(crew),
        number_(number),
        options_(options),
        pace_(options.per_second),
        pace_ends_(io_),
        work_(io_.get_executor()) {
    if (client != nullptr) {
      client_.emplace(io_, *client);
      paces_.assign(client->servers.size(), {Pace(options.per_second_to_one), 0});
    }
    thread_ = std::thread([this] { run(); });
  }
  ~Worker() {
    io_.stop();
    thread_.join();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// From any thread.
  void take(Errands errands) {
    boost::asio::post(io_, [this, errands = std::move(errands)]() mutable {
      std::ranges::move(errands, std::back_inserter(backlog_));
      begin_more();
    });
  }
  void cut_short() {
    boost::asio::post(io_, [this] {
      is_cut_short_ = true;
      drop_backlog();
    });
  }

 private:
  /// An errand under way, or the memory for one to come.
  struct Job {
    Worker* worker = nullptr;
    std::unique_ptr<Errand> errand;
    dns::Facts facts;
    Deadline deadline;
    Clock::time_point asked_at;
    std::size_t lacking = 0;  // answers
    std::list<Job>::iterator place;
  };
  struct ServerPace {
    Pace pace;
    std::uint64_t counted = 0;  // queries
  };

  void run() {
    try {
      io_.run();
    } catch (...) {
      crew_.fail(std::current_exception());
    }
  }

  bool is_paced() const { return options_.per_second > 0 || options_.per_second_to_one > 0; }

  void begin_more() {
    if (is_cut_short_) return drop_backlog();
    if (begin_is_due_) return;
    auto now = Clock::now();
    while (!backlog_.empty() && jobs_.size() < options_.window) {
      if (is_paced() && !may_begin(now)) return;
      const std::size_t before = jobs_.size();
      begin(now);
      if (is_paced()) return begin_later();
      // Those that ask are begun at one moment; one that was done at once may have taken its time.
      if (jobs_.size() == before) now = Clock::now();
    }
  }

  void drop_backlog() {
    const std::size_t count = backlog_.size();
    backlog_.clear();
    if (count != 0) crew_.count_out(number_, count);
  }

  // After the client's turn, in which the queries of what was begun leave and are counted.
  void begin_later() {
    begin_is_due_ = true;
    boost::asio::post(io_, [this] {
      begin_is_due_ = false;
      begin_more();
    });
  }

  bool may_begin(Clock::time_point now) {
    std::uint64_t sent = 0;
    auto next = now;
    for (std::size_t i = 0; i < paces_.size(); ++i) {
      const std::uint64_t count = client_->queries(i) - paces_[i].counted;
      paces_[i].counted += count;
      paces_[i].pace.spend(count, now);
      next = std::max(next, paces_[i].pace.next());
      sent += count;
    }
    pace_.spend(sent, now);
    next = std::max(next, pace_.next());
    if (next <= now) return true;
    begin_is_due_ = true;
    pace_ends_.expires_at(next);
    pace_ends_.async_wait([this](boost::system::error_code) {
      begin_is_due_ = false;
      begin_more();
    });
    return false;
  }

  void begin(Clock::time_point now) {
    if (idle_.empty()) idle_.emplace_front().worker = this;
    jobs_.splice(jobs_.begin(), idle_, idle_.begin());
    Job& job = jobs_.front();
    job.place = jobs_.begin();
    job.errand = std::move(backlog_.front());
    backlog_.pop_front();
    job.deadline = now + options_.timeout;
    job.asked_at = now;
    go_on(job);
  }

  void go_on(Job& job) {
    while (job.lacking == 0) {
      std::vector<dns::Question> questions = job.errand->go_on(std::as_const(job.facts));
      if (questions.empty()) return end(job);
      if (job.facts.size() != 0) job.asked_at = Clock::now();
      for (dns::Question& question : questions) ask(job, std::move(question));
    }
  }

  void ask(Job& job, dns::Question question) {
    if (Lookup* const memory = crew_.memory()) {
      return job.facts.add(std::move(memory->ask({&question, 1}, job.deadline).front()));
    }
    // What is asked for the first time is in no cache, as most of what a scan asks.
    const bool again = is_asked_again(question);
    if (again) {
      if (auto fact = crew_.cache().find(question)) return job.facts.add(std::move(*fact));
    }
    ++job.lacking;
    // A fact that was under way already is kept by the first who asked: he knows how old it is.
    const bool keep = again && !client_->is_asking(question);
    client_->ask(std::move(question), job.deadline,
                 [&job, keep](dns::Fact&& fact) { job.worker->learn(job, std::move(fact), keep); });
  }

  bool is_asked_again(const dns::Question& question) {
    return crew_.doorkeeper().knows(dns::hash_of_wire(question.name.wire()) +
                                    static_cast<std::size_t>(question.type));
  }

  void learn(Job& job, dns::Fact&& fact, bool keep) {
    if (keep) crew_.cache().keep(fact, {job.asked_at, job.deadline});
    job.facts.add(std::move(fact));
    --job.lacking;
    go_on(job);
  }

  void end(Job& job) {
    over_.push_back(std::move(job.errand));
    idle_.splice(idle_.begin(), jobs_, job.place);
    if (job.facts.size() <= kUsualFacts) {
      job.facts.clear();
    } else {
      job.facts = {};
    }
    if (!std::exchange(end_is_due_, true)) {
      boost::asio::post(io_, [this] { hand_over(); });
    }
  }

  void hand_over() {
    end_is_due_ = false;
    crew_.hand_over(number_, std::exchange(over_, {}));
    begin_more();
  }

  Crew& crew_;
  const std::size_t number_;
  const BulkOptions options_;
  boost::asio::io_context io_{1};
  std::optional<DnsClient> client_;
  std::deque<std::unique_ptr<Errand>> backlog_;
  std::list<Job> jobs_;
  std::list<Job> idle_;  // no more of them than there were jobs at once
  Errands over_;
  Pace pace_;
  std::vector<ServerPace> paces_;
  boost::asio::steady_timer pace_ends_;
  bool begin_is_due_ = false;  // it comes by itself
  bool end_is_due_ = false;
  bool is_cut_short_ = false;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

namespace {

BulkOptions within_bounds(BulkOptions options) {
  options.window = std::max<std::size_t>(options.window, 1);
  options.threads = std::clamp<std::size_t>(options.threads, 1, options.window);
  return options;
}

/// The part of one thread.
BulkOptions part_of(BulkOptions options) {
  options.window /= options.threads;
  options.per_second /= static_cast<double>(options.threads);
  options.per_second_to_one /= static_cast<double>(options.threads);
  return options;
}

StubOptions part_of(StubOptions client, std::size_t threads) {
  client.in_flight = std::max<std::size_t>(1, client.in_flight / threads);
  return client;
}

}  // namespace

Bulk::Crew::Crew(const StubOptions* client, Lookup* memory, const BulkOptions& options,
                 Finished finished)
    : cache_(options.cache),
      memory_(memory),
      options_(within_bounds(options)),
      finished_(std::move(finished)),
      loads_(options_.threads) {
  std::optional<StubOptions> part;
  if (client != nullptr) part = part_of(*client, options_.threads);
  for (std::size_t number = 0; number < options_.threads; ++number) {
    workers_.push_back(
        std::make_unique<Worker>(*this, number, part ? &*part : nullptr, part_of(options_)));
  }
}

Bulk::Crew::~Crew() = default;

void Bulk::Crew::add(Errands errands) {
  std::size_t least = 0;
  {
    std::unique_lock lock(mutex_);
    wait(lock, 2 * options_.window);
    least = static_cast<std::size_t>(std::ranges::min_element(loads_) - loads_.begin());
    loads_[least] += errands.size();
    load_ += errands.size();
  }
  workers_[least]->take(std::move(errands));
}

void Bulk::Crew::cut_short() {
  for (const auto& worker : workers_) worker->cut_short();
}

void Bulk::Crew::finish() {
  std::unique_lock lock(mutex_);
  wait(lock, 0);
}

void Bulk::Crew::wait(std::unique_lock<std::mutex>& lock, std::size_t most) {
  if (load_ > most) {
    const std::size_t least = most - most / 4;
    awaited_ = std::max(awaited_, least);
    changed_.wait(lock, [&] { return load_ <= least || fault_ != nullptr; });
  }
  if (fault_ != nullptr) std::rethrow_exception(fault_);
}

void Bulk::Crew::hand_over(std::size_t worker, Errands errands) {
  const std::size_t count = errands.size();
  finished_(std::move(errands));
  count_out(worker, count);
}

void Bulk::Crew::count_out(std::size_t worker, std::size_t count) {
  bool is_awaited = false;
  {
    const std::scoped_lock lock(mutex_);
    loads_[worker] -= count;
    load_ -= count;
    is_awaited = load_ <= awaited_;
  }
  // Who is woken would wait for the lock.
  if (is_awaited) changed_.notify_all();
}

void Bulk::Crew::fail(std::exception_ptr fault) {
  const std::scoped_lock lock(mutex_);
  fault_ = std::move(fault);
  changed_.notify_all();
}

Bulk::Bulk(const StubOptions& client, const BulkOptions& options, Finished finished)
    : crew_(std::make_unique<Crew>(&client, nullptr, options, std::move(finished))) {}

Bulk::Bulk(Lookup& memory, const BulkOptions& options, Finished finished)
    : crew_(std::make_unique<Crew>(nullptr, &memory, options, std::move(finished))) {}

Bulk::~Bulk() = default;

void Bulk::add(Errands errands) {
  crew_->add(std::move(errands));
}

void Bulk::cut_short() {
  crew_->cut_short();
}

void Bulk::finish() {
  crew_->finish();
}

}  // namespace mandate::resolver
