// `mandate provider simulate`, run as a program over a store, with zone files, NSD, and evidence.
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <map>

#include "../resolver/nsd_server.h"
#include "../store/sample_rows.h"
#include "app/commands/sending_domains.h"
#include "app/zones.h"
#include "program.h"
#include "scan_lines.h"
#include "silent_server.h"
#include "store/sqlite_store.h"
#include "verification/probe.h"

namespace mandate::app::testing {
namespace {

using Words = std::vector<std::string>;

const std::string kToken = "2pp9v25iti9dq15f";

const char* const kZone = R"($TTL 300
mailer.provider.test.    TXT "v=spf1 ip4:192.0.2.0/28 -all"
*.mailer.provider.test.  TXT "v=spf1 ip4:192.0.2.0/28 -all"
include.customer.test.   TXT "v=spf1 mx include:mailer.provider.test -all"
own.customer.test.       TXT "v=spf1 include:2pp9v25iti9dq15f.mailer.provider.test ~all"
flat.customer.test.      TXT "v=spf1 ip4:192.0.2.0/28 -all"
wide.customer.test.      TXT "v=spf1 ip4:192.0.2.0/24 -all"
lost.customer.test.      TXT "v=spf1 ~all"
nine.customer.test.      TXT "v=spf1 include:n.customer.test -all"
n.customer.test.         TXT "v=spf1 a:1.n.test a:2.n.test a:3.n.test a:4.n.test a:5.n.test a:6.n.test a:7.n.test include:mailer.provider.test -all"
*.n.test.                A 203.0.113.1
shared.customer.test.    TXT "v=spf1 include:mailer.provider.test -all"
theirs.customer.test.    TXT "v=spf1 include:mailer.provider.test -all"
_mandate.theirs.customer.test.   TXT "mandate-account=aaaaaaaaaaaaaaaa"
_mandate.include.customer.test.  TXT "mandate-account=2pp9v25iti9dq15f"
_mandate.flat.customer.test.     CNAME _mandate.include.customer.test.
_mandate.wide.customer.test.     CNAME _mandate.include.customer.test.
_mandate.nine.customer.test.     CNAME _mandate.include.customer.test.
)";

constexpr auto kLabels = std::to_array<const char*>(
    {"include", "own", "flat", "wide", "lost", "nine", "shared", "theirs"});

const std::string kProvider = R"([provider]
include_name   = "mailer.provider.test"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.test"]
default_sender = "no-reply@provider.test"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
)";

registry::SendingDomain verified(const std::string& name) {
  registry::SendingDomain out = store::domain(name);
  out.status = registry::Status::verified;
  return out;
}

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

class ProviderSimulate : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto store = open();
    ASSERT_TRUE(store->add_account({"4321", "", store::at(1), kToken}, store::cause()));
    for (const char* label : kLabels) {
      add(*store, verified(std::string(label) + ".customer.test"));
    }
  }

  std::unique_ptr<store::Store> open() const {
    auto opened = store::open_sqlite(folder_ / "mandate.db");
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    return std::move(*opened);
  }

  static void add(store::Store& store, const registry::SendingDomain& domain) {
    ASSERT_TRUE(store.add_domain(domain, store::cause()));
  }

  /// Verifies every domain over the zone file, as the server does, so that evidence is kept.
  void keep_evidence() const {
    const auto store = open();
    resolver::ZoneLookup lookup(read_zones({zone_}).value());
    const registry::Provider provider{
        .include_name = dns::Name::parse("mailer.provider.test").value(),
        .pool = {dns::Prefix::parse("192.0.2.0/28").value()},
        .helo_names = {"out.mailer.provider.test"},
        .default_sender = "no-reply@provider.test"};
    int number = 0;
    verification::Probe probe(provider, lookup, *store, now,
                              [&] { return "e" + std::to_string(++number); }, {},
                              {.timeout = std::chrono::seconds(20)});
    const auto rows = store->domains("4321", {});
    ASSERT_TRUE(rows);
    for (const registry::SendingDomain& row : *rows) {
      ASSERT_TRUE(probe.verify("4321", row.domain, "key:test"));
    }
  }

  Ended simulate(const Words& more) const {
    Words words = {"provider", "simulate", "--config", config_};
    words.insert(words.end(), more.begin(), more.end());
    return run_program(words);
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", kZone);
  const std::string config_ =
      folder_.write("mandate.toml", kProvider + "[dns]\nzones = [\"test.zone\"]\n");
};

