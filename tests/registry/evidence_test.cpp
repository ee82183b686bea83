#include "registry/evidence.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "kept_evidence.h"
#include "registry/return_path.h"
#include "registry/timestamp.h"
#include "zone_world.h"

namespace mandate::registry {
namespace {

constexpr std::string_view kZone =
    "customer.example. 300 IN TXT \"v=spf1 mx a include:mailer.provider.example -all\"\n"
    "customer.example. 300 IN TXT \"\\000\\255\\\"quoted\\\" \\\\ \\195\\164\" \"second\" \"\"\n"
    "_mandate.customer.example. 300 IN TXT \"mandate-account=0123456789abcdef\"\n"
    "customer.example. 300 IN MX 10 mx1.customer.example.\n"
    "mx1.customer.example. 300 IN A 203.0.113.2\n";

/// Two servers that disagree, one that is silent and one without an address.
ZoneAnswers two_servers(const dns::Facts& facts) {
  const dns::Fact today = *facts.find({name("customer.example"), dns::RecordType::txt});
  dns::Fact older = today;
  older.records = {dns::TxtData{{"v=spf1 -all"}}};
  return {.zone = name("customer.example"),
          .servers = {{.name = name("ns1.customer.example"),
                       .address = "192.0.2.53:53",
                       .standing = ServerAnswers::Standing::answers,
                       .serial = 4294967295U,
                       .newest = true,
                       .facts = {today}},
                      {.name = name("ns2.customer.example"),
                       .address = "[2001:db8::53]:53",
                       .standing = ServerAnswers::Standing::answers,
                       .serial = 7,
                       .facts = {older}},
                      {.name = name("ns3.customer.example"),
                       .address = "192.0.2.54:53",
                       .detail = "silent: no answer within 1 s"},
                      {.name = name("ns4.customer.example"),
                       .standing = ServerAnswers::Standing::not_asked,
                       .detail = "no_address"}},
          .problem = {},
          .turned_within = 3600};
}

Evidence gathered() {
  ZoneWorld world(std::string(kProviderZone) + std::string(kZone));
  Evidence evidence;
  evidence.id = "ev_1";
  evidence.account_id = "4321";
  evidence.domain = name("customer.example");
  evidence.at = kTestTime;
  evidence.senders = {"news@customer.example", "Other@customer.example"};
  evidence.provider = test_provider();
  evidence.token = "0123456789abcdef";
  world.assess(evidence.provider, "customer.example", evidence.senders);
  evidence.zone = two_servers(world.facts());
  Judgement judgement = world.settle(
      [&](const dns::Facts& facts) { return judge(request_of(evidence), *evidence.zone, facts); });
  evidence.assessment = std::move(judgement.assessment);
  evidence.votes = std::move(judgement.votes);
  evidence.visible_by = kTestTime + std::chrono::hours{1};
  evidence.facts = world.facts();
  dns::Fact failed;
  failed.question = {name("a\\.b.\\000.example"), static_cast<dns::RecordType>(65280)};
  failed.detail = "SERVFAIL from 192.0.2.53, \"quoted\" \xC3\xA4\n";
  failed.learned_at = kTestTime;
  evidence.facts.add(failed);
  return evidence;
}

void expect_equal(const Evidence& a, const Evidence& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.account_id, b.account_id);
  EXPECT_EQ(a.domain, b.domain);
  EXPECT_EQ(a.at, b.at);
  EXPECT_EQ(a.senders, b.senders);
  EXPECT_EQ(a.return_path, b.return_path);
  EXPECT_EQ(a.provider.include_name, b.provider.include_name);
  EXPECT_EQ(a.provider.pool, b.provider.pool);
  EXPECT_EQ(a.provider.helo_names, b.provider.helo_names);
  EXPECT_EQ(a.provider.default_sender, b.provider.default_sender);
  EXPECT_EQ(a.provider.bounce_host, b.provider.bounce_host);
  EXPECT_EQ(a.assessment.kind, b.assessment.kind);
  EXPECT_EQ(a.assessment.reason_code, b.assessment.reason_code);
  EXPECT_EQ(a.assessment.reason, b.assessment.reason);
  EXPECT_EQ(a.assessment.checks, b.assessment.checks);
  EXPECT_EQ(a.assessment.exhaustive, b.assessment.exhaustive);
  EXPECT_EQ(a.assessment.ttl, b.assessment.ttl);
  EXPECT_EQ(a.assessment.ownership, b.assessment.ownership);
  EXPECT_EQ(a.facts, b.facts);
  EXPECT_EQ(a.rules, b.rules);
  EXPECT_EQ(a.token, b.token);
  EXPECT_EQ(a.mode, b.mode);
  EXPECT_EQ(a.return_path, b.return_path);
  EXPECT_EQ(a.ownership, b.ownership);
  EXPECT_EQ(a.zone, b.zone);
  EXPECT_EQ(a.votes, b.votes);
  EXPECT_EQ(a.visible_by, b.visible_by);
}

std::string verdict_text(const Assessment& assessment) {
  const std::string code = assessment.reason_code;
  return std::string(text(assessment.kind)) + (code.empty() ? "" : " " + code);
}

TEST(Evidence, IsReadBackAsItWas) {
  const Evidence evidence = gathered();
  const std::string json = to_json(evidence);
  const auto back = parse_evidence(json);
  ASSERT_TRUE(back) << back.error();
  expect_equal(*back, evidence);
  EXPECT_EQ(to_json(*back), json);
  const auto empty = parse_evidence(to_json(Evidence{}));
  ASSERT_TRUE(empty) << empty.error();
  expect_equal(*empty, Evidence{});
}

TEST(Evidence, KeepsThatAnAnswerWasAuthenticated) {
  Evidence evidence;
  evidence.facts.add({.question = {name("a.example"), dns::RecordType::txt},
                      .status = dns::Fact::Status::no_data,
                      .authenticated = true});
  const auto back = parse_evidence(to_json(evidence));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->facts, evidence.facts);
}

