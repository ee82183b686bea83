// The tree of a policy: what each part costs and matches, what is wrong with it, and the way that
// a verdict took; held against check_host over random policies.
#include "advice/include_tree.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "../spf/random_policy.h"
#include "../spf/zone_check.h"
#include "advice/policy_shift.h"
#include "zone_answers.h"

namespace mandate::advice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Kind = TreeNode::Kind;
using State = TreeNode::State;

const char* const zone = R"($ORIGIN test.
$TTL 300
d            A 198.51.100.1
d            AAAA 2001:db8:d::1
d            MX 10 mail.d
mail.d       A 198.51.100.2
only4        A 198.51.100.3
p     60     TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
deep         TXT "v=spf1 include:p.test a:d.test ?all"
leads        TXT "v=spf1 redirect=p.test"
broken       TXT "v=spf1 moo"
two          TXT "v=spf1 -all"
two          TXT "v=spf1 ~all"
circle       TXT "v=spf1 include:circle2.test -all"
circle2      TXT "v=spf1 include:circle.test -all"
own          TXT "v=spf1 a:%{o} a:%{d} -all"
many         MX 10 m0
many         MX 10 m1
many         MX 10 m2
many         MX 10 m3
many         MX 10 m4
many         MX 10 m5
many         MX 10 m6
many         MX 10 m7
many         MX 10 m8
many         MX 10 m9
many         MX 10 m10
five         TXT "v=spf1 a:d.test a:d.test a:d.test a:d.test a:d.test -all"
)";

void draw(const TreeNode& node, int depth, std::vector<std::string>& out) {
  std::string line =
      fmt::format("{}{}", std::string(static_cast<std::size_t>(depth), '.'), node.term);
  if (node.lookups_behind > 0) line += fmt::format(" {}-{}", node.lookups, node.lookups_behind);
  if (node.voids_behind > 0) line += fmt::format(" voids {}", node.voids_behind);
  if (!node.authorizes.none()) line += ", " + addresses_text(node.authorizes);
  if (node.dynamic) line += ", dynamic";
  if (node.dead) line += ", dead";
  if (node.taken) line += ", taken";
  if (node.state != State::well) line += fmt::format(", {}: {}", text(node.state), node.problem);
  out.push_back(line);
  for (const TreeNode& child : node.children) draw(child, depth + 1, out);
}

std::vector<std::string> drawn(const TreeNode& tree) {
  std::vector<std::string> out;
  draw(tree, 0, out);
  return out;
}

TreeNode tree_of(ZoneAnswers& dns, std::string_view domain = "d.test") {
  return dns.settle([&](const dns::Facts& facts) { return include_tree(name(domain), facts); });
}

TreeNode tree_of(std::string_view record) {
  ZoneAnswers dns(zone);
  dns.publish("d.test", record);
  return tree_of(dns);
}

TEST(IncludeTree, CountsLookupsVoidsAndAddressesAtEachNode) {
  const TreeNode tree = tree_of(
      "v=spf1 mx include:deep.test ~ip4:203.0.113.0/24 a:only4.test/31 a:nowhere.test "
      "exists:nowhere.test -all a redirect=p.test");
  EXPECT_THAT(drawn(tree),
              ElementsAre("d.test 0-7 voids 3, 19 IPv4 and about 1.8e+19 IPv6 addresses",
                          ".mx 1-1, 1 IPv4 address",
                          ".include:deep.test 2-4, 17 IPv4 and about 1.8e+19 IPv6 addresses",
                          "..include:p.test 3-3, 16 IPv4 and 2^64 IPv6 addresses",
                          "...ip4:192.0.2.0/28 3-3, 16 IPv4 addresses",
                          "...ip6:2001:db8:25::/64 3-3, 2^64 IPv6 addresses", "...-all 3-3",
                          "..a:d.test 4-4, 1 IPv4 and 1 IPv6 addresses", "..?all 4-4",
                          ".~ip4:203.0.113.0/24 4-4, 256 IPv4 addresses",
                          ".a:only4.test/31 5-5 voids 1, 2 IPv4 addresses",
                          ".a:nowhere.test 6-6 voids 2, empty: nowhere.test has no addresses",
                          ".exists:nowhere.test 7-7 voids 3, broken: nowhere.test has no A "
                          "record; a void lookup more than the 2 allowed: receivers give up here "
                          "on IPv6",
                          ".-all 7-7 voids 3", ".a 7-7 voids 3, dead",
                          ".redirect=p.test 7-7 voids 3, dead"));
}

