// What servers of a zone say beside each other: their standing, their serials, where they differ.
#include <gmock/gmock.h>

#include "fake_world.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const char* const own_servers = "@ NS ns1\n@ NS ns2\nns1 A 192.0.4.1\nns2 A 192.0.4.2\n";

std::string zone_with(const std::string& records) {
  return own_servers + records;
}

/// customer.test on ns1 and ns2, both the same.
FakeWorld two_servers(const std::string& records = "@ 1800 TXT \"v=spf1 mx -all\"\n") {
  FakeWorld world;
  world.serve("198.41.0.4", ".", "test. NS a.nic.test.\na.nic.test. A 192.0.3.1\n");
  world.serve("192.0.3.1", "test",
              "customer NS ns1.customer\ncustomer NS ns2.customer\nns1.customer A 192.0.4.1\n"
              "ns2.customer A 192.0.4.2\n");
  for (const char* const server : {"192.0.4.1", "192.0.4.2"}) {
    world.serve(server, "customer.test", zone_with(records), 5);
  }
  return world;
}

TEST(AuthorityView, OfServersThatAnswerAlikeHasNothingToSay) {
  FakeWorld world = two_servers();
  const AuthorityView view = world.view("customer.test");
  EXPECT_THAT(server_lines(view),
              ElementsAre("ns1.customer.test 192.0.4.1 answers 5 \"v=spf1 mx -all\"",
                          "ns2.customer.test 192.0.4.2 answers 5 \"v=spf1 mx -all\""));
  EXPECT_THAT(finding_ids(view), IsEmpty());
  EXPECT_EQ(view.serial, 5U);
  EXPECT_EQ(view.servers[0].answers.at(0).fact.source, "192.0.4.1:53");
  EXPECT_EQ(view.asked, world.asked.size());
}

TEST(AuthorityView, NamesTheStandingOfEachServer) {
  using enum ServerStatus;
  using dns::ResponseCode;
  const auto kind = [](Reply::Kind of) {
    return [of](Reply& r) { r = {.kind = of, .reason = "…"}; };
  };
  const auto code = [](ResponseCode of) {
    return [of](Reply& r) { r.message = {.is_response = true, .code = of}; };
  };
  const struct {
    ServerStatus status;
    std::function<void(Reply&)> spoil;
  } rows[] = {
      {answers, [](Reply&) {}},
      {silent, kind(Reply::Kind::silent)},
      {unreachable, kind(Reply::Kind::unreachable)},
      {no_tcp, kind(Reply::Kind::no_tcp)},
      {no_edns, [](Reply& r) { r.without_edns = true; }},
      {lame, code(ResponseCode::refused)},
      {lame, code(static_cast<ResponseCode>(9))},
      {server_failure, code(ResponseCode::server_failure)},
      {broken, code(ResponseCode::not_implemented)},
      {broken, code(static_cast<ResponseCode>(11))},
      {lame, [](Reply& r) { r.message.authoritative = false; }},
      {recursion_only,
       [](Reply& r) {
         r.message.authoritative = false;
         r.message.recursion_available = true;
       }},
      {lame,
       [](Reply& r) {
         r.message = {.is_response = true};
         r.message.authority = {
             {dns::Name(), dns::RecordType::ns, 60, dns::NameData{name_of("a.root")}}};
       }},
      {broken, [](Reply& r) { r.message.answers.clear(); }},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(number++);
    FakeWorld world = two_servers();
    world.spoil("192.0.4.2", row.spoil);
    const AuthorityView view = world.view("customer.test");
    ASSERT_THAT(view.servers, SizeIs(2));
    EXPECT_EQ(text(view.servers[1].standing.status), text(row.status));
    if (row.status == answers) continue;
    EXPECT_THAT(finding_ids(view),
                ElementsAre(fmt::format("{} ns2.customer.test", text(row.status))));
    EXPECT_NE(view.servers[1].standing.detail, "");
    const bool counts = is_answer(row.status);
    EXPECT_THAT(view.agreements.at(0).groups.at(0).servers, SizeIs(counts ? 2 : 1));
  }
}