TEST(Evidence, FromBeforeAuthenticationWasKeptIsRead) {
  std::string json = to_json(gathered());
  constexpr std::string_view later = ",\"authenticated\":false";
  for (auto at = json.find(later); at != json.npos; at = json.find(later)) {
    json.erase(at, later.size());
  }
  const auto back = parse_evidence(json);
  ASSERT_TRUE(back) << back.error();
  expect_equal(*back, gathered());
}

TEST(Evidence, CanBeReplayed) {
  const Evidence evidence = parse_evidence(to_json(gathered())).value();
  const auto again = judge(evidence);
  ASSERT_TRUE(std::holds_alternative<Judgement>(again));
  const Judgement& judgement = std::get<Judgement>(again);
  EXPECT_EQ(judgement.assessment.kind, CheckFinding::Kind::proven);
  EXPECT_EQ(judgement.assessment.checks, evidence.assessment.checks);
  EXPECT_EQ(judgement.votes, evidence.votes);
  EXPECT_EQ(evidence.votes.size(), 2U);
}

TEST(Evidence, ReplayGoesByWhatTheServersSaidAndNotByTheResolver) {
  Evidence evidence = gathered();
  std::swap(evidence.zone->servers[0].facts, evidence.zone->servers[1].facts);
  const auto again = judge(evidence);
  ASSERT_TRUE(std::holds_alternative<Judgement>(again));
  EXPECT_EQ(std::get<Judgement>(again).assessment.reason_code, "servers_disagree");
}