TEST(IncludeTree, ATermOverALimitIsWhereReceiversGiveUp) {
  const TreeNode tree = tree_of("v=spf1 include:five.test include:five.test -all");
  EXPECT_EQ(tree.lookups_behind, 12);
  EXPECT_EQ(worst_state(tree), State::broken);
  ASSERT_EQ(tree.children.size(), 3U);
  const std::vector<TreeNode>& second = tree.children[1].children;
  EXPECT_EQ(tree.children[1].state, State::well);
  EXPECT_EQ(second[2].state, State::well);
  EXPECT_EQ(second[3].lookups, 11);
  EXPECT_EQ(second[3].state, State::broken);
  EXPECT_EQ(second[4].state, State::well) << "said once";
}

struct Row {
  std::string record;
  State state;
  std::string problem;  // of the first node that is not well
};

const TreeNode* first_unwell(const TreeNode& node) {
  if (node.state != State::well) return &node;
  for (const TreeNode& child : node.children) {
    if (const TreeNode* found = first_unwell(child)) return found;
  }
  return nullptr;
}

TEST(IncludeTree, SaysWhatIsWrongAtTheNodeWhereItIs) {
  const std::vector<Row> rows = {
      {"v=spf1 mx include:deep.test -all", State::well, ""},
      {"v=spf1 moo", State::broken, "its record cannot be read: "},
      {"v=spf1 include:broken.test -all", State::broken, "its record cannot be read: "},
      {"v=spf1 include:nowhere.test -all", State::broken, "nowhere.test does not exist"},
      {"v=spf1 include:only4.test -all", State::broken, "only4.test has no SPF record"},
      {"v=spf1 redirect=only4.test", State::broken, "only4.test has no SPF record"},
      {"v=spf1 redirect=only4.test -all", State::well, ""},
      {"v=spf1 -all include:nowhere.test", State::well, ""},
      {"v=spf1 include:two.test -all", State::broken, "two.test has more than one SPF record"},
      {"v=spf1 include:circle.test -all", State::broken, "it leads back to circle.test"},
      {"v=spf1 include:d.test -all", State::broken, "it leads back to d.test"},
      {"v=spf1 include:%{d1} -all", State::broken, "test is no domain of two labels or more"},
      {"v=spf1 include:a..test -all", State::broken, "it names no legal domain"},
      {"v=spf1 a:nowhere.test -all", State::empty, "nowhere.test has no addresses"},
      {"v=spf1 a:only4.test -all", State::well, ""},
      {"v=spf1 exists:nowhere.test -all", State::empty, "nowhere.test has no A record"},
      {"v=spf1 mx:only4.test -all", State::empty, "only4.test has no mail exchangers"},
      {"v=spf1 mx:many.test -all", State::broken, "many.test has 11 mail exchangers; 10 are"},
      {"v=spf1 a:%{d}..test -all", State::empty, "it names no legal domain"},
      {"v=spf1 exists:%{i}.list.test -all", State::well, ""},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.record);
    const TreeNode tree = tree_of(row.record);
    const TreeNode* found = first_unwell(tree);
    EXPECT_EQ(worst_state(tree), row.state);
    EXPECT_EQ(found == nullptr, row.state == State::well);
    EXPECT_THAT(found == nullptr ? "" : found->problem, HasSubstr(row.problem));
  }
}