TEST(AuthorityView, WithoutEdnsOnceMayBeALossAndIsNoFault) {
  FakeWorld world = two_servers();
  world.spoil("192.0.4.2", [](Reply& reply) {
    reply.without_edns = reply.message.questions.at(0).type == dns::RecordType::txt;
  });
  EXPECT_THAT(finding_ids(world.view("customer.test")), IsEmpty());
}

TEST(AuthorityView, SaysWhichQuestionAServerFailsAt) {
  FakeWorld world = two_servers();
  world.spoil("192.0.4.2", [](Reply& reply) {
    if (reply.message.questions.at(0).type != dns::RecordType::txt) return;
    reply = {.kind = Reply::Kind::no_tcp, .reason = "does not answer over TCP"};
  });
  const AuthorityView view = world.view("customer.test");
  EXPECT_EQ(view.servers.at(1).standing.detail,
            "does not answer over TCP (asked for customer.test TXT)");
  EXPECT_EQ(view.servers.at(1).serial, 5U);
}

TEST(AuthorityView, OrdersSerialsOnTheirCircle) {
  const struct {
    std::uint32_t a;
    std::uint32_t b;
    bool is_older;
  } rows[] = {
      {1, 2, true},          {2, 1, false},          {7, 7, false},
      {0xffffffff, 0, true}, {0, 0xffffffff, false}, {0xfffffff0, 5, true},
      {0, 0x7fffffff, true}, {0, 0x80000000, false}, {0x80000000, 0, false},
  };
  for (const auto& row : rows) EXPECT_EQ(is_older_serial(row.a, row.b), row.is_older) << row.a;
}

TEST(AuthorityView, TellsServersThatAreBehindFromThoseThatDiffer) {
  const struct {
    std::uint32_t serial;
    const char* record;
    std::vector<std::string> ids;
    const char* says;
  } rows[] = {
      {5, "@ TXT \"v=spf1 mx -all\"\n", {}, ""},
      {5, "@ 60 TXT \"v=spf1 mx \" \"-all\"\n", {"differs ns2.customer.test"}, "same serial"},
      {5, "@ TXT \"v=spf1 -all\"\n", {"differs ns2.customer.test"}, "customer.test TXT"},
      {5, "", {"differs ns2.customer.test"}, "customer.test TXT"},
      {3, "@ TXT \"v=spf1 mx -all\"\n", {"behind ns2.customer.test"}, "transfer"},
      {3,
       "@ TXT \"v=spf1 -all\"\n",
       {"behind ns2.customer.test"},
       "serves serial 3 while the newest is 5: its transfer is late or fails, which its log tells; "
       "until it is mended some receivers see the old customer.test TXT"},
      {6, "@ TXT \"v=spf1 -all\"\n", {"behind ns1.customer.test"}, "serves serial 5"},
  };
  for (const auto& row : rows) {
    FakeWorld world = two_servers();
    world.serve("192.0.4.2", "customer.test", zone_with(row.record), row.serial);
    const AuthorityView view = world.view("customer.test");
    EXPECT_EQ(finding_ids(view), row.ids) << row.serial << row.record;
    if (row.ids.empty()) continue;
    EXPECT_THAT(findings_of(view).at(0).message, HasSubstr(row.says));
  }
}