TEST(Evidence, OfVersion1IsReadAndReplayed) {
  const std::string json =
      R"({"version":1,"id":"e1","account":"4321","domain":"customer.example",)"
      R"("at":"2026-11-23T12:00:00Z","senders":["news@customer.example"],)"
      R"("provider":{"include_name":"mailer.provider.example","pool":["192.0.2.0/28"],)"
      R"("helo_names":["out.provider.example"],"default_sender":"no-reply@provider.example"},)"
      R"("assessment":{"kind":"proven","reason_code":"","reason":"","exhaustive":true,"ttl":300,)"
      R"("checks":[{"ip":"192.0.2.0","mail_from":"news@customer.example",)"
      R"("helo":"out.provider.example","result":"pass",)"
      R"("decided_by":"ip4:192.0.2.0/24 of customer.example","problem":"","lookups":0,"voids":0}]},)"
      R"("facts":[{"name":"customer.example","type":"TXT","status":"found",)"
      R"("records":["\"v=spf1 ip4:192.0.2.0/24 -all\""],"ttl":300,)"
      R"("learned_at":"2026-11-23T12:00:00Z","source":"192.0.2.53:53","detail":""}]})";
  const auto evidence = parse_evidence(json);
  ASSERT_TRUE(evidence) << evidence.error();
  EXPECT_EQ(evidence->rules, 1);
  EXPECT_EQ(evidence->zone, std::nullopt);
  EXPECT_FALSE(evidence->ownership.required);
  const auto again = judge(*evidence);
  ASSERT_TRUE(std::holds_alternative<Judgement>(again));
  EXPECT_EQ(std::get<Judgement>(again).assessment.kind, CheckFinding::Kind::proven);
  EXPECT_EQ(std::get<Judgement>(again).assessment.checks, evidence->assessment.checks);
  EXPECT_EQ(to_json(parse_evidence(to_json(*evidence)).value()), to_json(*evidence));
}

TEST(Evidence, OfAReturnPathCanBeReplayed) {
  ZoneWorld world(std::string(kProviderZone) +
                  "bounce.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example "
                  "-all\"\n"
                  "bounce.customer.example. 300 IN MX 10 bounces.provider.example.\n"
                  "_mandate.customer.example. TXT \"mandate-account=0123456789abcdef\"\n");
  Evidence evidence;
  evidence.domain = name("customer.example");
  evidence.mode = Mode::return_path;
  evidence.return_path = name("bounce.customer.example");
  evidence.token = "0123456789abcdef";
  evidence.provider = test_provider();
  evidence.provider.bounce_host = name("bounces.provider.example");
  evidence.assessment =
      world.settle([&](const dns::Facts& facts) { return assess(request_of(evidence), facts); });
  evidence.facts = world.facts();
  ASSERT_EQ(evidence.assessment.kind, CheckFinding::Kind::proven) << evidence.assessment.reason;
  const auto back = parse_evidence(to_json(evidence));
  ASSERT_TRUE(back) << back.error();
  expect_equal(*back, evidence);
  const auto again = judge(*back);
  ASSERT_TRUE(std::holds_alternative<Judgement>(again));
  EXPECT_EQ(std::get<Judgement>(again).assessment.kind, CheckFinding::Kind::proven);
  EXPECT_EQ(std::get<Judgement>(again).assessment.checks, evidence.assessment.checks);
}

TEST(Evidence, OfEveryVerdictIsReadBackAndJudgedAlike) {
  for (const KeptCheck& check : kept_checks()) {
    SCOPED_TRACE(check.name);
    const Evidence evidence = evidence_of(check);
    EXPECT_EQ(verdict_text(evidence.assessment), check.verdict);
    const auto back = parse_evidence(to_json(evidence));
    ASSERT_TRUE(back) << back.error();
    expect_equal(*back, evidence);
    const auto again = judge(*back);
    ASSERT_TRUE(std::holds_alternative<Judgement>(again));
    EXPECT_EQ(verdict_text(std::get<Judgement>(again).assessment), check.verdict);
    EXPECT_EQ(std::get<Judgement>(again).votes, evidence.votes);
  }
}

