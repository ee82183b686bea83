// What several processes over one database do to each other's checks, and what a kill leaves
// behind.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <set>

#include "../store/folder.h"
#include "../store/followed_chain.h"
#include "verification/watch.h"
#include "watched_customers.h"

namespace mandate::verification {
namespace {

using namespace std::chrono_literals;
using registry::Status;
using std::chrono::sys_seconds;
using Kind = registry::CheckFinding::Kind;

constexpr auto kLease = 10min;

/// What customer n has: every kind of end, and now and then a DNS that is away.
Kind kind_of(int number) {
  constexpr Kind kinds[] = {Kind::proven, Kind::not_proven, Kind::proven, Kind::refused,
                            Kind::unavailable};
  return kinds[number % 5];
}

/// Where files are in memory, if there is such a place: a kill leaves what was written, synced or
/// not, and twenty thousand syncs would take minutes on a slow disk.
std::filesystem::path without_a_disk() {
  const std::filesystem::path memory = "/dev/shm";
  return std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
}

/// Shut until it is opened, for every process that has it.
class Gate {
 public:
  Gate() { EXPECT_EQ(pipe(ends_), 0); }
  ~Gate() {
    open();
    close(ends_[0]);
  }
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  void open() {
    if (ends_[1] >= 0) close(std::exchange(ends_[1], -1));
  }
  /// Once every process has opened its own, there is an end to read.
  void pass() const {
    char none = 0;
    while (read(ends_[0], &none, 1) > 0) continue;
  }

 private:
  int ends_[2];
};

/// Checks all that is due at `now`, with threads, until nothing is, and writes the number of each
/// domain when its check begins.
[[noreturn]] void watch_until_idle(const std::string& path, sys_seconds now,
                                   const std::string& label, int begun, const Gate& gate) {
  auto store = store::open_sqlite(path);
  if (!store) _exit(1);
  CustomerDns dns([&](const dns::Name& name) {
    const int number = number_of(name);
    if (write(begun, &number, sizeof number) != sizeof number) _exit(2);
    gate.pass();
    return kind_of(number);
  });
  const auto clock = [now] { return now; };
  Probe probe = probe_of(dns, **store, clock, label);
  std::atomic<bool> failed = false;
  constexpr int kThreads = 3;
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      Watch watch(**store, probe, clock, {.lease = kLease});
      if (!watch.run_due(1'000'000)) failed = true;
    });
  }
  threads.clear();
  _exit(failed ? 3 : 0);
}

/// A process that watches, and the numbers that it writes.
class Watcher {
 public:
  Watcher(const std::string& path, sys_seconds now, const std::string& label, Gate& gate) {
    int ends[2];
    EXPECT_EQ(pipe(ends), 0);
    child_ = fork();
    EXPECT_GE(child_, 0);
    if (child_ == 0) {
      close(ends[0]);
      gate.open();
      watch_until_idle(path, now, label, ends[1], gate);
    }
    close(ends[1]);
    begun_ = ends[0];
  }
  Watcher(Watcher&& other) noexcept
      : child_(std::exchange(other.child_, -1)), begun_(std::exchange(other.begun_, -1)) {}
  ~Watcher() {
    if (child_ > 0) kill(child_, SIGKILL);
    if (child_ > 0) waitpid(child_, nullptr, 0);
    if (begun_ >= 0) close(begun_);
  }

  /// The next number; nothing once the process has ended.
  std::optional<int> next() const {
    int number = 0;
    if (read(begun_, &number, sizeof number) != sizeof number) return std::nullopt;
    return number;
  }
  void kill_at_once() const { EXPECT_EQ(kill(child_, SIGKILL), 0); }
  /// As waitpid has it.
  int end() {
    int status = 0;
    const pid_t child = std::exchange(child_, -1);
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
  }

 private:
  pid_t child_ = -1;
  int begun_ = -1;
};

TEST(WatchDurability, TwoProcessesNeverCheckOneDomainAtOnce) {
  const store::Folder folder(without_a_disk());
  const std::string path = folder.file("m.db");
  constexpr int kCustomers = 600;
  add_customers(path, kCustomers);
  // A lease does not end while the clock stands still, so that a domain that was taken twice would
  // have been in two hands at once.
  Gate gate;
  Watcher watchers[] = {{path, kBegin, "a", gate}, {path, kBegin, "b", gate}};
  std::map<int, int> begun;
  for (Watcher& watcher : watchers) {
    const auto first = watcher.next();
    ASSERT_TRUE(first.has_value());
    ++begun[*first];
  }
  gate.open();  // both are in the midst of it
  for (Watcher& watcher : watchers) {
    while (const auto number = watcher.next()) ++begun[*number];
    EXPECT_EQ(watcher.end(), 0);
  }
  EXPECT_EQ(begun.size(), static_cast<std::size_t>(kCustomers));
  for (const auto& [number, times] : begun) EXPECT_EQ(times, 1) << number;
}