TEST(AuthorityView, TakesTheNewestSerialForTheCurrentAnswerThoughMostServersHaveAnother) {
  FakeWorld world = two_servers();
  const std::string servers =
      "@ NS ns1\n@ NS ns2\n@ NS ns3\nns1 A 192.0.4.1\nns2 A 192.0.4.2\n"
      "ns3 A 192.0.4.3\n";
  for (const char* const old : {"192.0.4.1", "192.0.4.2"}) {
    world.serve(old, "customer.test", servers + "@ TXT \"v=spf1 -all\"\n", 5);
  }
  world.serve("192.0.4.3", "customer.test", servers + "@ TXT \"v=spf1 mx -all\"\n", 6);
  const AuthorityView view = world.view("customer.test");
  EXPECT_EQ(view.agreements.at(0).groups.at(0).records,
            std::vector<std::string>{"\"v=spf1 mx -all\""});
  EXPECT_THAT(finding_ids(view), ElementsAre("behind ns1.customer.test", "behind ns2.customer.test",
                                             "delegation-differs"));
}

TEST(AuthorityView, HoldsSetsOfRecordsAgainstEachOtherWhateverTheirOrderAndTtl) {
  FakeWorld world = two_servers("@ 60 TXT a\n@ 60 TXT b\n");
  world.serve("192.0.4.2", "customer.test", zone_with("@ 900 TXT b\n@ 900 TXT a\n"), 5);
  const AuthorityView view = world.view("customer.test");
  ASSERT_THAT(view.agreements.at(0).groups, SizeIs(1));
  EXPECT_THAT(view.agreements[0].groups[0].records, ElementsAre("\"a\"", "\"b\""));
  EXPECT_EQ(view.agreements[0].groups[0].ttl, 900U);
}

TEST(AuthorityView, TellsWhenCachesWillHaveTurned) {
  const struct {
    const char* here;
    const char* there;
    std::uint32_t within;  // the negative TTL is 900
  } rows[] = {
      {"@ 1800 TXT a\n", "@ 1800 TXT a\n", 1800},
      {"@ 60 TXT a\n", "@ 60 TXT a\n", 900},
      {"@ 60 TXT a\n", "@ 7200 TXT b\n", 7200},
      {"", "", 900},
  };
  for (const auto& row : rows) {
    FakeWorld world = two_servers(row.here);
    world.serve("192.0.4.2", "customer.test", zone_with(row.there), 4);
    EXPECT_EQ(world.view("customer.test").turned_within, row.within) << row.here << row.there;
  }
}

TEST(AuthorityView, HoldsTheDelegationAgainstTheZonesOwnList) {
  FakeWorld world = two_servers();
  for (const char* const server : {"192.0.4.1", "192.0.4.2"}) {
    world.serve(server, "customer.test",
                "@ NS ns1\n@ NS ns3\nns1 A 192.0.4.1\nns2 A 192.0.4.2\nns3 A 192.0.4.3\n", 5);
  }
  world.serve("192.0.4.3", "customer.test", "@ NS ns1\n@ NS ns3\n", 5);
  const AuthorityView view = world.view("customer.test");
  ASSERT_THAT(view.servers, SizeIs(3));
  const auto& [ns1, ns2, ns3] = std::tie(view.servers[0], view.servers[1], view.servers[2]);
  EXPECT_TRUE(ns1.delegated && ns1.listed);
  EXPECT_TRUE(ns2.delegated && !ns2.listed);
  EXPECT_TRUE(!ns3.delegated && ns3.listed && ns3.is_answering());
  ASSERT_THAT(finding_ids(view), ElementsAre("delegation-differs", "delegation-differs"));
  EXPECT_THAT(findings_of(view)[0].message, HasSubstr("test delegates customer.test to ns2."));
  EXPECT_THAT(findings_of(view)[1].message, HasSubstr("customer.test lists ns3."));
}

