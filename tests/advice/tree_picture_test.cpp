// Trees made short, placed and drawn: nothing overlaps, nothing is lost but what is said, and no
// record reaches the document as anything but text.
#include "advice/tree_picture.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../spf/random_policy.h"
#include "advice/gathered_terms.h"
#include "advice/tree_layout.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TreeNode tree_of(ZoneAnswers& dns, std::string_view domain = "d.test") {
  return dns.settle([&](const dns::Facts& facts) { return include_tree(name(domain), facts); });
}

TreeNode tree_of(std::string_view record) {
  ZoneAnswers dns("p.test. 300 TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n");
  dns.publish("d.test", record);
  return tree_of(dns);
}

std::vector<std::string> captions(const TreeNode& tree) {
  std::vector<std::string> out;
  for (const TreeNode& child : tree.children) {
    std::string line = child.term + more_text(child);
    for (const std::string& text : {lookups_text(child), matches_text(child)}) {
      if (!text.empty()) line += "; " + text;
    }
    out.push_back(line);
  }
  return out;
}

TEST(GatheredTerms, FourNetworksInARowAreOneUnlessTheyAreOnTheWay) {
  const TreeNode tree = tree_of(
      "v=spf1 ip4:192.0.2.0/24 ip4:192.0.2.1 ip4:198.51.100.0/31 ip4:198.51.100.0/32 "
      "-ip4:203.0.113.1 ip4:203.0.113.2 ip4:203.0.113.3 ip4:203.0.113.4 a:p.test "
      "ip6:::ffff:192.0.2.1 -all a mx ptr all redirect=p.test");
  EXPECT_THAT(
      captions(gathered(tree)),
      ElementsAre("ip4:192.0.2.0/24 and 3 more; 258 IPv4 addresses",
                  "-ip4:203.0.113.1; fail: 1 IPv4 address", "ip4:203.0.113.2; 1 IPv4 address",
                  "ip4:203.0.113.3; 1 IPv4 address", "ip4:203.0.113.4; 1 IPv4 address",
                  "a:p.test; lookups 1/10, voids 1/2; no addresses",
                  "ip6:::ffff:192.0.2.1; no addresses", "-all", "a and 4 more"));

  TreeNode taken = tree;
  taken.children[2].taken = true;
  EXPECT_EQ(gathered(taken).children.size(), tree.children.size() - 4) << "but the dead ones";
}

/// Elements open and close in order, entities are XML's own, and every octet is ASCII text.
void expect_well_formed(const std::string& svg) {
  std::vector<std::string> open;
  for (std::size_t at = 0; at < svg.size(); ++at) {
    const char c = svg[at];
    ASSERT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << "octet at " << at;
    if (c == '&') {
      const std::string entity = svg.substr(at, svg.find(';', at) + 1 - at);
      ASSERT_THAT(entity, ::testing::AnyOf("&amp;", "&lt;", "&gt;", "&quot;", "&#39;"));
    }
    if (c != '<') continue;
    const std::size_t end = svg.find('>', at);
    ASSERT_NE(end, svg.npos);
    const std::string tag = svg.substr(at + 1, end - at - 1);
    ASSERT_EQ(std::ranges::count(tag, '<'), 0) << tag;
    ASSERT_EQ(std::ranges::count(tag, '"') % 2, 0) << tag;
    if (tag.starts_with('/')) {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ("/" + open.back(), tag);
      open.pop_back();
    } else if (!tag.ends_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    }
  }
  ASSERT_TRUE(open.empty());
}

TEST(TreePicture, ARecordIsNothingButTextInIt) {
  const std::vector<std::string> records = {
      "v=spf1 a:<script>alert(1)</script>.test include:\"&amp;'\\N.test x=<!-- -all",
      "v=spf1 exists:%%%_%-]]>&#x41;.test a:\\\".test ~all",
      "v=spf1 \x1b]0;owned\x07 \xff\xfe <b> -all",
      "v=spf1 include:" + std::string(65'000, '<') + ".test -all",
      "v=spf1" + std::string(65'000, '\x01'),
  };
  const std::optional<PathTaken> taken = PathTaken{ip("192.0.2.1"), spf::Result::pass};
  for (const std::string& record : records) {
    const TreeNode tree = tree_of(record);
    const std::string svg = tree_svg(tree, taken);
    expect_well_formed(svg);
    EXPECT_THAT(svg, Not(HasSubstr("<script")));
    const std::string dot = tree_dot(tree, taken);
    bool inside = false;
    for (std::size_t at = 0; at < dot.size(); ++at) {
      ASSERT_TRUE(dot[at] == '\n' || (dot[at] >= 0x20 && dot[at] < 0x7f));
      if (inside && dot[at] == '\\') {
        ++at;  // with what it escapes
      } else if (dot[at] == '"') {
        inside = !inside;
      } else if (dot[at] == '\n') {
        ASSERT_FALSE(inside) << dot.substr(0, at);
      }
    }
  }
}

TEST(TreePicture, ShowsTheWayTheLimitsAndWhatIsWrong) {
  ZoneAnswers dns("p.test. 300 TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n");
  dns.publish("d.test", "v=spf1 include:p.test include:gone.test ?all mx");
  TreeNode tree = tree_of(dns);
  tree.taken = tree.children[0].taken = true;
  const std::string svg = tree_svg(tree, PathTaken{ip("192.0.2.1"), spf::Result::pass});
  for (const char* part :
       {"<title id=\"mandate-tree-title\">The SPF policy of d.test</title>",
        "lookups 2/10, voids 0/2, pass: 16 IPv4 addresses; the way of 192.0.2.1 to pass is marked",
        "class=\"edge taken\"", "class=\"pass taken\"><title>include:p.test</title>", ">1/10<",
        "class=\"pass broken\"><title>include:gone.test: gone.test does not exist</title>",
        "class=\"pass dead\"><title>mx</title>", "prefers-color-scheme: dark"}) {
    EXPECT_THAT(svg, HasSubstr(part));
  }
  const std::string dot = tree_dot(tree, std::nullopt);
  EXPECT_THAT(dot, HasSubstr("n0 -> n1 [color=\"#2563eb\", penwidth=2.5];"));
  EXPECT_THAT(dot, HasSubstr("include:gone.test\\nlookups 2/10\\nno addresses\\n"
                             "gone.test does not exist"));
}

TEST(TreeLayoutProperty, NoBoxLiesOnAnotherAndEachHasRoomForItsText) {
  spf::RandomPolicies random(7208);
  for (int round = 0; round < 500; ++round) {
    ZoneAnswers dns(random.next().zone);
    const TreeNode tree = tree_of(dns, spf::RandomPolicies::kDomain);
    const TreeLayout placed = layout(tree);
    std::vector<double> next(200, 0);  // the least y of the next box in a column
    for (const TreeBox& box : placed.boxes) {
      ASSERT_GE(box.y + 0.001, next.at(box.column)) << box.label;
      next.at(box.column) = box.y + box.height + 8;
      ASSERT_LE(box.y + box.height, placed.height + 0.001);
      ASSERT_LE(box.right(), placed.width + 0.001);
      ASSERT_GE(box.width, 7.9 * static_cast<double>(box.label.size()));
      if (!box.parent) continue;
      ASSERT_GT(box.x, placed.boxes[*box.parent].right());
    }
  }
}

}  // namespace
}  // namespace mandate::advice