/// `MANDATE_RECORD_SEEDS=1 build/dev/tests/registry_tests --gtest_filter='Evidence.Seeds*'` writes
/// them anew.
TEST(Evidence, SeedsOfTheFuzzTargetAreWhatIsWritten) {
  for (const KeptCheck& check : kept_checks()) {
    const std::string path = MANDATE_FUZZ_CORPUS "/evidence/" + check.name;
    const std::string json = to_json(evidence_of(check));
    if (std::getenv("MANDATE_RECORD_SEEDS") != nullptr) std::ofstream(path) << json;
    std::ifstream file(path);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), json) << path;
  }
}

TEST(Evidence, RandomTextDataIsExact) {
  std::mt19937 random(1035);
  Evidence evidence;
  for (int i = 0; i < 300; ++i) {
    dns::TxtData txt;
    for (std::size_t k = 1 + random() % 3; k > 0; --k) {
      std::string string(random() % 256, ' ');
      for (char& c : string) c = static_cast<char>(random() % 256);
      txt.strings.push_back(std::move(string));
    }
    dns::Fact fact;
    fact.question = {name(fmt::format("n{}.example", i)), dns::RecordType::txt};
    fact.status = dns::Fact::Status::found;
    fact.records = {std::move(txt)};
    fact.ttl = static_cast<std::uint32_t>(random());
    evidence.facts.add(std::move(fact));
  }
  const auto back = parse_evidence(to_json(evidence));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->facts, evidence.facts);
}

TEST(Evidence, TextThatIsNotUtf8IsKeptEscapedAndTheJsonStaysValid) {
  Evidence evidence;
  evidence.assessment.reason = "bad \xFF text";
  const auto back = parse_evidence(to_json(evidence));
  ASSERT_TRUE(back) << back.error();
  EXPECT_EQ(back->assessment.reason, "bad \\255 text");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos) << from;
  return text.replace(at, from.size(), to);
}

struct Damage {
  std::string from;
  std::string to;
  std::string place;
};

TEST(Evidence, DamageIsRefusedWithItsPlace) {
  const std::string json = to_json(gathered());
  for (const Damage& row : std::vector<Damage>{
           {"\"version\":2", "\"version\":3", "version: 3 is none of those understood"},
           {"\"version\":2", "\"version\":0", "version: 0 is none of those understood"},
           {"\"version\":2", "\"version\":\"2\"", "version"},
           {"\"version\":2,", "", "`version` is missing"},
           {"\"version\":2", "\"version\":2,\"more\":1", "unknown field"},
           {"\"id\":\"ev_1\"", "\"id\":7", "id"},
           {"\"id\":\"ev_1\"", "\"id\":null", "id"},
           {"\"domain\":\"customer.example\"", "\"domain\":\"a..b\"", "domain"},
           {"\"at\":\"2027", "\"at\":\"2027x", "at"},
           {"\"senders\":[", "\"senders\":[1,", "senders[0]"},
           {"192.0.2.0/28", "192.0.2.1/28", "provider.pool[0]"},
           {"\"kind\":\"proven\"", "\"kind\":\"maybe\"", "assessment.kind"},
           {"\"exhaustive\":true", "\"exhaustive\":1", "assessment.exhaustive"},
           {"\"ip\":\"192.0.2.0\"", "\"ip\":\"192.0.2\"", "assessment.checks[0].ip"},
           {"\"result\":\"pass\"", "\"result\":\"PASS!\"", "assessment.checks[0].result"},
           {"\"lookups\":", "\"lookups\":-", "assessment.checks[0].lookups"},
           {"\"lookups\":", "\"lookups\":4294967296", "assessment.checks[0].lookups"},
           {"\"lookups\":", "\"lookups\":0.5", "assessment.checks[0].lookups"},
           {"\"ttl\":300", "\"ttl\":4294967296", "ttl"},
           {"\"status\":\"found\"", "\"status\":\"lost\"", "status"},
           {"\"type\":\"MX\"", "\"type\":\"M X\"", "type"},
           {"203.0.113.2\"", "203.0.113.256\"", "records[0]"},
           {"\"authenticated\":false", "\"authenticated\":0", "authenticated"},
           {"\"authenticated\":false", "\"proven\":false", "facts[0]: it has an unknown field"},
           {"\"facts\":[", "\"facts\":[[],", "facts[0]"},
           {"\"rules\":3", "\"rules\":-2", "rules"},
           {"\"mode\":\"apex", "\"mode\":\"apx", "mode"},
           {"\"required\":true", "\"required\":null", "ownership.required"},
           {"\"standing\":\"fails\"", "\"standing\":\"f\"", "zone.servers[2].standing"},
           {"\"newest\":true", "\"newest\":7", "zone.servers[0].newest"},
           {"\"serial\":7", "\"serial\":4294967296", "zone.servers[1].serial"},
           {"\"votes\":[{\"servers\":[0]", "\"votes\":[{\"servers\":[4]", "votes[0].servers"},
           {"\"votes\":[{\"servers\":[0]", "\"votes\":[{\"servers\":[]", "votes[0].servers"},
           {"\"visible_by\":\"2027", "\"visible_by\":\"x", "visible_by"},
       }) {
    const auto parsed = parse_evidence(replaced(json, row.from, row.to));
    ASSERT_FALSE(parsed) << row.to;
    EXPECT_THAT(parsed.error(), testing::HasSubstr(row.place));
    EXPECT_THAT(parsed.error(), testing::StartsWith("The evidence is damaged: "));
  }
}