/// Every row is one that a whole check left, or none.
class Aftermath {
 public:
  explicit Aftermath(const std::string& path) : store_(std::move(*store::open_sqlite(path))) {}

  store::Store& store() { return *store_; }

  void expect_whole(int customers, int runs) {
    std::int64_t transitions = 0;
    std::set<std::string> evidence;
    for (int i = 0; i < customers; ++i) {
      const registry::SendingDomain row = row_of(*store_, i);
      SCOPED_TRACE(row.domain.text());
      EXPECT_LE(row.attempts, runs);
      if (row.last_checked_at) {
        expect_replays(row);
        evidence.insert(row.evidence_id);
      } else {
        EXPECT_EQ(row.status, Status::pending);
        EXPECT_EQ(row.evidence_id, "");
      }
      if (row.status != Status::pending) ++transitions;
    }
    // The account, the first domain, and each transition, once.
    store::expect_intact(*store_, 2 + transitions);
    EXPECT_EQ(std::ssize(store_->events({}, {.after = 0, .limit = 100'000}).value()), transitions);
  }

 private:
  // The evidence is there, is that of this row, and comes to the row's state again.
  void expect_replays(const registry::SendingDomain& row) {
    const auto json = store_->evidence_json("4321", row.evidence_id).value();
    ASSERT_TRUE(json.has_value()) << row.evidence_id;
    const auto evidence = registry::parse_evidence(*json);
    ASSERT_TRUE(evidence.has_value()) << evidence.error();
    EXPECT_EQ(evidence->domain, row.domain);
    EXPECT_EQ(evidence->at, row.last_checked_at);
    const auto again = registry::assess(evidence->provider, evidence->domain, evidence->senders,
                                        evidence->facts, evidence->at);
    const auto& assessment = std::get<registry::Assessment>(again);
    EXPECT_EQ(assessment.kind, kind_of(number_of(row.domain)));
    EXPECT_EQ(row.status == Status::verified, assessment.kind == Kind::proven);
    EXPECT_EQ(row.reason_code, assessment.reason_code);
    EXPECT_EQ(row.attempts, 0);
    EXPECT_GT(row.next_check_at, row.last_checked_at);
  }

  std::unique_ptr<store::Store> store_;
};

TEST(WatchDurability, KillsInTheMiddleOfTenThousandChecksLoseAndHalveNothing) {
  const store::Folder folder(without_a_disk());
  const std::string path = folder.file("m.db");
  constexpr int kCustomers = 10'000;
  add_customers(path, kCustomers);
  std::set<int> begun;
  Gate open;
  open.open();
  sys_seconds now = kBegin;
  int runs = 0;
  // Each is killed in the midst of its checks, the last one goes on until nothing is due.
  for (const int enough : {1, 50, 700, 2'000, 3'000}) {
    Watcher watcher(path, now, "run" + std::to_string(++runs) + "-", open);
    int seen = 0;
    while (const auto number = watcher.next()) {
      begun.insert(*number);
      if (++seen == enough) watcher.kill_at_once();
    }
    ASSERT_TRUE(WIFSIGNALED(watcher.end())) << "it ended by itself";
    now += kLease;  // what it had in hand is given back
  }
  Aftermath(path).expect_whole(kCustomers, runs);
  Watcher last(path, now, "last-", open);
  ++runs;
  while (const auto number = last.next()) begun.insert(*number);
  EXPECT_EQ(last.end(), 0);

  EXPECT_EQ(begun.size(), static_cast<std::size_t>(kCustomers)) << "each at least once";
  Aftermath after(path);
  after.expect_whole(kCustomers, runs);
  for (int i = 0; i < kCustomers; ++i) {
    const registry::SendingDomain row = row_of(after.store(), i);
    const bool is_away = kind_of(i) == Kind::unavailable;
    EXPECT_EQ(row.last_checked_at.has_value(), !is_away) << row.domain.text();
    EXPECT_TRUE(row.last_attempt_at.has_value()) << row.domain.text();
    EXPECT_EQ(row.attempts > 0, is_away) << row.domain.text();
    EXPECT_GT(row.next_check_at, now) << row.domain.text();
  }
}

}  // namespace
}  // namespace mandate::verification
