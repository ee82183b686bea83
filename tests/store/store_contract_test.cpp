// What every store must hold; SQLite today, in a file and in memory.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sample_rows.h"
#include "store_contract.h"

namespace mandate::store {
namespace {

using registry::MessageState;
using registry::SendingDomain;
using registry::Status;

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::ValuesIn(kBackends), name_of);

TEST_P(StoreContract, KeepsAccountsAndRefusesTheSameIdTwice) {
  EXPECT_EQ(store_->account("4321").value()->name, "A customer");
  EXPECT_EQ(store_->account("432").value(), std::nullopt);
  EXPECT_EQ(store_->add_account({"4321", "", at(6)}, cause()).error().kind,
            StoreError::Kind::conflict);
}

TEST_P(StoreContract, PagesInOrderOfTheKey) {
  for (const char* id : {"b", "a", "d", "c"}) {
    ASSERT_TRUE(store_->add_account({id, "", at(1)}, cause()).has_value());
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
  whole.mode = registry::Mode::return_path;
  whole.return_path = dns::Name::parse("bounce.customer.example").value();
  whole.ownership = registry::Ownership::token;
  whole.visible_by = at(5);
  whole.claim_matures_at = at(6);
  whole.contested_at = at(7);
  whole.contested_until = at(11);
  whole.leased_until = at(12);
  whole.warnings = {{"lookups_near_limit", "Nine; of ten."}, {"server_differs", ""}};
  whole.next_check_at = at(8);
  whole.attempts = 9;
  whole.changes = {"customer.example no longer lists `mx`: it's so.", "Together: nothing."};
  whole.changed_at = at(10);
  ASSERT_TRUE(store_->add_domain(whole, cause()).has_value());
  EXPECT_EQ(store_->domain("4321", whole.domain).value(), whole);
  EXPECT_EQ(store_->domains("4321", {}).value(), std::vector{whole});
  EXPECT_EQ(store_->add_domain(whole, cause()).error().kind, StoreError::Kind::conflict);
}

TEST_P(StoreContract, RefusesADomainOfNoAccount) {
  SendingDomain orphan = domain("customer.example");
  orphan.account_id = "nobody";
  EXPECT_EQ(store_->add_domain(orphan, cause()).error().kind, StoreError::Kind::not_found);
}

TEST_P(StoreContract, UpdatesADomainOnlyFromTheRowThatWasRead) {
  const SendingDomain before = domain("customer.example");
  SendingDomain after = before;
  after.status = Status::verified;
  after.evidence_id = "e1";
  after.last_checked_at = at(200);
  ASSERT_TRUE(store_->add_domain(before, cause()).has_value());
  ASSERT_TRUE(store_->update_domain(before, after, R"({"version":1})", cause()).has_value());
  EXPECT_EQ(store_->update_domain(before, after, "", cause()).error().kind,
            StoreError::Kind::conflict);
  EXPECT_EQ(store_->domain("4321", before.domain).value(), after);
  EXPECT_EQ(store_->evidence_json("4321", "e1").value(), R"({"version":1})");
  EXPECT_EQ(store_->evidence_json("other", "e1").value(), std::nullopt);
  EXPECT_EQ(store_->evidence_json(std::nullopt, "e1").value(), R"({"version":1})");
  EXPECT_EQ(store_->evidence_json(std::nullopt, "e2").value(), std::nullopt);
  // An evidence id that is taken changes neither row.
  SendingDomain again = after;
  again.status = Status::suspended;
  EXPECT_EQ(store_->update_domain(after, again, "{}", cause()).error().kind,
            StoreError::Kind::conflict);
  EXPECT_EQ(store_->domain("4321", before.domain).value(), after);
}

TEST_P(StoreContract, EvidenceThatNoAuditEntryRestsOnMakesWayForTheNext) {
  SendingDomain row = domain("customer.example");
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  const auto check = [&](const std::string& evidence, Status status) {
    SendingDomain after = row;
    after.status = status;
    after.evidence_id = evidence;
    ASSERT_TRUE(store_->update_domain(row, after, "{\"id\":1}", cause()).has_value());
    row = after;
  };
  const auto is_kept = [&](const char* evidence) {
    return store_->evidence_json("4321", evidence).value().has_value();
  };
  check("e1", Status::pending);
  EXPECT_TRUE(is_kept("e1")) << "the last check's, whatever came of it";
  check("e2", Status::verified);
  EXPECT_FALSE(is_kept("e1")) << "nothing rests on it";
  check("e3", Status::verified);
  check("e4", Status::verified);
  EXPECT_TRUE(is_kept("e2")) << "domain.verified rests on it";
  EXPECT_FALSE(is_kept("e3"));
  EXPECT_TRUE(is_kept("e4"));
  // What is no check leaves the evidence in its place.
  SendingDomain disabled = row;
  disabled.status = Status::disabled;
  ASSERT_TRUE(store_->update_domain(row, disabled, "", cause()).has_value());
  EXPECT_TRUE(is_kept("e4"));
  ASSERT_TRUE(store_->remove_domain("4321", row.domain, cause()).has_value());
  EXPECT_FALSE(is_kept("e4"));
  EXPECT_TRUE(is_kept("e2")) << "the log outlives the domain";
}

TEST_P(StoreContract, RemovesADomainOnce) {
  const SendingDomain row = domain("customer.example");
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  EXPECT_EQ(store_->remove_domain("other", row.domain, cause()).error().kind,
            StoreError::Kind::not_found);
  EXPECT_TRUE(store_->remove_domain("4321", row.domain, cause()).has_value());
  EXPECT_EQ(store_->remove_domain("4321", row.domain, cause()).error().kind,
            StoreError::Kind::not_found);
}

TEST_P(StoreContract, FindsKeysByHashAndKeepsTheFirstRevocation) {
  const registry::ApiKey key{"k1", "4321", "aa", "label", at(1), std::nullopt};
  const registry::ApiKey provider{"k2", std::nullopt, "bb", "", at(1), std::nullopt};
  ASSERT_TRUE(store_->add_key(key, cause()).has_value());
  ASSERT_TRUE(store_->add_key(provider, cause()).has_value());
  EXPECT_EQ(store_->key_by_hash("aa").value(), key);
  EXPECT_EQ(store_->key_by_hash("bb").value(), provider);
  EXPECT_EQ(store_->key_by_hash("cc").value(), std::nullopt);
  ASSERT_TRUE(store_->revoke_key("k1", {"person:admin", at(9)}).has_value());
  ASSERT_TRUE(store_->revoke_key("k1", {"person:admin", at(10)}).has_value());
  EXPECT_EQ(store_->key_by_hash("aa").value()->revoked_at, at(9));
  EXPECT_EQ(store_->revoke_key("k3", {"person:admin", at(9)}).error().kind,
            StoreError::Kind::not_found);
  EXPECT_EQ(store_->keys({}).value().size(), 2U);
  EXPECT_EQ(store_->add_key({"k4", "nobody", "dd", "", at(1), std::nullopt}, cause()).error().kind,
            StoreError::Kind::not_found);
}

TEST_P(StoreContract, LeasesDueMessagesOnceUntilTheLeaseEnds) {
  for (const auto& [id, due] : {std::pair{"a", 30}, {"z", 10}, {"m", 20}, {"b", 99}}) {
    ASSERT_TRUE(store_->add_message(message(id, due)).has_value());
  }
  EXPECT_EQ(store_->next_message_due().value(), at(10));
  const auto leased = store_->lease_due_messages(at(50), at(60), 2).value();
  ASSERT_EQ(leased.size(), 2U);
  EXPECT_EQ(leased[0].id, "z") << "the longest due first";
  EXPECT_EQ(leased[1].id, "m");
  EXPECT_EQ(leased[0].next_attempt_at, at(60));
  EXPECT_EQ(store_->message("4321", "z").value(), leased[0]);
  EXPECT_EQ(store_->lease_due_messages(at(50), at(60), 9).value().size(), 1U);
  EXPECT_TRUE(store_->lease_due_messages(at(59), at(69), 9).value().empty());
  EXPECT_EQ(store_->lease_due_messages(at(60), at(70), 9).value().size(), 3U);  // given back
}

TEST_P(StoreContract, LeasesDueDomainsOnceUntilTheLeaseEnds) {
  const auto add = [&](std::string_view name, std::optional<std::chrono::sys_seconds> due) {
    SendingDomain row = domain(name);
    row.next_check_at = due;
    ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  };
  EXPECT_EQ(store_->next_domain_due().value(), std::nullopt);
  add("a.example", at(30));
  add("z.example", at(10));
  add("m.example", at(20));
  add("later.example", at(99));
  add("never.example", std::nullopt);
  EXPECT_EQ(store_->next_domain_due().value(), at(10));
  const auto leased = store_->lease_due_domains(at(50), at(60), 2).value();
  ASSERT_EQ(leased.size(), 2U);
  EXPECT_EQ(leased[0].domain.text(), "z.example") << "the longest due first";
  EXPECT_EQ(leased[1].domain.text(), "m.example");
  EXPECT_EQ(leased[0].next_check_at, at(10)) << "when it was due is still to be seen";
  EXPECT_EQ(leased[0].leased_until, at(60));
  EXPECT_EQ(leased[0].attempts, 1);
  EXPECT_EQ(store_->domain("4321", leased[0].domain).value(), leased[0]);
  EXPECT_EQ(store_->lease_due_domains(at(50), at(60), 9).value().size(), 1U);
  EXPECT_TRUE(store_->lease_due_domains(at(59), at(69), 9).value().empty());
  const auto again = store_->lease_due_domains(at(60), at(70), 9).value();
  ASSERT_EQ(again.size(), 3U) << "a lease that ends gives its domain back";
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_P(StoreContract, ADomainThatIsMadeDueWhileItIsLeasedIsNotLeasedTwice) {
  SendingDomain row = domain("a.example");
  row.next_check_at = at(10);
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  row = store_->lease_due_domains(at(50), at(60), 1).value().at(0);
  SendingDomain due = row;
  due.next_check_at = at(51);
  ASSERT_TRUE(store_->update_domain(row, due, "", cause()).has_value());
  EXPECT_TRUE(store_->lease_due_domains(at(59), at(69), 9).value().empty());
  EXPECT_EQ(store_->next_domain_due().value(), at(60));
  EXPECT_EQ(store_->figures(at(59)).value().checks_due, 0);
  EXPECT_EQ(store_->figures(at(60)).value().oldest_due, at(60));
  SendingDomain later = due;
  later.next_check_at = at(90);
  ASSERT_TRUE(store_->update_domain(due, later, "", cause()).has_value());
  EXPECT_EQ(store_->next_domain_due().value(), at(90)) << "a lease makes nothing due";
}

TEST_P(StoreContract, FindsADomainUnderEveryAccountThatHasIt) {
  ASSERT_TRUE(store_->add_account({"other", "", at(1), "token"}, cause()).has_value());
  SendingDomain theirs = domain("customer.example");
  theirs.account_id = "other";
  ASSERT_TRUE(store_->add_domain(theirs, cause()).has_value());
  ASSERT_TRUE(store_->add_domain(domain("customer.example"), cause()).has_value());
  ASSERT_TRUE(store_->add_domain(domain("sub.customer.example"), cause()).has_value());
  EXPECT_EQ(store_->domains_of_name(theirs.domain).value(),
            (std::vector{domain("customer.example"), theirs}));
}

TEST_P(StoreContract, ATokenNamesOneAccount) {
  ASSERT_TRUE(store_->add_account({"a", "", at(1), "token"}, cause()).has_value());
  EXPECT_EQ(store_->account("a").value()->token, "token");
  EXPECT_EQ(store_->add_account({"b", "", at(1), "token"}, cause()).error().kind,
            StoreError::Kind::conflict);
}

TEST_P(StoreContract, EndedMessagesAreNotLeased) {
  auto row = message("m1", 10);
  ASSERT_TRUE(store_->add_message(row).has_value());
  row.state = MessageState::delivered;
  row.attempts = 2;
  row.ended_at = at(12);
  row.last_code = 250;
  row.last_reply = "2.0.0 Ok";
  row.mail_from = "bounces+m1@bounce.customer.example";
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

TEST_P(StoreContract, AnUpdateComparesEveryColumn) {
  SendingDomain row = domain("customer.example");
  row.senders = {"a@customer.example"};
  row.last_checked_at = row.last_attempt_at = row.last_verified_at = at(3);
  ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
  const struct {
    const char* column;
    void (*change)(SendingDomain&);
  } cases[] = {
      {"senders", [](SendingDomain& stale) { stale.senders.clear(); }},
      {"status", [](SendingDomain& stale) { stale.status = Status::verified; }},
      {"reason_code", [](SendingDomain& stale) { stale.reason_code = "x"; }},
      {"reason", [](SendingDomain& stale) { stale.reason = "x"; }},
      {"created_at", [](SendingDomain& stale) { stale.created_at = at(1); }},
      {"status_since", [](SendingDomain& stale) { stale.status_since = at(1); }},
      {"last_checked_at", [](SendingDomain& stale) { stale.last_checked_at = at(1); }},
      {"last_attempt_at", [](SendingDomain& stale) { stale.last_attempt_at.reset(); }},
      {"last_verified_at", [](SendingDomain& stale) { stale.last_verified_at.reset(); }},
      {"grace_expires_at", [](SendingDomain& stale) { stale.grace_expires_at = at(1); }},
      {"evidence_id", [](SendingDomain& stale) { stale.evidence_id = "x"; }},
      {"mode", [](SendingDomain& stale) { stale.mode = registry::Mode::return_path; }},
      {"return_path", [](SendingDomain& stale) { stale.return_path = stale.domain; }},
      {"ownership", [](SendingDomain& stale) { stale.ownership = registry::Ownership::token; }},
      {"visible_by", [](SendingDomain& stale) { stale.visible_by = at(1); }},
      {"claim_matures_at", [](SendingDomain& stale) { stale.claim_matures_at = at(1); }},
      {"contested_at", [](SendingDomain& stale) { stale.contested_at = at(1); }},
      {"contested_until", [](SendingDomain& stale) { stale.contested_until = at(1); }},
      {"leased_until", [](SendingDomain& stale) { stale.leased_until = at(1); }},
      {"warnings", [](SendingDomain& stale) { stale.warnings = {{"x", "y"}}; }},
      {"next_check_at", [](SendingDomain& stale) { stale.next_check_at = at(1); }},
      {"attempts", [](SendingDomain& stale) { stale.attempts = 1; }},
      {"changes", [](SendingDomain& stale) { stale.changes = {"x"}; }},
      {"changed_at", [](SendingDomain& stale) { stale.changed_at = at(1); }},
  };
  for (const auto& test : cases) {
    SendingDomain stale = row;
    test.change(stale);
    const auto updated = store_->update_domain(stale, stale, "", cause());
    ASSERT_FALSE(updated.has_value()) << test.column;
    EXPECT_EQ(updated.error().kind, StoreError::Kind::conflict) << test.column;
  }
  EXPECT_EQ(store_->domain("4321", row.domain).value(), row);
  EXPECT_TRUE(store_->update_domain(row, row, "", cause()).has_value());
}

TEST_P(StoreContract, AListOfNoRowsOrFewerIsEmpty) {
  ASSERT_TRUE(store_->add_domain(domain("customer.example"), cause()).has_value());
  ASSERT_TRUE(store_->add_key({"k1", "4321", "aa", "", at(1), std::nullopt}, cause()).has_value());
  ASSERT_TRUE(store_->add_message(message("m1", 10)).has_value());
  for (const int limit : {0, -1}) {
    const Page page{.after = "", .limit = limit};
    EXPECT_TRUE(store_->accounts(page).value().empty());
    EXPECT_TRUE(store_->domains("4321", page).value().empty());
    EXPECT_TRUE(store_->keys(page).value().empty());
    EXPECT_TRUE(store_->messages("4321", page).value().empty());
    EXPECT_TRUE(store_->lease_due_messages(at(50), at(60), limit).value().empty());
  }
}

class HostileText : public StoreContract {
 protected:
  static std::vector<std::string> texts() {
    return {"'; DROP TABLE message; --",
            "\"quoted\" %s ?1 :a @b $c",
            std::string("a\0b", 3),
            "\xff\xfe not UTF-8",
            "%_*[a-z]\\",
            std::string(1 << 20, 'x') + "end"};
  }
};

INSTANTIATE_TEST_SUITE_P(Stores, HostileText, testing::Values(kBackends[0]), name_of);

TEST_P(HostileText, IsKeptAsItIsInEveryColumn) {
  for (const std::string& text : texts()) {
    SCOPED_TRACE(text.substr(0, 40));
    const registry::Account account{text, text, at(1)};
    ASSERT_TRUE(store_->add_account(account, cause()).has_value());
    EXPECT_EQ(store_->account(text).value(), account);

    const registry::ApiKey key{text, text, text, text, at(1), std::nullopt};
    ASSERT_TRUE(store_->add_key(key, cause()).has_value());
    EXPECT_EQ(store_->key_by_hash(text).value(), key);

    SendingDomain row = domain("customer.example");
    row.account_id = row.reason_code = row.reason = row.evidence_id = text;
    row.senders = {text, text};
    ASSERT_TRUE(store_->add_domain(row, cause()).has_value());
    EXPECT_EQ(store_->domain(text, row.domain).value(), row);
    ASSERT_TRUE(store_->update_domain(row, row, text, cause()).has_value());
    EXPECT_EQ(store_->evidence_json(text, text).value(), text);

    auto mail = message(text, 10);
    mail.account_id = mail.from = mail.to = mail.subject = mail.last_reply = mail.content = text;
    mail.mail_from = text;
    ASSERT_TRUE(store_->add_message(mail).has_value());
    EXPECT_EQ(store_->message(text, text).value(), mail);
    EXPECT_TRUE(store_->messages(text, {.after = text, .limit = 9}).value().empty());
  }
  EXPECT_EQ(store_->accounts({}).value().size(), texts().size() + 1);
}

TEST_P(HostileText, DoesNotFindTheRowsOfAnother) {
  ASSERT_TRUE(store_->add_message(message("m1", 10)).has_value());
  for (const std::string& text : {std::string("4321\0", 5), std::string("4321' OR '1'='1"),
                                  std::string("%"), std::string("43210"), std::string("432")}) {
    EXPECT_EQ(store_->message(text, "m1").value(), std::nullopt) << text;
    EXPECT_TRUE(store_->messages(text, {}).value().empty()) << text;
  }
}

TEST_P(HostileText, DomainNamesOfAnyOctetsAreApart) {
  for (const char* name :
       {"a.example", R"(a\000.example)", R"(a\.example)", R"(\039\;--.example)"}) {
    ASSERT_TRUE(store_->add_domain(domain(name), cause()).has_value()) << name;
    EXPECT_EQ(store_->domain("4321", domain(name).domain).value(), domain(name)) << name;
  }
  EXPECT_EQ(store_->domains("4321", {}).value().size(), 4U);
}

TEST_P(StoreContract, NoMessageIsLeasedToTwoWorkersAndNoCallFails) {
  constexpr int kAdders = 2;
  constexpr int kEach = 100;
  constexpr std::size_t kMessages = kAdders * kEach;
  std::mutex mutex;
  std::multiset<std::string> seen;
  std::atomic<int> failures = 0;
  std::atomic<int> adding = kAdders;
  std::vector<std::jthread> threads;
  for (int adder = 0; adder < kAdders; ++adder) {
    threads.emplace_back([&, adder] {
      for (int i = 0; i < kEach; ++i) {
        const auto row = message("m" + std::to_string(adder) + "." + std::to_string(i), i);
        if (!store_->add_message(row)) ++failures;
        const auto found = store_->message("4321", row.id);
        if (!found || !*found || (*found)->to != row.to) ++failures;
      }
      --adding;
    });
  }
  for (int worker = 0; worker < 3; ++worker) {
    threads.emplace_back([&] {
      for (bool more = true; more;) {
        const bool last = adding == 0;
        const auto leased = store_->lease_due_messages(at(1000), at(9000), 7);
        if (!leased) ++failures;
        const std::lock_guard lock(mutex);
        for (const auto& row : leased.value_or(std::vector<registry::OutgoingMessage>{}))
          seen.insert(row.id);
        more = leased && seen.size() <= kMessages && !(last && leased->empty());
      }
    });
  }
  threads.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(seen.size(), kMessages);
  EXPECT_EQ(std::set(seen.begin(), seen.end()).size(), seen.size());
}

}  // namespace
}  // namespace mandate::store