/// `breaks flat too_narrow`: the fate, the first label and the reason code of each line.
std::vector<std::string> told(const std::string& out) {
  std::vector<std::string> lines;
  for (const std::string& line : lines_of(out)) {
    const auto object = boost::json::parse(line).as_object();
    const std::string domain(object.at("domain").as_string());
    lines.push_back(std::string(object.at("fate").as_string()) + " " +
                    domain.substr(0, domain.find('.')) + " " +
                    std::string(object.at("reason_code").as_string()));
  }
  return lines;
}

struct Change {
  Words words;
  int exit_code;
  std::vector<std::string> told;
  /// No evidence has what a new record asks, nor whether the wildcard answers for an account's
  /// name.
  std::vector<std::string> told_by_evidence;
};

const std::string kLost = "not_proven lost include_missing";
const std::string kShared = "not_proven shared ownership_missing";
const std::string kTheirs = "not_proven theirs owned_by_other";

std::vector<std::string> without(std::vector<std::string> lines, const std::string& line) {
  std::erase(lines, line);
  return lines;
}

const std::vector<Change>& changes() {
  static const std::vector<std::string> unpublished = {"breaks flat include_missing",
                                                       "breaks include pool_not_covered",
                                                       kLost,
                                                       "breaks nine include_missing",
                                                       "breaks own pool_not_covered",
                                                       kShared,
                                                       kTheirs};
  static const std::vector<Change> table = {
      // the same pool, though in pieces
      {{"--pool", "192.0.2.0/29", "--pool", "192.0.2.8/29"},
       0,
       {kLost, kShared, kTheirs},
       {kLost, kShared, kTheirs}},
      // new addresses that are not published
      {{"--pool", "192.0.2.64/28"}, 1, unpublished, unpublished},
      // published: who copied the addresses is left behind
      {{"--pool", "192.0.2.64/28", "--record", "v=spf1 ip4:192.0.2.64/28 -all"},
       1,
       {"breaks flat include_missing", kLost, kShared, kTheirs},
       {"breaks flat include_missing", kLost, kShared, kTheirs}},
      // the same by the records that the new pool comes to
      {{"--pool", "192.0.2.64/28", "--published"},
       1,
       {"breaks flat include_missing", kLost, kShared, kTheirs},
       {"breaks flat include_missing", kLost, kShared, kTheirs}},
      // the record alone, too narrow
      {{"--record", "v=spf1 ip4:192.0.2.0/29 -all"},
       1,
       {"breaks include pool_not_covered", kLost, "breaks nine include_missing",
        "breaks own pool_not_covered", kShared, kTheirs},
       {"breaks include pool_not_covered", kLost, "breaks nine include_missing",
        "breaks own pool_not_covered", kShared, kTheirs}},
      // the record takes two lookups more, which one customer does not have
      {{"--record", "v=spf1 a:8.n.test a:9.n.test ip4:192.0.2.0/28 -all"},
       1,
       {kLost, "breaks nine too_many_lookups", kShared, kTheirs},
       {"unknown include dns_unavailable", kLost, "unknown nine dns_unavailable",
        "unknown own dns_unavailable", kShared, kTheirs}},
  };
  return table;
}