TEST(Evidence, AFactThatStandsTwiceIsRefused) {
  std::string json = to_json(gathered());
  const auto begin = json.rfind("\"facts\":[") + 9;
  const std::string fact = json.substr(begin, json.find('}', begin) + 1 - begin);
  json.insert(begin, fact + ",");
  EXPECT_THAT(parse_evidence(json).error(), testing::HasSubstr("stands twice"));
}

TEST(Evidence, HostileJsonIsRefusedAndBounded) {
  for (const std::string& json :
       {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
        std::string("{\"version\":1}"), std::string("\"\xFF\""), std::string(1'000'000, '['),
        std::string(100'000, '{'), std::string("{\"version\":1e999}"), std::string("\0", 1),
        std::string(65U * 1024 * 1024, ' ')}) {
    const auto parsed = parse_evidence(json);
    ASSERT_FALSE(parsed);
    EXPECT_LT(parsed.error().size(), 300U);
  }
}

TEST(Evidence, EveryCutOfTheTextIsRefused) {
  const std::string json = to_json(gathered());
  for (std::size_t n = 0; n < json.size(); n += 1 + json.size() / 200) {
    EXPECT_FALSE(parse_evidence(json.substr(0, n))) << n;
  }
}

TEST(Timestamp, TextAndParsingAreInverse) {
  EXPECT_EQ(timestamp(std::chrono::sys_seconds{}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(timestamp(kTestTime), "2027-01-15T08:00:00Z");
  std::mt19937_64 random(8601);
  for (int i = 0; i < 1000; ++i) {
    const auto seconds = static_cast<std::int64_t>(random() % 253'402'300'800);
    const std::chrono::sys_seconds time{std::chrono::seconds{seconds}};
    EXPECT_EQ(parse_timestamp(timestamp(time)), time);
  }
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const std::string_view text :
       {"", "2026-11-23", "2026-11-23T12:00:00", "2026-11-23 12:00:00Z", "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-11-23T24:00:00Z",
        "2026-11-23T12:60:00Z", "2026-11-23T23:59:60Z", "2026-11-23T12:00:00+00:00",
        "+026-11-23T12:00:00Z", "2026-11-23T12:00:00z"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
  EXPECT_TRUE(parse_timestamp("2024-02-29T00:00:00Z"));
}

}  // namespace
}  // namespace mandate::registry
