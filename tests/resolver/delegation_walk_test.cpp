// The way down from the root, in worlds that hold together and in hostile ones.
#include <gmock/gmock.h>

#include <random>

#include "fake_world.h"

namespace mandate::resolver {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto root = "198.41.0.4";
constexpr auto tld = "192.0.3.1";
constexpr auto own = "192.0.4.1";
constexpr auto other = "192.0.5.1";

const char* const root_zone =
    "@ NS a.root.\na.root. A 198.41.0.4\n"
    "test. NS a.nic.test.\na.nic.test. A 192.0.3.1\n"
    "net. NS a.nic.net.\na.nic.net. A 192.0.3.2\n";

/// Root, `test` and `net`, with what `test` has to say below itself.
FakeWorld world_with(const std::string& in_test, const std::string& in_net = "") {
  FakeWorld world;
  world.serve(root, ".", root_zone);
  world.serve(tld, "test", "@ NS a.nic\na.nic A 192.0.3.1\n" + in_test);
  world.serve("192.0.3.2", "net", "@ NS a.nic\na.nic A 192.0.3.2\n" + in_net);
  return world;
}

const char* const own_zone = "@ NS ns\nns A 192.0.4.1\n@ TXT \"v=spf1 -all\"\nmail A 192.0.2.9\n";

FakeWorld plain_world() {
  FakeWorld world = world_with("customer NS ns.customer\nns.customer A 192.0.4.1\n");
  world.serve(own, "customer.test", own_zone);
  return world;
}

TEST(DelegationWalk, GoesFromTheRootDownToTheZoneOfTheName) {
  const struct {
    const char* domain;
    const char* way;
    bool exists;
  } rows[] = {
      {"customer.test", ". test customer.test", true},
      {"mail.customer.test", ". test customer.test", true},
      {"no.such.customer.test", ". test customer.test", false},
      {"test", ". test", true},
  };
  for (const auto& row : rows) {
    FakeWorld world = plain_world();
    const AuthorityView view = world.view(row.domain);
    EXPECT_EQ(view.problem, "") << row.domain;
    EXPECT_EQ(way_text(view), row.way) << row.domain;
    EXPECT_EQ(view.way.exists, row.exists) << row.domain;
  }
}

TEST(DelegationWalk, SaysWhereTheWayEnds) {
  const struct {
    const char* domain;
    const char* problem;
  } rows[] = {
      {"missing.test", "test has no name missing.test: it is not registered, or not delegated yet"},
      {"missing", "the root has no name missing: it is not registered, or not delegated yet"},
  };
  for (const auto& row : rows) {
    FakeWorld world = plain_world();
    const AuthorityView view = world.view(row.domain);
    EXPECT_EQ(view.problem, row.problem);
    EXPECT_THAT(view.servers, SizeIs(0));
  }
}

TEST(DelegationWalk, ANameMayStandInTheRootItself) {
  FakeWorld world;
  world.serve("198.41.0.4", ".",
              "@ NS a.root.\na.root. A 198.41.0.4\none.test. TXT \"v=spf1 -all\"\n");
  const AuthorityView view = world.view("one.test");
  EXPECT_EQ(view.problem, "");
  EXPECT_EQ(way_text(view), ".");
  EXPECT_THAT(server_lines(view), ElementsAre("a.root 198.41.0.4 answers 1 \"v=spf1 -all\""));
  EXPECT_THAT(finding_ids(view), IsEmpty());
}

TEST(DelegationWalk, NamesEachServerThatIsOfNoUseAndWhy) {
  FakeWorld world = plain_world();
  world.script(tld, [](const dns::Question& question) {
    Reply reply{.kind = Reply::Kind::answered};
    reply.message.questions = {question};
    reply.message.code = dns::ResponseCode::server_failure;
    return reply;
  });
  const AuthorityView view = world.view("customer.test");
  EXPECT_EQ(view.problem,
            "no server of test tells the way to customer.test: a.nic.test (192.0.3.1) answers "
            "SERVFAIL: it cannot serve the zone at present");
}

TEST(DelegationWalk, FindsServersThatComeWithoutAnAddressByTheSameWalk) {
  FakeWorld world = world_with("customer NS ns.provider.net.\n",
                               "provider NS ns.provider\nns.provider A 192.0.5.1\n");
  world.serve(other, "provider.net", "@ NS ns\nns A 192.0.5.1\n");
  world.serve(other, "customer.test", "@ NS ns.provider.net.\n@ TXT \"v=spf1 -all\"\n");
  EXPECT_THAT(server_lines(world.view("customer.test")),
              ElementsAre("ns.provider.net 192.0.5.1 answers 1 \"v=spf1 -all\""));
}

TEST(DelegationWalk, GoesOnToTheNextServerWhereOneIsOfNoUse) {
  const struct {
    const char* fault;
    std::function<void(Reply&)> spoil;
  } rows[] = {
      {"refused", [](Reply& r) { r.message = {.code = dns::ResponseCode::refused}; }},
      {"silent", [](Reply& r) { r = {.kind = Reply::Kind::silent}; }},
      {"unreachable", [](Reply& r) { r = {.kind = Reply::Kind::unreachable}; }},
      {"no authority", [](Reply& r) { r.message.authority.clear(); }},
      {"upward referral",
       [](Reply& r) {
         for (dns::Record& record : r.message.authority) record.owner = dns::Name();
       }},
      {"referral to itself",
       [](Reply& r) {
         for (dns::Record& record : r.message.authority) record.owner = name_of("test");
       }},
      {"sideways referral",
       [](Reply& r) {
         for (dns::Record& record : r.message.authority) record.owner = name_of("other.test");
       }},
  };
  for (const auto& row : rows) {
    FakeWorld world;
    world.serve(root, ".",
                "test. NS b.nic.test.\ntest. NS a.nic.test.\na.nic.test. A 192.0.3.1\n"
                "b.nic.test. A 192.0.3.9\n");
    const std::string zone = "customer NS ns.customer\nns.customer A 192.0.4.1\n";
    world.serve(tld, "test", zone);
    world.serve("192.0.3.9", "test", zone);
    world.spoil("192.0.3.9", row.spoil);
    world.serve(own, "customer.test", own_zone);
    EXPECT_EQ(way_text(world.view("customer.test")), ". test customer.test") << row.fault;
    EXPECT_TRUE(world.has_asked("192.0.3.9")) << row.fault;
  }
}

TEST(DelegationWalk, BelievesAddressesOnlyOfNamesBelowTheZoneThatGivesThem) {
  // The servers of `test` say where a server of `net` is, which they cannot know.
  FakeWorld world = world_with("customer NS ns.provider.net.\n",
                               "provider NS ns.provider\nns.provider A 192.0.5.1\n");
  world.spoil(tld, [](Reply& reply) {
    reply.message.additional.push_back(
        {name_of("ns.provider.net"), dns::RecordType::a, 60, dns::AddressData{ip("192.0.66.6")}});
  });
  world.serve(other, "provider.net", "@ NS ns\nns A 192.0.5.1\n");
  world.serve(other, "customer.test", "@ NS ns.provider.net.\n");
  const AuthorityView view = world.view("customer.test");
  EXPECT_FALSE(world.has_asked("192.0.66.6"));
  EXPECT_TRUE(world.has_asked(other));
  EXPECT_EQ(view.servers.at(0).standing.status, ServerStatus::answers);
}

TEST(DelegationWalk, AsksNoAddressInsideANetworkFromAPublicRoot) {
  for (const char* const inside :
       {"127.0.0.1", "10.1.2.3", "192.168.1.1", "172.31.0.1", "169.254.1.1", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255"}) {
    FakeWorld world =
        world_with(fmt::format("customer NS ns.customer\nns.customer A {}\n", inside));
    world.serve(inside, "customer.test", own_zone);
    const AuthorityView view = world.view("customer.test");
    EXPECT_FALSE(world.has_asked(inside)) << inside;
    EXPECT_EQ(view.servers.at(0).standing.status, ServerStatus::no_address) << inside;
  }
}

TEST(DelegationWalk, AsksAddressesInsideANetworkFromAPrivateRoot) {
  FakeWorld world;
  world.root = {{name_of("a.root"), {ip("127.0.0.1")}}};
  world.serve("127.0.0.1", ".", "test. NS a.nic.test.\na.nic.test. A 10.0.0.1\n");
  world.serve("10.0.0.1", "test", "customer NS ns.customer\nns.customer A 10.0.0.2\n");
  world.serve("10.0.0.2", "customer.test", own_zone);
  EXPECT_EQ(world.view("customer.test").servers.at(0).standing.status, ServerStatus::answers);
}

TEST(DelegationWalk, AsksIpv6OnlyWithARoute) {
  for (const bool ipv6 : {false, true}) {
    FakeWorld world = world_with(
        "customer NS ns.customer\nns.customer AAAA 2a00::4\n"
        "ns.customer A 192.0.4.1\n");
    world.serve(own, "customer.test", own_zone);
    world.serve("2a00::4", "customer.test", own_zone);
    const AuthorityView view = world.view("customer.test", ipv6);
    EXPECT_EQ(world.has_asked("2a00::4"), ipv6);
    EXPECT_THAT(view.servers, SizeIs(2));
    EXPECT_THAT(finding_ids(view), SizeIs(0));
  }
}

TEST(DelegationWalk, EndsWhereServersAreOnlyFoundByWayOfEachOther) {
  FakeWorld world = world_with("customer NS ns.other\nother NS ns.customer\n");
  const AuthorityView view = world.view("customer.test");
  EXPECT_THAT(server_lines(view), ElementsAre("ns.other.test - no_address 0 -"));
  EXPECT_THAT(finding_ids(view), ElementsAre("no_address ns.other.test"));
  EXPECT_LT(world.asked.size(), 10U);
}

TEST(DelegationWalk, EndsWhereAZonesOnlyServerIsInItWithoutAnAddress) {
  FakeWorld world = world_with("customer NS ns.customer\n");
  const AuthorityView view = world.view("customer.test");
  ASSERT_THAT(view.servers, SizeIs(1));
  EXPECT_THAT(view.servers[0].standing.detail, HasSubstr("no server of customer.test tells"));
}

TEST(DelegationWalk, LooksForServersInsideEachOtherOnlySoDeep) {
  std::string chain;
  for (int i = 0; i < 20; ++i) chain += fmt::format("z{} NS ns.z{}\n", i, i + 1);
  FakeWorld world = world_with(chain + "z20 NS ns.z20\nns.z20 A 192.0.4.1\n");
  world.serve(own, "z20.test", "@ NS ns\nns A 192.0.4.1\n");
  EXPECT_EQ(world.view("z0.test").servers.at(0).standing.status, ServerStatus::no_address);
  EXPECT_LT(world.asked.size(), 20U);
}

TEST(DelegationWalk, LooksAtSixteenServersOfThousandsAndEightAddressesOfEach) {
  std::string crowd;
  for (int i = 0; i < 3000; ++i) crowd += fmt::format("customer NS ns{}.customer\n", i);
  for (int i = 0; i < 200; ++i) crowd += fmt::format("ns0.customer A 192.0.6.{}\n", i);
  FakeWorld world = world_with(crowd);
  const AuthorityView view = world.view("customer.test");
  EXPECT_THAT(view.way.cuts.back().named.servers, SizeIs(most_name_servers));
  EXPECT_EQ(view.way.cuts.back().named.left_out, 3000 - most_name_servers);
  EXPECT_THAT(view.way.cuts.back().named.servers.at(0).addresses, SizeIs(most_addresses));
  EXPECT_EQ(finding_ids(view).back(), "too-many");
}

TEST(DelegationWalk, ShowsAnAliasAndLeavesItsTargetAlone) {
  FakeWorld world = world_with("customer NS ns.customer\nns.customer A 192.0.4.1\n");
  world.serve(own, "customer.test", "@ NS ns\nns A 192.0.4.1\nwww CNAME www.provider.net.\n");
  const AuthorityView view = world.view("www.customer.test");
  EXPECT_EQ(way_text(view), ". test customer.test");
  ASSERT_TRUE(view.way.alias);
  EXPECT_EQ(view.way.alias->text(), "www.provider.net");
  EXPECT_EQ(view.servers.at(0).answers.at(0).alias, view.way.alias);
  EXPECT_EQ(view.agreements.at(0).groups.at(0).alias, view.way.alias);
  EXPECT_FALSE(world.has_asked("192.0.3.2"));
}

TEST(DelegationWalk, ANameServerThatIsAnAliasHasNoAddress) {
  FakeWorld world = world_with("customer NS ns.provider.net.\n",
                               "provider NS ns.provider\n"
                               "ns.provider A 192.0.5.1\n");
  world.serve(other, "provider.net", "@ NS host\nns CNAME host\nhost A 192.0.5.1\n");
  const AuthorityView view = world.view("customer.test");
  ASSERT_THAT(view.servers, SizeIs(1));
  EXPECT_EQ(view.servers[0].standing.status, ServerStatus::no_address);
  EXPECT_THAT(view.servers[0].standing.detail, HasSubstr("RFC 2181 section 10.3"));
}

TEST(DelegationWalk, KnowsAZoneWhoseParentIsServedBesideIt) {
  FakeWorld world = world_with("");
  world.serve(tld, "customer.test", "@ NS ns\nns A 192.0.4.1\n@ TXT \"v=spf1 -all\"\n");
  world.serve(own, "customer.test", "@ NS ns\nns A 192.0.4.1\n@ TXT \"v=spf1 -all\"\n");
  for (const char* const domain : {"customer.test", "mail.customer.test"}) {
    const AuthorityView view = world.view(domain);
    EXPECT_EQ(way_text(view), ". test customer.test") << domain;
    EXPECT_FALSE(view.way.cuts.back().delegated) << domain;
    EXPECT_EQ(view.servers.at(0).address, ip(own)) << domain;
    EXPECT_THAT(finding_ids(view), SizeIs(0)) << domain;
  }
}

/// Replies by lot: for the most part a referral a little or far down, its servers below it or
/// anywhere, with glue or without; else records of all kinds, by which nobody could find a way.
class RandomServers {
 public:
  explicit RandomServers(unsigned seed) : lots_(seed) {}

  Reply operator()(const dns::Question& question) {
    Reply reply{.kind = lot(20) == 0 ? Reply::Kind::silent : Reply::Kind::answered};
    reply.message.is_response = true;
    reply.message.questions = {question};
    if (lot(4) != 0) {
      refer(question.name, reply.message);
    } else {
      ramble(question.name, reply.message);
    }
    return reply;
  }

 private:
  unsigned lot(unsigned below) { return static_cast<unsigned>(lots_() % below); }

  static dns::Name below(const dns::Name& zone, const std::string& labels) {
    return name_of(zone.is_root() ? labels : labels + "." + zone.text());
  }

  dns::Name some_name(dns::Name name) {
    for (unsigned ups = lot(4); ups > 0; --ups) name = name.parent();
    if (lot(2) == 0 && name.text().size() < 200) name = below(name, fmt::format("n{}", lot(5)));
    return name;
  }

  dns::AddressData address() {
    return {dns::IpAddress::v4({192, 0, static_cast<std::uint8_t>(lot(200)), 1})};
  }

  void refer(const dns::Name& name, dns::Message& message) {
    dns::Name zone = name;
    for (unsigned ups = lot(3); ups > 0; --ups) zone = zone.parent();
    for (unsigned count = 1 + lot(20); count > 0; --count) {
      const dns::Name server = lot(3) == 0
                                   ? name_of(fmt::format("ns.z{}.z{}.test", lot(50), lot(50)))
                                   : below(zone, fmt::format("ns{}", lot(20)));
      message.authority.push_back({zone, dns::RecordType::ns, 60, dns::NameData{server}});
      if (lot(3) != 0) continue;
      message.additional.push_back({server, dns::RecordType::a, 60, address()});
    }
  }

  void ramble(const dns::Name& near, dns::Message& message) {
    message.authoritative = lot(3) != 0;
    message.recursion_available = lot(4) == 0;
    message.code = static_cast<dns::ResponseCode>(lot(3) == 0 ? lot(6) : 0);
    for (std::vector<dns::Record>* section : {&message.answers, &message.authority}) {
      for (unsigned count = lot(6); count > 0; --count) section->push_back(record(near));
    }
  }

  dns::Record record(const dns::Name& near) {
    const dns::Name owner = lot(2) == 0 ? near : some_name(near);
    switch (lot(5)) {
      case 0:
        return {owner, dns::RecordType::cname, 60, dns::NameData{some_name(near)}};
      case 1:
        return {owner, dns::RecordType::soa, 60, dns::SoaData{owner, owner, lot(9), 1, 1, 1, 60}};
      case 2:
        return {owner, dns::RecordType::a, 60, address()};
      default:
        return {owner, dns::RecordType::ns, 60, dns::NameData{some_name(near)}};
    }
  }

  std::mt19937 lots_;
};

// FakeWorld::view holds each step to new questions, and all of them to their bound.
TEST(DelegationWalk, EndsWithinItsBoundsWhateverServersReply) {
  std::size_t most = 0;
  std::size_t found = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    FakeWorld world;
    auto servers = std::make_shared<RandomServers>(seed);
    const auto reply = [servers](const dns::Question& question) { return (*servers)(question); };
    world.script(root, reply);
    for (int third = 0; third < 200; ++third) world.script(fmt::format("192.0.{}.1", third), reply);
    const AuthorityView view = world.view("a.b.customer.test");
    EXPECT_LE(view.way.cuts.size(), 5U) << seed;
    EXPECT_LE(view.servers.size(), 2 * most_name_servers * most_addresses) << seed;
    findings_of(view);
    most = std::max(most, world.asked.size());
    if (view.problem.empty()) ++found;
  }
  EXPECT_EQ(most, most_questions) << "no lot came to the bound";
  EXPECT_GT(found, 10U) << "no lot came to a zone";
}

}  // namespace
}  // namespace mandate::resolver
