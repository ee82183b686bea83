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
#include "sample_rows.h"
#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

/// Adds messages without end and writes the number of each to `acknowledged` once it is stored.
[[noreturn]] void add_and_acknowledge(const std::string& path, int acknowledged) {
  auto store = open_sqlite(path);
  if (!store || !(*store)->add_account({"4321", "", at(1)})) _exit(1);
  for (int i = 0;; ++i) {
    if (!(*store)->add_message(message("m" + std::to_string(i), i))) _exit(2);
    if (write(acknowledged, &i, sizeof i) != sizeof i) _exit(3);
  }
}

TEST(Durability, WhatWasAcknowledgedSurvivesSigkill) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    close(pipe_ends[0]);
    add_and_acknowledge(path, pipe_ends[1]);
  }
  close(pipe_ends[1]);
  int last = -1;
  bool killed = false;
  // Goes on behind the kill: what is still in the pipe was acknowledged as well.
  for (int i = 0; read(pipe_ends[0], &i, sizeof i) == sizeof i;) {
    last = i;
    if (i >= 50 && !killed) killed = kill(child, SIGKILL) == 0;
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(pipe_ends[0]);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  ASSERT_GE(last, 50);
  const auto store = open_sqlite(path);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  for (int i = 0; i <= last; ++i) {
    const std::string id = "m" + std::to_string(i);
    EXPECT_EQ((*store)->message("4321", id).value(), message(id, i));
  }
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
        const auto added = store ? (*store)->add_account({std::to_string(i), "", at(1)})
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
    ASSERT_TRUE((*store)->add_account({"4321", "", at(1)}).has_value());
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
