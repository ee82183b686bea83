// What every store must hold; SQLite today, in a file and in memory.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

using registry::MessageState;
using registry::SendingDomain;
using registry::Status;

std::chrono::sys_seconds at(int seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "mandate.XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

enum class Where { memory, file };

class StoreContract : public testing::TestWithParam<Where> {
 protected:
  void SetUp() override {
    const std::string path = GetParam() == Where::file ? folder_.file("m.db") : ":memory:";
    auto opened = open_sqlite(path);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->add_account({"4321", "A customer", at(5)}).has_value());
  }

  Folder folder_;
  std::unique_ptr<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(Where::memory, Where::file));

SendingDomain domain(std::string_view name) {
  SendingDomain out;
  out.account_id = "4321";
  out.domain = dns::Name::parse(name).value();
  out.created_at = out.status_since = at(100);
  return out;
}

registry::OutgoingMessage message(const std::string& id, int due) {
  registry::OutgoingMessage out;
  out.id = id;
  out.account_id = "4321";
  out.from = "news@customer.example";
  out.to = "reader@receiver.example";
  out.content = "Subject: x\r\n\r\nbody\r\n";
  out.message_id = "<" + id + "@customer.example>";
  out.created_at = at(due);
  out.next_attempt_at = at(due);
  return out;
}

TEST_P(StoreContract, KeepsAccountsAndRefusesTheSameIdTwice) {
  EXPECT_EQ(store_->account("4321").value()->name, "A customer");
  EXPECT_EQ(store_->account("432").value(), std::nullopt);
  EXPECT_EQ(store_->add_account({"4321", "", at(6)}).error().kind, StoreError::Kind::conflict);
}

TEST_P(StoreContract, PagesInOrderOfTheKey) {
  for (const char* id : {"b", "a", "d", "c"}) {
    ASSERT_TRUE(store_->add_account({id, "", at(1)}).has_value());
  }
  std::vector<std::string> seen;
  for (Page page{.after = "", .limit = 2};;) {
    const auto rows = store_->accounts(page).value();
    if (rows.empty()) break;
    for (const auto& row : rows) seen.push_back(row.id);
    page.after = seen.back();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"4321", "a", "b", "c", "d"}));
}

TEST_P(StoreContract, KeepsEveryFieldOfADomain) {
  SendingDomain whole = domain("customer.example");
  whole.senders = {"a@customer.example", "b@customer.example"};
  whole.status = Status::at_risk;
  whole.reason_code = "include_missing";
  whole.reason = "it's \"gone\"; DROP TABLE domain --";
  whole.last_checked_at = at(1);
  whole.last_attempt_at = at(2);
  whole.last_verified_at = at(3);
  whole.grace_expires_at = at(4);
  whole.evidence_id = "e1";
  ASSERT_TRUE(store_->add_domain(whole).has_value());
  EXPECT_EQ(store_->domain("4321", whole.domain).value(), whole);
  EXPECT_EQ(store_->domains("4321", {}).value(), std::vector{whole});
  EXPECT_EQ(store_->add_domain(whole).error().kind, StoreError::Kind::conflict);
}

TEST_P(StoreContract, RefusesADomainOfNoAccount) {
  SendingDomain orphan = domain("customer.example");
  orphan.account_id = "nobody";
  EXPECT_EQ(store_->add_domain(orphan).error().kind, StoreError::Kind::not_found);
}

TEST_P(StoreContract, UpdatesADomainOnlyFromTheRowThatWasRead) {
  const SendingDomain before = domain("customer.example");
  SendingDomain after = before;
  after.status = Status::verified;
  after.evidence_id = "e1";
  after.last_checked_at = at(200);
  ASSERT_TRUE(store_->add_domain(before).has_value());
  ASSERT_TRUE(store_->update_domain(before, after, R"({"version":1})").has_value());
  EXPECT_EQ(store_->update_domain(before, after, "").error().kind, StoreError::Kind::conflict);
  EXPECT_EQ(store_->domain("4321", before.domain).value(), after);
  EXPECT_EQ(store_->evidence_json("4321", "e1").value(), R"({"version":1})");
  EXPECT_EQ(store_->evidence_json("other", "e1").value(), std::nullopt);
  // An evidence id that is taken changes neither row.
  SendingDomain again = after;
  again.status = Status::suspended;
  EXPECT_EQ(store_->update_domain(after, again, "{}").error().kind, StoreError::Kind::conflict);
  EXPECT_EQ(store_->domain("4321", before.domain).value(), after);
}

TEST_P(StoreContract, RemovesADomainOnce) {
  const SendingDomain row = domain("customer.example");
  ASSERT_TRUE(store_->add_domain(row).has_value());
  EXPECT_EQ(store_->remove_domain("other", row.domain).error().kind, StoreError::Kind::not_found);
  EXPECT_TRUE(store_->remove_domain("4321", row.domain).has_value());
  EXPECT_EQ(store_->remove_domain("4321", row.domain).error().kind, StoreError::Kind::not_found);
}