TEST(AuthorityView, HoldsTheAddressesOfTheDelegationAgainstTheZonesOwn) {
  const struct {
    const char* above;
    const char* here;
    std::vector<std::string> ids;
    std::size_t servers;
  } rows[] = {
      {"A 192.0.4.2", "A 192.0.4.2", {}, 2},
      {"A 192.0.4.9", "A 192.0.4.2", {"glue-differs ns2.customer.test"}, 3},
      {"A 192.0.4.9", "AAAA 2a00::2", {}, 3},
      {"A 192.0.4.2", "A 192.0.4.2\nns2 A 192.0.4.9", {}, 3},
  };
  for (const auto& row : rows) {
    FakeWorld world = two_servers();
    world.serve("192.0.3.1", "test",
                fmt::format("customer NS ns1.customer\ncustomer NS ns2.customer\n"
                            "ns1.customer A 192.0.4.1\nns2.customer {}\n",
                            row.above));
    const std::string zone = fmt::format("@ NS ns1\n@ NS ns2\nns1 A 192.0.4.1\nns2 {}\n", row.here);
    for (const char* const server : {"192.0.4.1", "192.0.4.2", "192.0.4.9"}) {
      world.serve(server, "customer.test", zone, 5);
    }
    const AuthorityView view = world.view("customer.test");
    EXPECT_EQ(finding_ids(view), row.ids) << row.above << " " << row.here;
    EXPECT_THAT(view.servers, SizeIs(row.servers)) << row.above << " " << row.here;
  }
}

TEST(AuthorityView, NamesAServerOfSeveralAddressesOnce) {
  FakeWorld world = two_servers();
  world.serve("192.0.3.1", "test",
              "customer NS ns1.customer\ncustomer NS ns2.customer\nns1.customer A 192.0.4.1\n"
              "ns2.customer A 192.0.4.2\nns2.customer A 192.0.4.3\n");
  world.serve("192.0.4.1", "customer.test", zone_with("ns2 A 192.0.4.3\n"), 5);
  for (const char* const server : {"192.0.4.2", "192.0.4.3"}) {
    world.script(server, [](const dns::Question&) {
      return Reply{.kind = Reply::Kind::silent, .reason = "does not answer"};
    });
  }
  const std::vector<AuthorityFinding> findings = findings_of(world.view("customer.test"));
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].message,
              HasSubstr("ns2.customer.test (192.0.4.2, 192.0.4.3) does not answer; start it"));
}

TEST(AuthorityView, WhereNoServerAnswersNamesThemAll) {
  FakeWorld world = two_servers();
  for (const char* const server : {"192.0.4.1", "192.0.4.2"}) {
    world.script(server, [](const dns::Question&) {
      return Reply{.kind = Reply::Kind::silent, .reason = "does not answer"};
    });
  }
  for (const char* const domain : {"customer.test", "mail.customer.test"}) {
    const AuthorityView view = world.view(domain);
    EXPECT_EQ(way_text(view), ". test customer.test");
    EXPECT_EQ(view.problem, "");
    EXPECT_THAT(finding_ids(view),
                ElementsAre("silent ns1.customer.test", "silent ns2.customer.test"));
    EXPECT_FALSE(view.serial || view.turned_within);
  }
}

TEST(AuthorityView, ANameThatIsDelegatedFurtherIsNoFaultOfTheServers) {
  FakeWorld world = two_servers("sub NS ns.sub\nns.sub A 192.0.4.9\n");
  const AuthorityView view =
      world.view({.domain = name_of("customer.test"),
                  .questions = {{name_of("a.sub.customer.test"), dns::RecordType::txt}},
                  .walk = {world.root, false}});
  EXPECT_THAT(finding_ids(view), IsEmpty());
  EXPECT_EQ(view.servers.at(0).answers.at(0).fact.status, dns::Fact::Status::failed);
}

TEST(AuthorityView, AsksSixteenQuestionsAtMost) {
  FakeWorld world = two_servers();
  const AuthorityView view = world.view({.domain = name_of("customer.test"),
                                         .questions = std::vector<dns::Question>(
                                             100, {name_of("customer.test"), dns::RecordType::mx}),
                                         .walk = {world.root, false}});
  EXPECT_THAT(view.servers.at(0).answers, SizeIs(most_asked));
}

}  // namespace
}  // namespace mandate::resolver
