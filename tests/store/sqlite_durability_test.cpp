// What survives a kill, and what several connections to one file do to each other.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <latch>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "folder.h"
#include "followed_chain.h"
#include "sample_rows.h"
#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

/// Adds messages without end and writes the number of each to `acknowledged` once it is stored.
[[noreturn]] void add_and_acknowledge(const std::string& path, int acknowledged) {
  auto store = open_sqlite(path);
  if (!store || !(*store)->add_account({"4321", "", at(1)}, cause())) _exit(1);
  for (int i = 0;; ++i) {
    if (!(*store)->add_message(message("m" + std::to_string(i), i))) _exit(2);
    if (write(acknowledged, &i, sizeof i) != sizeof i) _exit(3);
  }
}

/// Runs `child` in a process of its own, which writes numbers that ascend from 0, kills it once it
/// has written `enough`, and gives the last.
template <class Child>
int acknowledged_until_killed(const Child& child_work, int enough) {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  EXPECT_GE(child, 0);
  if (child == 0) {
    close(pipe_ends[0]);
    child_work(pipe_ends[1]);
  }
  close(pipe_ends[1]);
  int last = -1;
  bool killed = false;
  // Goes on behind the kill: what is still in the pipe was acknowledged as well.
  for (int i = 0; read(pipe_ends[0], &i, sizeof i) == sizeof i;) {
    last = i;
    if (i >= enough && !killed) killed = kill(child, SIGKILL) == 0;
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(pipe_ends[0]);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  return last;
}

TEST(Durability, WhatWasAcknowledgedSurvivesSigkill) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  const int last = acknowledged_until_killed(
      [&](int acknowledged) { add_and_acknowledge(path, acknowledged); }, 50);
  ASSERT_GE(last, 50);
  const auto store = open_sqlite(path);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  for (int i = 0; i <= last; ++i) {
    const std::string id = "m" + std::to_string(i);
    EXPECT_EQ((*store)->message("4321", id).value(), message(id, i));
  }
}

/// Brings one domain after the other to verified, writing the number of each once it is there.
[[noreturn]] void verify_and_acknowledge(const std::string& path, int acknowledged) {
  auto store = open_sqlite(path);
  if (!store || !(*store)->add_account({"4321", "", at(1)}, cause())) _exit(1);
  for (int i = 0;; ++i) {
    const auto pending = domain("d" + std::to_string(i) + ".example");
    auto verified = pending;
    verified.status = registry::Status::verified;
    verified.evidence_id = "e" + std::to_string(i);
    if (!(*store)->add_domain(pending, cause())) _exit(2);
    if (!(*store)->update_domain(pending, verified, "{}", cause())) _exit(3);
    if (write(acknowledged, &i, sizeof i) != sizeof i) _exit(4);
  }
}

TEST(Durability, SigkillLeavesTheAuditLogWholeAndAtOneWithTheRows) {
  const Folder folder;
  for (const int enough : {1, 7, 40}) {
    const std::string file = folder.file("m" + std::to_string(enough) + ".db");
    const int last = acknowledged_until_killed(
        [&](int acknowledged) { verify_and_acknowledge(file, acknowledged); }, enough);
    ASSERT_GE(last, enough);
    const auto store = open_sqlite(file);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    const auto rows = (*store)->domains("4321", {.after = "", .limit = 100000}).value();
    std::set<std::string> verified;
    for (const auto& row : rows) {
      if (row.status == registry::Status::verified) verified.insert(row.domain.text());
    }
    ASSERT_GT(verified.size(), static_cast<std::size_t>(last));
    // The account, a domain.added for each row, a domain.verified for each that is.
    expect_intact(**store, static_cast<std::int64_t>(1 + rows.size() + verified.size()));
    EXPECT_EQ((*store)->events("4321", {.after = 0, .limit = 100000}).value().size(),
              verified.size());
  }
}

TEST(SeveralConnections, MakeOneChain) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  constexpr int kWriters = 4;
  constexpr int kEach = 40;
  std::mutex mutex;
  std::vector<std::string> errors;
  {
    const auto first = open_sqlite(path);
    ASSERT_TRUE(first.has_value()) << first.error().message;
    ASSERT_TRUE((*first)->add_account({"4321", "", at(1)}, cause()).has_value());
    std::latch start(kWriters);
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] {
        const auto own = open_sqlite(path);
        // Two threads share the first connection, the others have one of their own.
        Store& store = writer < 2 || !own ? **first : **own;
        start.arrive_and_wait();
        for (int i = 0; i < kEach; ++i) {
          const auto name = "d" + std::to_string(writer) + "-" + std::to_string(i) + ".example";
          const auto added =
              store.add_domain(domain(name), {"key:" + std::to_string(writer), at(i)});
          const std::lock_guard lock(mutex);
          if (!added) errors.push_back(added.error().message);
        }
      });
    }
  }
  EXPECT_EQ(errors, std::vector<std::string>{});
  expect_intact(**open_sqlite(path), 1 + kWriters * kEach);
}

TEST(SeveralConnections, OpenANewFileAtOnce) {
  const Folder folder;
  constexpr int kThreads = 8;
  std::latch start(kThreads);
  std::mutex mutex;
  std::vector<std::string> errors;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        const auto store = open_sqlite(folder.file("m.db"));
        const auto added = store ? (*store)->add_account({std::to_string(i), "", at(1)}, cause())
                                 : Stored<void>(std::unexpected(store.error()));
        const std::lock_guard lock(mutex);
        if (!added) errors.push_back(added.error().message);
      });
    }
  }
  EXPECT_EQ(errors, std::vector<std::string>{});
  EXPECT_EQ(open_sqlite(folder.file("m.db")).value()->accounts({}).value().size(),
            static_cast<std::size_t>(kThreads));
}

TEST(SeveralConnections, NeverLeaseOneMessageTwice) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  constexpr std::size_t kMessages = 100;
  {
    const auto store = open_sqlite(path);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    ASSERT_TRUE((*store)->add_account({"4321", "", at(1)}, cause()).has_value());
    for (int i = 0; i < static_cast<int>(kMessages); ++i) {
      ASSERT_TRUE((*store)->add_message(message("m" + std::to_string(i), i)).has_value());
    }
  }
  std::mutex mutex;
  std::multiset<std::string> seen;
  int failures = 0;
  {
    std::vector<std::jthread> threads;
    for (int worker = 0; worker < 3; ++worker) {
      threads.emplace_back([&] {
        const auto store = open_sqlite(path);
        for (bool more = true; more;) {
          const auto leased = store ? (*store)->lease_due_messages(at(1000), at(9000), 3)
                                    : std::unexpected(store.error());
          const std::lock_guard lock(mutex);
          if (!leased) ++failures;
          more = leased && !leased->empty() && seen.size() <= kMessages;
          if (leased) {
            for (const auto& row : *leased) seen.insert(row.id);
          }
        }
      });
    }
  }
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(seen.size(), kMessages);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

}  // namespace
}  // namespace mandate::store