TEST_P(StoreContract, FindsKeysByHashAndKeepsTheFirstRevocation) {
  const registry::ApiKey key{"k1", "4321", "aa", "label", at(1), std::nullopt};
  const registry::ApiKey provider{"k2", std::nullopt, "bb", "", at(1), std::nullopt};
  ASSERT_TRUE(store_->add_key(key).has_value());
  ASSERT_TRUE(store_->add_key(provider).has_value());
  EXPECT_EQ(store_->key_by_hash("aa").value(), key);
  EXPECT_EQ(store_->key_by_hash("bb").value(), provider);
  EXPECT_EQ(store_->key_by_hash("cc").value(), std::nullopt);
  ASSERT_TRUE(store_->revoke_key("k1", at(9)).has_value());
  ASSERT_TRUE(store_->revoke_key("k1", at(10)).has_value());
  EXPECT_EQ(store_->key_by_hash("aa").value()->revoked_at, at(9));
  EXPECT_EQ(store_->revoke_key("k3", at(9)).error().kind, StoreError::Kind::not_found);
  EXPECT_EQ(store_->keys({}).value().size(), 2U);
  EXPECT_EQ(store_->add_key({"k4", "nobody", "dd", "", at(1), std::nullopt}).error().kind,
            StoreError::Kind::not_found);
}

TEST_P(StoreContract, LeasesDueMessagesOnceUntilTheLeaseEnds) {
  for (const int due : {30, 10, 20, 99}) {
    ASSERT_TRUE(store_->add_message(message("m" + std::to_string(due), due)).has_value());
  }
  EXPECT_EQ(store_->next_message_due().value(), at(10));
  const auto leased = store_->lease_due_messages(at(50), at(60), 2).value();
  ASSERT_EQ(leased.size(), 2U);
  EXPECT_EQ(leased[0].id, "m10");
  EXPECT_EQ(leased[1].id, "m20");
  EXPECT_FALSE(leased[0].content.empty());
  EXPECT_EQ(store_->lease_due_messages(at(50), at(60), 9).value().size(), 1U);
  EXPECT_TRUE(store_->lease_due_messages(at(59), at(69), 9).value().empty());
  EXPECT_EQ(store_->lease_due_messages(at(60), at(70), 9).value().size(), 3U);  // given back
}

TEST_P(StoreContract, EndedMessagesAreNotLeased) {
  auto row = message("m1", 10);
  ASSERT_TRUE(store_->add_message(row).has_value());
  row.state = MessageState::delivered;
  row.attempts = 2;
  row.ended_at = at(12);
  row.last_code = 250;
  row.last_reply = "2.0.0 Ok";
  ASSERT_TRUE(store_->update_message(row).has_value());
  EXPECT_EQ(store_->message("4321", "m1").value(), row);
  EXPECT_EQ(store_->message("other", "m1").value(), std::nullopt);
  EXPECT_TRUE(store_->lease_due_messages(at(50), at(60), 9).value().empty());
  EXPECT_EQ(store_->next_message_due().value(), std::nullopt);
  row.content.clear();
  EXPECT_EQ(store_->messages("4321", {}).value(), std::vector{row});
  row.id = "m2";
  EXPECT_EQ(store_->update_message(row).error().kind, StoreError::Kind::not_found);
}

TEST_P(StoreContract, KeepsHostileTextAsItIs) {
  auto row = message("m1", 10);
  row.subject = std::string("a\0b'\"--\xff\n%_", 12);
  row.content = std::string(1 << 20, '\0') + "end";
  ASSERT_TRUE(store_->add_message(row).has_value());
  EXPECT_EQ(store_->message("4321", "m1").value(), row);
}

TEST_P(StoreContract, NoMessageIsLeasedToTwoWorkers) {
  constexpr int kMessages = 200;
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::atomic<int> added = 0;
  std::vector<std::jthread> threads;
  threads.emplace_back([&] {
    for (int i = 0; i < kMessages; ++i) {
      added += store_->add_message(message("m" + std::to_string(i), i)).has_value() ? 1 : 0;
    }
  });
  for (int worker = 0; worker < 3; ++worker) {
    threads.emplace_back([&] {
      for (bool last = false; !last;) {
        last = added == kMessages;
        const auto leased = store_->lease_due_messages(at(1000), at(9000), 7).value();
        const std::lock_guard lock(mutex);
        for (const auto& row : leased) seen.insert(row.id);
        last = last && leased.empty();
      }
    });
  }
  threads.clear();
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(kMessages));
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

TEST(Durability, WhatWasAcknowledgedSurvivesSigkill) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = open_sqlite(path);
    if (!store || !(*store)->add_account({"4321", "", at(1)})) _exit(1);
    for (int i = 0;; ++i) {
      if (!(*store)->add_message(message("m" + std::to_string(i), i))) _exit(2);
      if (write(pipe_ends[1], &i, sizeof i) != sizeof i) _exit(3);
    }
  }
  close(pipe_ends[1]);
  int last = -1;
  for (int i = -1; i < 50 && read(pipe_ends[0], &i, sizeof i) == sizeof i;) last = i;
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  close(pipe_ends[0]);
  ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
  ASSERT_GE(last, 50);
  const auto store = open_sqlite(path);
  ASSERT_TRUE(store.has_value()) << store.error().message;
  for (int i = 0; i <= last; ++i) {
    EXPECT_TRUE((*store)->message("4321", "m" + std::to_string(i)).value().has_value()) << i;
  }
}

}  // namespace
}  // namespace mandate::store
