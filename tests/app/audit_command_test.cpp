// `mandate audit`, run as a program on a database that others have tampered with.
#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "../store/sample_rows.h"
#include "../store/tampering.h"
#include "program.h"
#include "store/sqlite_store.h"

namespace mandate::app::testing {
namespace {

using Words = std::vector<std::string>;

class Audit : public ::testing::Test {
 protected:
  /// An account and a domain that is verified: three entries.
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store->add_account({"4321", "Kundin \"Ä\"\t\x7f/", store::at(1)}, store::cause()));
    const auto pending = store::domain("customer.example");
    auto verified = pending;
    verified.status = registry::Status::verified;
    verified.evidence_id = "e1";
    ASSERT_TRUE(store->add_domain(pending, {"key:k1", store::at(1'795'435'200)}));
    ASSERT_TRUE(store->update_domain(pending, verified, "{}", {"system:schedule", store::at(2)}));
  }

  std::unique_ptr<store::Store> open() const {
    auto opened = store::open_sqlite(database_);
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return std::move(*opened);
  }

  void add_accounts(int count) const {
    const auto store = open();
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(store->add_account({"a" + std::to_string(i), "", store::at(1)}, store::cause()));
    }
  }

  void tamper(const std::string& sql) const {
    store::run_sql(database_,
                   "DROP TRIGGER IF EXISTS audit_log_is_not_changed;"
                   "DROP TRIGGER IF EXISTS audit_log_is_not_shortened;"
                   "DROP TRIGGER IF EXISTS event_is_not_removed;" +
                       sql);
  }

  Ended audit(const std::string& what, const Words& more = {}) const {
    Words words = {"audit", what, "--config", config_};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  std::string head() const { return open()->audit_head().value().hash; }

  const TemporaryFolder folder_;
  const std::string database_ = folder_ / "mandate.db";
  const std::string config_ = folder_.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
)");
};

TEST_F(Audit, AnIntactLogSaysSoWithItsHead) {
  add_accounts(1010);  // more than is read at once
  const Ended text = audit("verify");
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_EQ(text.out, "intact  1013 entries, head " + head() + "\n");
  EXPECT_EQ(text.err, "") << "no terminal, no progress";
  const Ended json = audit("verify", {"--json"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(json.out,
            R"({"intact":true,"entries":1013,"head":")" + head() + "\",\"broken\":null}\n");
}

TEST_F(Audit, AnEmptyLogIsIntact) {
  tamper("DELETE FROM event; DELETE FROM audit_log;");
  EXPECT_EQ(audit("verify").exit_code, 0);
  EXPECT_EQ(audit("list").out, "");
  EXPECT_EQ(audit("verify", {"--expect-head", std::string(64, 'a')}).exit_code, 1);
}

TEST_F(Audit, ABrokenLogSaysWhereAndHow) {
  add_accounts(4);
  const std::string exchange =
      "UPDATE audit_log SET sequence = 99 WHERE sequence = 5;"
      "UPDATE audit_log SET sequence = 5 WHERE sequence = 6;"
      "UPDATE audit_log SET sequence = 6 WHERE sequence = 99;";
  const std::string close_up = "UPDATE audit_log SET sequence = sequence - 1 WHERE sequence > 5;";
  const std::pair<std::string, std::string> table[] = {
      {"UPDATE audit_log SET actor = 'key:k2' WHERE sequence = 2", "broken at 2: altered: "},
      {"UPDATE audit_log SET hash = upper(hash) WHERE sequence = 7", "broken at 7: altered: "},
      {"DELETE FROM audit_log WHERE sequence = 5", "broken at 5: missing: "},
      {"DELETE FROM audit_log WHERE sequence = 5; " + close_up, "broken at 5: missing: "},
      {exchange, "broken at 5: reordered: it was written behind the entry that stands at 6"}};
  std::ifstream whole(database_, std::ios::binary);
  std::ostringstream kept;
  kept << whole.rdbuf();
  for (const auto& [sql, expected] : table) {
    for (const char* leftover : {"-wal", "-shm"}) std::remove((database_ + leftover).c_str());
    std::ofstream(database_, std::ios::binary) << kept.str();
    tamper(sql);
    const Ended ended = audit("verify");
    EXPECT_EQ(ended.exit_code, 1) << sql;
    EXPECT_TRUE(ended.out.starts_with(expected)) << sql << "\n" << ended.out << ended.err;
    const Ended json = audit("verify", {"--json"});
    EXPECT_EQ(json.exit_code, 1);
    const auto object = boost::json::parse(json.out).as_object();
    EXPECT_FALSE(object.at("intact").as_bool());
    EXPECT_EQ(object.at("entries").as_int64() + 1, object.at("broken").at("sequence").as_int64());
  }
}

TEST_F(Audit, AnEndThatWasTakenOffShowsByAHeadThatWasNoted) {
  const std::string early = head();
  add_accounts(3);
  const std::string late = head();
  for (const std::string& noted : {early, late}) {
    EXPECT_EQ(audit("verify", {"--expect-head", noted}).exit_code, 0) << "the log may have grown";
  }
  tamper("DELETE FROM audit_log WHERE sequence = 6");
  EXPECT_EQ(audit("verify").exit_code, 0) << "by itself it is intact";
  EXPECT_EQ(audit("verify", {"--expect-head", early}).exit_code, 0);
  const Ended ended = audit("verify", {"--expect-head", late});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("broken at 6: missing: the log ends at 5")) << ended.out;
}

TEST_F(Audit, ListsWhatIsAskedForInOrder) {
  add_accounts(2);
  const auto sequences = [&](const Words& words) {
    const Ended ended = audit("list", words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    std::string found;
    std::istringstream lines(ended.out);
    for (std::string line; std::getline(lines, line);)
      found += line.substr(0, line.find(' ')) + " ";
    return found;
  };
  EXPECT_EQ(sequences({}), "1 2 3 4 5 ");
  EXPECT_EQ(sequences({"--account", "4321"}), "1 2 3 ");
  EXPECT_EQ(sequences({"--domain", "Customer.Example."}), "2 3 ");
  EXPECT_EQ(sequences({"--domain", "other.example"}), "");
  EXPECT_EQ(sequences({"--after", "3"}), "4 5 ");
  EXPECT_EQ(sequences({"--account", "4321", "--after", "2"}), "3 ");
  const Ended text = audit("list", {"--domain", "customer.example", "--after", "2"});
  EXPECT_EQ(text.out,
            "3  1970-01-01T00:00:02Z  system:schedule  domain.verified  domain:customer.example  "
            "account 4321  evidence e1  {\"from\":\"pending\",\"to\":\"verified\"}\n");
  const Ended json = audit("list", {"--json", "--after", "2", "--account", "4321"});
  const auto entry = boost::json::parse(json.out).as_object();
  EXPECT_EQ(entry.at("details").at("to").as_string(), "verified");
  EXPECT_EQ(entry.at("hash").as_string(), open()->audit_entries({}, {2, 1}).value()[0].hash);
}

TEST_F(Audit, WhatIsDoneAtAShellIsThePersonsWhoDidIt) {
  const Ended made = run_program({"key", "create", "--config", config_, "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string id(boost::json::parse(made.out).at("id").as_string());
  ASSERT_EQ(run_program({"key", "revoke", "--config", config_, id}).exit_code, 0);
  const struct passwd* user = ::getpwuid(::geteuid());
  const std::string actor = "  person:" + (user != nullptr ? std::string(user->pw_name)
                                                           : "uid-" + std::to_string(geteuid()));
  const std::string listed = audit("list", {"--after", "3"}).out;
  EXPECT_NE(listed.find(actor + "  key.created  key:" + id), std::string::npos) << listed;
  EXPECT_NE(listed.find(actor + "  key.revoked  key:" + id), std::string::npos) << listed;
}

TEST_F(Audit, TextFromOutsideReachesNoTerminalAsItIs) {
  tamper("UPDATE audit_log SET actor = 'x' || char(27) || '[2J', details = char(10) || 'forged'");
  const std::string listed = audit("list", {"--after", "2"}).out;
  EXPECT_NE(listed.find("x\\x1b[2J"), std::string::npos) << listed;
  EXPECT_EQ(listed.find('\x1b'), std::string::npos);
  EXPECT_EQ(listed.find('\n'), listed.size() - 1);
  const auto entry = boost::json::parse(audit("list", {"--json", "--after", "2"}).out);
  EXPECT_EQ(entry.at("details").as_string(), "\nforged");
}

TEST_F(Audit, IsVerifiedByTheProgramOfItsPage) {
  std::ostringstream page;
  page << std::ifstream(MANDATE_DOCS "/audit.md").rdbuf();
  const std::string text = page.str();
  const std::string mark = "```python\n";
  const std::size_t begin = text.find(mark) + mark.size();
  const std::string script =
      folder_.write("v.py", text.substr(begin, text.find("```\n", begin) - begin));
  add_accounts(5);
  const auto judged = [&] {
    const std::string out = folder_ / "out";
    const std::string command = std::string(MANDATE_BINARY) + " audit list --json --config " +
                                config_ + " | python3 " + script + " > " + out + " 2>&1";
    const int ended = std::system(command.c_str());
    std::ostringstream said;
    said << std::ifstream(out).rdbuf();
    return std::pair(WEXITSTATUS(ended), said.str());
  };
  EXPECT_EQ(judged(), std::pair(0, "intact  8 entries, head " + head() + "\n"));
  tamper("UPDATE audit_log SET details = replace(details, 'verified', 'disabled')");
  EXPECT_EQ(judged(), std::pair(1, std::string("broken at 3\n")));
}

TEST_F(Audit, EndsAsOtherCommandsDoWhereItCannotRead) {
  for (const char* what : {"verify", "list"}) {
    EXPECT_EQ(run_program({"audit", what}).exit_code, 64);
    EXPECT_EQ(run_program({"audit", what, "--config", folder_ / "none.toml"}).exit_code, 78);
  }
  for (const std::string& wrong : {std::string(), std::string(63, 'a'), std::string(64, 'A')}) {
    EXPECT_EQ(audit("verify", {"--expect-head", wrong}).exit_code, 64) << wrong;
  }
  for (const std::string wrong : {"-1", "foo", "1x", "9223372036854775808"}) {
    const Ended ended = audit("list", {"--after", wrong});
    EXPECT_EQ(ended.exit_code, 64) << wrong;
    EXPECT_TRUE(
        ended.err.starts_with("mandate: --after: \"" + wrong + "\" is no sequence number\n"))
        << ended.err;
  }
  EXPECT_EQ(audit("list", {"--domain", "not a domain"}).exit_code, 64);
  add_accounts(300);  // more than one buffer of output
  const std::string command =
      std::string(MANDATE_BINARY) + " audit list --config " + config_ + " >/dev/full 2>/dev/null";
  const int ended = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(ended), 74);
  ASSERT_EQ(::unlink(database_.c_str()), 0);
  for (const char* what : {"verify", "list"}) {
    const Ended missing = audit(what);
    EXPECT_EQ(missing.exit_code, 73) << what;
    EXPECT_TRUE(missing.err.contains("there is no store at ")) << missing.err;
    EXPECT_NE(::access(database_.c_str(), F_OK), 0) << "none is made";
  }
  std::ofstream(database_) << "no database, though it is long enough to be looked at as one";
  for (const char* what : {"verify", "list"}) EXPECT_EQ(audit(what).exit_code, 73) << what;
}

}  // namespace
}  // namespace mandate::app::testing
