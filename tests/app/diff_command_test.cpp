// `mandate diff`, run as a program over records, domains and zone files.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 300
a.example.       TXT "v=spf1 mx -all"
                 MX 10 host.example.
b.example.       TXT "v=spf1 mx ip4:198.51.100.1 -all"
                 MX 10 host.example.
host.example.    A 192.0.2.1
any.example.     TXT "v=spf1 exists:%{i}.list.example -all"
away.example.    TXT "v=spf1 include:loop.example -all"
loop.example.    CNAME loop.example.
xn--bcher-kva.example. TXT "v=spf1 ip4:192.0.2.1 -all"
c.example.       TXT "not SPF"
)";

const char* const old_zone = R"($ORIGIN c.example.
$TTL 300
@     SOA ns hostmaster 1 3600 600 86400 300
@     MX 10 mail
mail  A 203.0.113.1
@     TXT "v=spf1 mx -all"
news  TXT "v=spf1 mx:c.example -all"
)";

class DiffCommand : public ::testing::Test {
 protected:
  static Ended diff(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "diff");
    return run_program(arguments);
  }
  Ended diff_zone(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--zone", zone_});
    return diff(std::move(arguments));
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
  const std::string old_ = folder_.write("old.zone", old_zone);
};

TEST_F(DiffCommand, EndsByWhetherAnyAddressChanges) {
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    const char* first_line;
  } rows[] = {
      {{"a.example", "a.example"}, 0, "a.example  no address changes"},
      {{"a.example", "v=spf1 a:host.example ?ip4:203.0.113.1 -all"},
       1,
       "a.example  change otherwise: 1 IPv4 address\n"},
      {{"a.example", "v=spf1 a:host.example -all"}, 0, "a.example  no address changes"},
      {{"a.example", "b.example"}, 1, "a.example -> b.example  pass now: 1 IPv4 address\n"},
      {{"b\xc3\xbc"
        "cher.example",
        "v=spf1 ip4:192.0.2.1 -all"},
       0,
       "xn--bcher-kva.example  no "},
      {{"v=spf1 mx -all", "v=spf1 -all", "--domain", "a.example"},
       1,
       "a.example  no longer pass: 1 IPv4 address\n"},
      {{"v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 ~all"},
       1,
       "the record  change otherwise: 4294967295 IPv4 and all IPv6 addresses\n"},
      {{"any.example", "any.example"}, 0, "any.example  no address changes"},
      {{"any.example", "v=spf1 exists:%{i}.list.example ~all"},
       1,
       "any.example  no address is known to change; undecided: all IPv4 and all IPv6 addresses\n"},
      {{"away.example", "away.example"}, 3, "away.example  no address is known to change"},
      {{"host.example", "c.example"},
       1,
       "host.example -> c.example  neither side has an SPF record: there is nothing to compare\n"},
      {{"host.example", "v=spf1 ?all"}, 1, "host.example  change otherwise: "},
      {{"v=spf1 -all", "v=spf1 all -all", "--domain", "*.a.example"}, 1, "*.a.example  pass now: "},
      {{"v=spf1 -all", "v=spf1 include:gone.example -all"},
       1,
       "the record  end with an error now: all IPv4 and all IPv6 addresses\n"},
  };
  for (const auto& row : rows) {
    const Ended ended = diff_zone(row.arguments);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.out << ended.err;
    EXPECT_TRUE(ended.out.starts_with(row.first_line)) << ended.out;
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(DiffCommand, TakesZoneFilesAndStandsARecordInThem) {
  std::string edited = old_zone;
  edited.replace(edited.find("mx -all"), 7, "mx a:host.example ~all");
  const std::string new_zone = folder_.write("new.zone", edited);
  const Ended both = diff_zone({old_, new_zone});
  EXPECT_EQ(both.exit_code, 1);
  EXPECT_TRUE(both.out.starts_with("1 of 2 names change or may\n\nc.example  pass now: 1 IPv4 "))
      << both.out;
  EXPECT_TRUE(both.out.ends_with("\nnews.c.example  no address changes\n")) << both.out;

  EXPECT_EQ(diff_zone({old_, old_}).out, "no address changes at any of 2 names\n");
  EXPECT_EQ(diff_zone({old_, new_zone, "--domain", "news.c.example"}).exit_code, 0);
  // The mx of the record is that of the zone, not what the DNS has of the name.
  EXPECT_EQ(diff_zone({old_, "v=spf1 mx -all", "--domain", "c.example"}).exit_code, 0);
  // A domain is what the DNS has of it now.
  const Ended live = diff_zone({"c.example", new_zone});
  EXPECT_TRUE(live.out.contains("before  none: c.example has no SPF record")) << live.out;
}

TEST_F(DiffCommand, SaysWhatACallLacks) {
  const std::string bare = folder_.write("bare.zone", "c.example. 300 A 192.0.2.1\n");
  const std::string torn = folder_.write("torn.zone", "c.example. 300 A 192.0.2\n");
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    std::string says;
  } rows[] = {
      {{"a.example"}, 64, "OLD and NEW are missing"},
      {{"a.example", "b.example", "c.example"}, 64, "is one too many"},
      {{"a.example", "b..example"}, 64, "is not a domain"},
      {{"a.example", "v=spf mx"}, 64, "is not an SPF record"},
      {{"a.example", "b.example", "--domain", "c.example"}, 64, "two domains name themselves"},
      {{old_, "v=spf1 -all"}, 64, "at 2 names; say with --domain"},
      {{bare, bare}, 65, "there is no SPF record in"},
      {{old_, torn}, 65, "torn.zone:1:"},
      {{old_, folder_ / "none.zone"}, 66, "none.zone: No such file"},
      {{old_, "nofile.zone"}, 66, "diff: there is no file nofile.zone, and no domain of that name"},
      {{"nofile.zone", "v=spf1 -all"}, 66, "there is no file nofile.zone, and no domain"},
  };
  for (const auto& row : rows) {
    const Ended ended = diff_zone(row.arguments);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.out;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(DiffCommand, SaysWhenTheDnsCannotBeAsked) {
  const SilentServer server;
  const Ended ended =
      diff({"a.example", "v=spf1 -all", "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.err.contains("diff: a.example TXT could not be looked up")) << ended.err;
}

TEST_F(DiffCommand, AsksNoDnsForTheDomainThatARecordLacks) {
  const SilentServer server;
  const Ended ended = diff({"v=spf1 a ip4:192.0.2.4 -all", "v=spf1 a ip4:192.0.2.5 -all",
                            "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_TRUE(
      ended.out.starts_with("the record  no longer pass: 1 IPv4 address; pass now: 1 IPv4 "
                            "address\n"))
      << ended.out;
  EXPECT_FALSE(ended.out.contains("could not be looked up")) << ended.out;
  EXPECT_TRUE(ended.out.contains("terms that mean the domain of the record match nobody"));
}

TEST_F(DiffCommand, BoundsLongListsInTextAndHasAllInJson) {
  std::string terms;
  for (int i = 0; i < 40; ++i) terms += " ip4:203.0.113." + std::to_string(2 * i);
  const std::string before = "v=spf1" + terms + " ~all";
  const std::string after = "v=spf1 a:host.example -all";
  const Ended text = diff_zone({before, after});
  EXPECT_TRUE(text.out.contains("and 30 more, through other terms (--all shows them)")) << text.out;
  EXPECT_TRUE(text.out.contains("more ranges, 42949672")) << text.out;
  const Ended whole = diff_zone({before, after, "--all"});
  EXPECT_FALSE(whole.out.contains("--all"));
  EXPECT_TRUE(whole.out.contains("203.0.113.78"));

  const Ended json = diff_zone({before, after, "--json"});
  EXPECT_EQ(json.exit_code, 1);
  const boost::json::object found = boost::json::parse(json.out).as_object();
  EXPECT_EQ(found.at("version"), 1);
  const boost::json::value& name = found.at("names").at(0);
  EXPECT_EQ(name.at("changes").as_array().size(), 42U);
  const boost::json::value& change = name.at("changes").at(1);
  EXPECT_EQ(boost::json::serialize(change),
            R"({"before":{"result":"softfail","dynamic":false,"term":"~all","of":"record.invalid",)"
            R"("problem":""},"after":{"result":"pass","dynamic":false,"term":"a:host.example",)"
            R"("of":"record.invalid","problem":""},"count":{"ipv4":1,"ipv6":"0"},)"
            R"("ranges":[{"first":"192.0.2.1","last":"192.0.2.1"}],"effect":"gains_pass"})");
}

TEST_F(DiffCommand, AHostileRecordGarblesNothing) {
  const std::string hostile = "v=spf1 ip4:192.0.2.1 x=\x1b]0;owned\x07 -all";
  const std::string large = "v=spf1 a:" + std::string(64'000, '<') + ".test include:<b>.test -all";
  for (const std::string& record : {hostile, large}) {
    for (const char* form : {"--all", "--json"}) {
      const Ended ended = diff_zone({"a.example", record, form});
      EXPECT_EQ(ended.exit_code, 1) << ended.err;
      for (const char c : ended.out) ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
    }
  }
}

}  // namespace
}  // namespace mandate::app::testing