TEST(IncludeTree, WhatCouldNotBeLookedUpIsUnknownNotBroken) {
  using dns::RecordType;
  const std::vector<std::pair<std::string, dns::Question>> rows = {
      {"v=spf1 include:p.test -all", {name("p.test"), RecordType::txt}},
      {"v=spf1 mx -all", {name("d.test"), RecordType::mx}},
      {"v=spf1 a -all", {name("d.test"), RecordType::aaaa}},
      {"v=spf1 exists:d.test -all", {name("d.test"), RecordType::a}},
  };
  for (const auto& [record, question] : rows) {
    ZoneAnswers dns(zone);
    dns.publish("d.test", record);
    dns.fail(question);
    const TreeNode tree = tree_of(dns);
    EXPECT_EQ(worst_state(tree), State::unknown) << record;
    EXPECT_EQ(first_unwell(tree)->problem,
              dns::text(question) + " could not be looked up: no answer in time");
  }
}

TEST(IncludeTree, ADomainThatIsNoneIsBroken) {
  ZoneAnswers dns(zone);
  const TreeNode tree = tree_of(dns, "test");
  EXPECT_EQ(tree.state, State::broken);
  EXPECT_EQ(tree.problem, "test is no domain of two labels or more");
}

TEST(IncludeTree, TheDomainOfMacrosIsTheRecordsAndTheSendersTheRoots) {
  EXPECT_THAT(drawn(tree_of("v=spf1 include:own.test -all")),
              ElementsAre("d.test 0-3 voids 1, 1 IPv4 and 1 IPv6 addresses",
                          ".include:own.test 1-3 voids 1, 1 IPv4 and 1 IPv6 addresses",
                          "..a:%{o} 2-2, 1 IPv4 and 1 IPv6 addresses",
                          "..a:%{d} 3-3 voids 1, empty: own.test has no addresses",
                          "..-all 3-3 voids 1", ".-all 3-3 voids 1"));
}

TEST(IncludeTree, MarksTheWayToTheTermThatDecided) {
  struct Taken {
    std::string record;
    std::string ip;
    std::vector<std::string> terms;
  };
  const std::vector<Taken> rows = {
      {"v=spf1 mx include:P.Test -all",
       "192.0.2.1",
       {"d.test", "include:P.Test", "ip4:192.0.2.0/28"}},
      {"v=spf1 mx include:p.test -all", "203.0.113.1", {"d.test", "-all"}},
      {"v=spf1 include:leads.test -all",
       "192.0.2.1",
       {"d.test", "include:leads.test", "redirect=p.test", "ip4:192.0.2.0/28"}},
      // The include does not match by the -all of its record; the redirect to the same one does.
      {"v=spf1 include:p.test redirect=p.test",
       "203.0.113.1",
       {"d.test", "redirect=p.test", "-all"}},
      {"v=spf1 ~include:p.test ?include:p.test -all",
       "192.0.2.1",
       {"d.test", "~include:p.test", "ip4:192.0.2.0/28"}},
      {"v=spf1 ip4:192.0.2.0/28 -all ip4:192.0.2.0/28",
       "192.0.2.1",
       {"d.test", "ip4:192.0.2.0/28"}},
  };
  for (const Taken& row : rows) {
    ZoneAnswers dns(zone);
    dns.publish("d.test", row.record);
    TreeNode tree = tree_of(dns);
    const spf::Request request{.ip = ip(row.ip), .mail_from = "x@d.test", .helo = "h.test"};
    const auto verdict =
        dns.settle([&](const dns::Facts& facts) { return spf::check_host(request, facts); });
    ASSERT_TRUE(verdict.decided_by) << row.record;
    mark_path(tree, *verdict.decided_by);
    std::vector<std::string> taken;
    const auto gather = [&](auto&& self, const TreeNode& node) -> void {
      if (node.taken) taken.push_back(node.term);
      for (const TreeNode& child : node.children) self(self, child);
    };
    gather(gather, tree);
    EXPECT_EQ(taken, row.terms) << row.record;
  }
}