TEST_F(ProviderSimulate, ListsWhatTheChangeBreaksAndTellsApartWhatIsNotProvenAnyway) {
  for (const Change& change : changes()) {
    Words words = change.words;
    words.emplace_back("--json");
    const Ended ended = simulate(words);
    EXPECT_EQ(told(ended.out), change.told) << ended.out << ended.err;
    EXPECT_EQ(ended.exit_code, change.exit_code) << ended.err;
    const auto summary = boost::json::parse(ended.err).as_object();
    EXPECT_EQ(summary.at("answered"), kLabels.size());
  }
}

TEST_F(ProviderSimulate, ComesToTheSameFromTheEvidenceAlone) {
  keep_evidence();  // by which what names another account is suspended, and no longer looked at
  const SilentServer silent;  // which nobody asks
  for (const Change& change : changes()) {
    Words words = change.words;
    words.insert(words.end(), {"--json", "--evidence", "@" + silent.address()});
    const Ended ended = simulate(words);
    EXPECT_EQ(told(ended.out), without(change.told_by_evidence, kTheirs)) << ended.out << ended.err;
  }
}

TEST_F(ProviderSimulate, ALargePoolIsPublishedOverNumberedNames) {
  Words words = {"--published", "--json"};
  for (int i = 0; i < 60; ++i) {
    words.insert(words.end(), {"--pool", "198.51." + std::to_string(2 * i) + ".0/24"});
  }
  const Ended ended = simulate(words);
  EXPECT_EQ(told(ended.out), (std::vector<std::string>{"breaks flat include_missing", kLost,
                                                       "breaks nine too_many_lookups", kShared,
                                                       kTheirs, "breaks wide include_missing"}))
      << ended.out << ended.err;
}

