// `mandate tree`, run as a program over records and zone files.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>

#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

const char* const zone = R"($TTL 300
good.example.    TXT "v=spf1 mx include:out.example -all"
                 MX 10 host.example.
host.example.    A 192.0.2.1
host.example.    AAAA 2001:db8::1
out.example.     TXT "v=spf1 ip4:198.51.100.0/28 ?all"
empty.example.   TXT "v=spf1 a:gone.example -all"
broken.example.  TXT "v=spf1 include:gone.example -all"
away.example.    TXT "v=spf1 include:loop.example -all"
loop.example.    CNAME loop.example.
plain.example.   A 192.0.2.9
xn--bcher-kva.example. TXT "v=spf1 include:out.example -all"
hostile.example. TXT "v=spf1 a:<b>&\"'.example \027]0;owned\007 -all"
)";

class TreeCommand : public ::testing::Test {
 protected:
  static Ended tree(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "tree");
    return run_program(arguments);
  }
  Ended tree_zone(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--zone", zone_});
    return tree(std::move(arguments));
  }

  const TemporaryFolder folder_;
  const std::string zone_ = folder_.write("test.zone", zone);
};

TEST_F(TreeCommand, EndsByTheWorstThatItFound) {
  const struct {
    std::vector<std::string> arguments;
    int exit_code;
    const char* first_line;
  } rows[] = {
      {{"good.example"}, 0, "good.example  lookups 2/10, voids 0/2, pass: 17 IPv4 and 1 IPv6 add"},
      {{"GOOD.example."}, 0, "good.example  lookups 2/10"},
      {{"b\xc3\xbc"
        "cher.example"},
       0,
       "xn--bcher-kva.example  lookups 1/10, voids 0/2, pass: 16"},
      {{"empty.example"}, 0, "empty.example  lookups 1/10, voids 1/2, pass: no addresses"},
      {{"broken.example"}, 1, "broken.example  lookups 1/10"},
      {{"plain.example"}, 1, "plain.example  lookups 0/10"},
      {{"away.example"}, 3, "away.example  lookups 1/10"},
      {{"v=spf1 include:out.example -all"}, 0, "record.invalid  lookups 1/10, voids 0/2, pass: 16"},
      {{"v=spf1 mx -all", "--domain", "good.example"}, 0, "good.example  lookups 1/10"},
  };
  for (const auto& row : rows) {
    const Ended ended = tree_zone(row.arguments);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.err;
    EXPECT_TRUE(ended.out.starts_with(row.first_line)) << ended.out;
    EXPECT_EQ(ended.err, "");
  }
}

TEST_F(TreeCommand, SaysWhatACallLacks) {
  const struct {
    std::vector<std::string> arguments;
    const char* says;
  } rows[] = {
      {{}, "tree: a domain, or a record in quotes, is missing"},
      {{"a..example"}, "is not a domain"},
      {{"a.example", "--ip", "192.0.2"}, "--ip: \"192.0.2\" is not an IP address"},
      {{"a.example", "--format", "png"}, "--format is one of text, svg, dot and json"},
      {{"a.example", "--format", "svg", "--json"}, "give one of them"},
      {{"a.example", "--domain", "b.example"}, "leave it out of a domain"},
      {{"v=spf mx"}, "is not an SPF record"},
      {{"v=spf1 mx", "--domain", "b..example"}, "is not a domain"},
  };
  for (const auto& row : rows) {
    const Ended ended = tree_zone(row.arguments);
    EXPECT_EQ(ended.exit_code, 64) << ended.out;
    EXPECT_TRUE(ended.err.contains(row.says)) << ended.err;
    EXPECT_EQ(ended.out, "");
  }
}

TEST_F(TreeCommand, SaysWhenTheDnsCannotBeAsked) {
  const SilentServer server;
  const Ended ended = tree({"a.example", "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 3);
  EXPECT_TRUE(ended.err.contains("tree: a.example TXT could not be looked up")) << ended.err;
}

TEST_F(TreeCommand, AsksNoDnsForTheDomainThatARecordLacks) {
  const SilentServer server;
  const Ended ended =
      tree({"v=spf1 a mx -all", "--ip", "192.0.2.1", "@" + server.address(), "--timeout", "200ms"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
}

TEST_F(TreeCommand, MarksTheWayOfAnAddressInJson) {
  const Ended ended = tree_zone({"good.example", "--ip", "::ffff:198.51.100.3", "--json"});
  ASSERT_EQ(ended.exit_code, 0) << ended.err;
  const boost::json::object found = boost::json::parse(ended.out).as_object();
  EXPECT_EQ(found.at("version"), 1);
  EXPECT_EQ(boost::json::serialize(found.at("taken")),
            R"({"ip":"198.51.100.3","result":"pass","term":"ip4:198.51.100.0/28",)"
            R"("of":"out.example","problem":""})");
  const boost::json::array& terms = found.at("tree").at("terms").as_array();
  ASSERT_EQ(terms.size(), 3U);
  EXPECT_EQ(terms[0].at("taken"), false);
  EXPECT_EQ(terms[1].at("taken"), true);
  EXPECT_EQ(terms[1].at("terms").at(0).at("taken"), true);
  EXPECT_EQ(terms[1].at("record"), "v=spf1 ip4:198.51.100.0/28 ?all");
  EXPECT_EQ(terms[1].at("matches").at("ipv4"), 16);
}

/// A record that would be markup, control characters or more than a screen is text in every form;
/// an XML parser that is not ours reads the picture.
TEST_F(TreeCommand, AHostileRecordGarblesNothing) {
  const std::string large = "v=spf1 include:" + std::string(64'000, '<') + "&\"\x1b[2J.test -all";
  for (const std::string& subject : {std::string("hostile.example"), large}) {
    for (const char* format : {"text", "svg", "dot", "json"}) {
      const Ended ended = tree_zone({subject, "--format", format});
      EXPECT_EQ(ended.exit_code, 1) << ended.err;
      for (const char c : ended.out) {
        ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << format;
      }
      if (std::string_view(format) == "json") boost::json::parse(ended.out);
      if (std::string_view(format) != "svg") continue;
      const std::string picture = folder_.write("tree.svg", ended.out);
      const std::string reader =
          "python3 -c 'import sys, xml.dom.minidom as xml; xml.parse(sys.argv[1])' '" + picture +
          "'";
      EXPECT_EQ(std::system(reader.c_str()), 0);
    }
  }
}

}  // namespace
}  // namespace mandate::app::testing