TEST(IncludeTree, ARecordOfManyTermsCostsABoundedNumberOfQuestions) {
  std::string asking = "v=spf1";
  for (int i = 0; i < 5000; ++i) asking += fmt::format(" a:h{}.x.test", i);
  std::string plain = "v=spf1";
  for (int i = 0; i < 12'000; ++i) plain += " all";
  for (const std::string& record : {asking, plain}) {
    ZoneAnswers dns(zone);
    dns.publish("d.test", record);
    const TreeNode tree = tree_of(dns);
    EXPECT_LE(dns.facts().size(), 250U);
    EXPECT_EQ(tree.children.size() + tree.terms_left_out, record == plain ? 12'000U : 5000U);
    EXPECT_GE(tree.terms_left_out, 2000U);
  }
}

TEST(IncludeTree, WhatStandsFarBeyondTheLimitIsNotCounted) {
  std::string record = "v=spf1";
  for (int i = 0; i < 40; ++i) record += " a:d.test";
  const TreeNode tree = tree_of(record);
  ASSERT_EQ(tree.children.size(), 40U);
  EXPECT_FALSE(tree.children[29].cut);
  EXPECT_EQ(tree.children[29].authorizes.v4, 1U);
  EXPECT_TRUE(tree.children[30].cut);
  EXPECT_TRUE(tree.children[30].authorizes.none());
}

bool any_node(const TreeNode& node, bool (*holds)(const TreeNode&)) {
  return holds(node) || std::ranges::any_of(node.children, [&](const TreeNode& child) {
           return any_node(child, holds);
         });
}

bool no_term_matched(const spf::Verdict& verdict) {
  return std::ranges::all_of(verdict.trace, [](const spf::Step& step) {
    return step.kind != spf::Step::Kind::matched || step.term.ends_with("all");
  });
}

/// Whoever is matched by no term spends what the tree says.
TEST(IncludeTreeProperty, EndsWhereASenderEndsThatNoTermMatches) {
  spf::RandomPolicies random(7208);
  const spf::Limits wide{.lookups = 200, .voids = 200};
  int compared = 0;
  for (int round = 0; round < 3000; ++round) {
    const spf::RandomPolicy policy = random.next();
    ZoneAnswers dns(policy.zone);
    const TreeNode tree = tree_of(dns, spf::RandomPolicies::kDomain);
    const bool unknown = any_node(tree, [](const TreeNode& node) {
      return node.kind == Kind::ptr || (node.costs_lookup() && node.domain.empty());
    });
    if (unknown) continue;
    int voids4 = -1;
    int voids6 = -1;
    for (int draw = 0; draw < 6; ++draw) {
      const spf::Request request{
          .ip = random.any_address(), .mail_from = "x@n0.p.test", .helo = "mail.helo.test"};
      const spf::Options options{.limits = wide, .trace = true};
      const auto verdict = dns.settle(
          [&](const dns::Facts& facts) { return spf::check_host(request, facts, options); });
      const bool ended = verdict.result == spf::Result::permerror ||
                         verdict.result == spf::Result::temperror ||
                         verdict.result == spf::Result::none;
      if (ended || !no_term_matched(verdict)) continue;
      ++compared;
      ASSERT_EQ(verdict.lookups, tree.lookups_behind) << policy.zone;
      (request.ip.unmapped().is_v4() ? voids4 : voids6) = verdict.voids;
    }
    if (voids4 >= 0 && voids6 >= 0) {
      ASSERT_EQ(std::max(voids4, voids6), tree.voids_behind) << policy.zone;
    }
  }
  EXPECT_GT(compared, 500);
}

/// What passes by the whole policy is the root's count, as its map has it.
TEST(IncludeTreeProperty, TheRootCountsWhatThePolicyMapPasses) {
  spf::RandomPolicies random(4408);
  for (int round = 0; round < 1000; ++round) {
    const spf::RandomPolicy policy = random.next();
    ZoneAnswers dns(policy.zone);
    const TreeNode tree = tree_of(dns, spf::RandomPolicies::kDomain);
    const auto map = dns.settle(
        [](const dns::Facts& facts) { return spf::compile(spf::RandomPolicies::kDomain, facts); });
    ASSERT_EQ(tree.authorizes, map.count(spf::Result::pass)) << policy.zone;
    ASSERT_EQ(tree.dynamic, map.is_dynamic());
  }
}

}  // namespace
}  // namespace mandate::advice