TEST_F(ProviderSimulate, WithoutEvidenceSaysSo) {
  const Ended ended = simulate({"--pool", "192.0.2.0/28", "--evidence"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_EQ(lines_of(ended.out).size(), kLabels.size());
  EXPECT_EQ(lines_of(ended.out).front(),
            "unknown     4321  flat.customer.test  no_evidence: no evidence of a check is kept for "
            "it: verify it first");
}

TEST_F(ProviderSimulate, ADnsThatCannotBeAskedIsNotTakenForABreak) {
  const auto store = open();
  add(*store, verified("away.customer.test"));
  // NSD refuses to answer for what it does not serve.
  std::string zone =
      "away TXT \"v=spf1 include:elsewhere.example -all\"\n"
      "include TXT \"v=spf1 include:mailer.provider.test -all\"\n";
  for (const std::string label : kLabels) {
    zone += "_mandate." + label + " TXT \"mandate-account=" + kToken + "\"\n";
    if (label != "include") zone += label + " TXT \"v=spf1 ip4:192.0.2.0/24 -all\"\n";
  }
  const mandate::testing::NsdServer server(
      {{"provider.test", "mailer TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n"},
       {"customer.test", zone}});
  const Ended same = simulate({"--pool", "192.0.2.0/29", "--json", "@" + server.address()});
  EXPECT_EQ(told(same.out), (std::vector<std::string>{"unknown away dns_unavailable"})) << same.out;
  EXPECT_EQ(same.exit_code, 3);
  const Ended other = simulate({"--pool", "192.0.2.64/28", "--json", "@" + server.address()});
  EXPECT_EQ(told(other.out), (std::vector<std::string>{"unknown away dns_unavailable",
                                                       "breaks include pool_not_covered"}));
  EXPECT_EQ(other.exit_code, 1) << "what breaks for certain comes first";
}

TEST_F(ProviderSimulate, SaysOfABreakWhichMailItIs) {
  const Ended ended = simulate({"--pool", "192.0.2.64/28", "--json"});
  const auto line = boost::json::parse(lines_of(ended.out).front()).as_object();
  EXPECT_EQ(line.at("account"), "4321");
  EXPECT_EQ(line.at("status"), "verified");
  EXPECT_FALSE(line.at("reason").as_string().empty());
  const auto& check = line.at("check").as_object();
  EXPECT_EQ(check.at("ip"), "192.0.2.64");
  EXPECT_EQ(check.at("mail_from"), "postmaster@flat.customer.test");
  EXPECT_EQ(check.at("helo"), "out.mailer.provider.test");
  EXPECT_EQ(check.at("result"), "fail");
}

TEST_F(ProviderSimulate, RefusesACallThatMakesNoSense) {
  const struct {
    Words words;
    int exit_code;
    const char* says;
  } rows[] = {
      {{}, 64, "what changes is missing: give --pool, --record or both"},
      {{"--pool", "192.0.2.1/28"}, 64, "is no network with zeros behind its length"},
      {{"--published"}, 64, "what changes is missing"},
      {{"--published", "--record", "v=spf1 -all"}, 64, "give it with --pool and without --record"},
      {{"--pool", "192.0.2.0/28", "--published", "--record", "v=spf1 -all"}, 64, "--published"},
      {{"--record", "ip4:192.0.2.0/28"}, 64, "is not an SPF record"},
      {{"--record", "v=spf1 ipv4:192.0.2.0/28"}, 64, "--record cannot be read"},
      {{"--pool", "192.0.2.0/28", "--rate", "-1"}, 64, "--rate"},
      {{"--pool", "192.0.2.0/28", "--zone", "none.zone"}, 66, "none.zone"},
      {{"--pool", "192.0.2.0/28", "--config",
        folder_.write("other.toml",
                      [] {
                        std::string text = kProvider;
                        text.replace(text.find("mandate.db"), 10, "none.db");
                        return text;
                      }())},
       64,
       "--config"},
  };
  for (const auto& row : rows) {
    const Ended ended = simulate(row.words);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.err;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
  const Ended absent = run_program(
      {"provider", "simulate", "--config", folder_ / "other.toml", "--pool", "192.0.2.0/28"});
  EXPECT_EQ(absent.exit_code, 73) << absent.err;
}

TEST_F(ProviderSimulate, MeetsEveryDomainThatMaySendOnce) {
  const auto store = open();
  std::map<std::string, int> met;
  for (int i = 0; i < 25; ++i) {  // more than one page of accounts
    const std::string id = "a" + std::to_string(i);
    ASSERT_TRUE(store->add_account({id, "", store::at(1), "t" + id}, store::cause()));
    if (i % 4 != 0) continue;
    registry::SendingDomain row = verified("d" + std::to_string(i) + ".test");
    row.account_id = id;
    add(*store, row);
    ++met[row.domain.text()];
  }
  for (int i = 0; i < 33; ++i) {  // and of domains
    const std::string domain = "e" + std::to_string(i) + ".test";
    add(*store, verified(domain));
    ++met[domain];
  }
  for (const char* label : kLabels) {
    ++met[std::string(label) + ".customer.test"];
  }
  using registry::Status;
  const std::pair<Status, int> others[] = {{Status::pending, 0},   {Status::suspended, 0},
                                           {Status::failed, 0},    {Status::disabled, 0},
                                           {Status::at_risk, 900}, {Status::at_risk, 1100}};
  int number = 0;
  for (const auto& [status, grace] : others) {
    registry::SendingDomain row = store::domain("o" + std::to_string(++number) + ".test");
    row.status = status;
    if (grace != 0) row.grace_expires_at = store::at(grace);
    add(*store, row);
  }
  ++met["o6.test"];  // at risk, in its grace
  for (const int rows_at_once : {1, 2, 5, 7, 1000}) {
    SendingDomains domains(*store, store::at(1000), rows_at_once);
    std::map<std::string, int> found;
    for (auto domain = domains.next(); domain && *domain; domain = domains.next()) {
      ++found[(*domain)->domain.text()];
      EXPECT_EQ(domains.account().id, (*domain)->account_id);
    }
    EXPECT_EQ(found, met) << rows_at_once;
  }
}

}  // namespace
}  // namespace mandate::app::testing
