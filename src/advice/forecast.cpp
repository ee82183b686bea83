#include "advice/forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "advice/answer_size.h"
#include "advice/asked_name.h"
#include "advice/known_policy.h"
#include "advice/rule_table.h"
#include "advice/server_omen.h"
#include "advice/shown.h"
#include "advice/tree_fault.h"
#include "mandate/spf/known_records.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using dns::RecordType;
using Kind = TreeNode::Kind;

constexpr spf::Limits kLimits;
constexpr int kNearLookups = 9;
constexpr int kNearVoids = 2;
constexpr std::size_t kNearAnswer = 1100;

constexpr std::string_view kGone = "include_domain_gone";
constexpr std::string_view kBroken = "include_broken";
constexpr std::string_view kOpen = "include_open";
constexpr std::string_view kMendBroken =
    "Who passes by no term in front of it meets an error: remove the term, or ask its owner to "
    "mend "
    "the record.";

/// What lint finds, as an omen.
struct Sign {
  const Rule* rule;
  std::string_view code;
  std::string_view mend;
};

constexpr std::array<Sign, 8> kSigns{{
    {&rule("lookups-over-10"), "lookups_over_limit",
     "Take out what is no longer needed, or list networks in the place of an include."},
    {&rule("voids-over-2"), "voids_over_limit", "Take out the terms whose names have no records."},
    {&rule("dangling-include"), kGone, ""},  // the finding says it
    {&rule("include-without-spf"), kBroken, kMendBroken},
    {&rule("include-broken"), kBroken, kMendBroken},
    {&rule("redirect-without-spf"), kBroken, kMendBroken},
    {&rule("loop"), kBroken, kMendBroken},
    {&rule("include-open"), kOpen,
     "Whoever likes may send in the domain's name: remove the term, or ask its owner to end the "
     "record with `-all`."},
}};

/// Lookups that each included record takes itself.
std::map<std::string, int> costs_of(const TreeNode& root) {
  std::map<std::string, int> out;
  const auto enter = [&](const auto& again, const TreeNode& node) -> void {
    if (node.dead) return;
    if (node.kind == Kind::include || node.kind == Kind::redirect) {
      out.try_emplace(node.domain, node.lookups_behind - node.lookups);
    }
    for (const TreeNode& child : node.children) again(again, child);
  };
  enter(enter, root);
  return out;
}

class Foretelling {
 public:
  Foretelling(const ForecastRequest& request, const dns::Facts& facts, Policy policy, TreeNode tree)
      : domain_(request.domain),
        facts_(facts),
        policy_(std::move(policy)),
        tree_(std::move(tree)),
        asked_(asked_names(tree_, facts)) {}

  void look_at_servers(const ForecastRequest& request) {
    for (Omen& omen : server_omens(request)) omens_.push_back(std::move(omen));
  }
  void look_at_limits();
  void look_at_findings(const spf::Record& record, const std::vector<Finding>& findings);
  void look_at_growth(const dns::Facts& last);
  void look_at_size();

  std::vector<Omen> take() {
    omens_.resize(std::min(omens_.size(), kMostOmens));
    return std::move(omens_);
  }

 private:
  void add(std::string_view code, std::string message) {
    Omen omen{std::string(code), std::move(message)};
    if (std::ranges::find(omens_, omen) == omens_.end()) omens_.push_back(std::move(omen));
  }
  std::set<std::string> look_at_missing(const std::set<std::string>& told);
  const std::string& own_term(const AskedName& asked) const;

  const dns::Name& domain_;
  const dns::Facts& facts_;
  Policy policy_;
  TreeNode tree_;
  std::vector<AskedName> asked_;
  std::vector<Omen> omens_;
};

void Foretelling::look_at_limits() {
  const auto& [lookups, voids, octets] = policy_.cost;
  if (lookups >= kNearLookups && lookups <= kLimits.lookups) {
    add("lookups_near_limit",
        fmt::format("The SPF policy of {} takes {} of the {} lookups that receivers allow: an "
                    "include that grows by {} breaks it for everybody behind it. Take out what is "
                    "no longer needed, or list networks in the place of an include.",
                    domain_.text(), lookups, kLimits.lookups, kLimits.lookups + 1 - lookups));
  }
  if (voids == kNearVoids) {
    add("voids_near_limit",
        fmt::format("{} lookups of the SPF policy of {} find nothing, and receivers allow no more: "
                    "one more name that goes breaks it. Take out the terms whose names have no "
                    "records.",
                    voids, domain_.text()));
  }
}

/// The term of the policy's own record through which a name is come to.
const std::string& Foretelling::own_term(const AskedName& asked) const {
  if (asked.path.size() < 2) return asked.term;
  const auto first = std::ranges::find_if(asked_, [&](const AskedName& other) {
    return other.path.size() == 1 && other.question.type == RecordType::txt &&
           other.question.name.text() == asked.path[1];
  });
  return first == asked_.end() ? asked.term : first->term;
}

/// Includes of names that do not exist, but for those of terms of which that is told already.
std::set<std::string> Foretelling::look_at_missing(const std::set<std::string>& told) {
  std::set<std::string> terms = told;
  for (const AskedName& asked : asked_) {
    const bool leads_on = asked.kind == Kind::include || asked.kind == Kind::redirect;
    const Fact* txt = facts_.find(asked.question);
    if (!leads_on || txt == nullptr || txt->status != Fact::Status::no_such_name) continue;
    const std::string& term = own_term(asked);
    terms.insert(term);
    if (told.contains(term)) continue;
    add(kGone,
        fmt::format("{} does not exist: who passes by no term in front of it meets an error. "
                    "Remove the term {}.",
                    place_text(asked),
                    asked.path.size() < 2 ? fmt::format("`{}`", shown(term))
                                          : fmt::format("`{}`, or ask the owner of {} to",
                                                        shown(term), asked.path.back())));
  }
  return terms;
}

void Foretelling::look_at_findings(const spf::Record& record,
                                   const std::vector<Finding>& findings) {
  const auto term = [&](const Finding& finding) {
    return std::string(finding.span.in(record.text));
  };
  std::set<std::string> gone;
  for (const Finding& finding : findings) {
    if (finding.rule == &rule("dangling-include")) gone.insert(term(finding));
  }
  gone = look_at_missing(gone);
  for (const Sign& sign : kSigns) {
    for (const Finding& finding : findings) {
      if (finding.rule != sign.rule) continue;
      if (sign.code == kBroken && gone.contains(term(finding))) continue;
      add(sign.code, fmt::format("SPF of {}: {}{}{}", domain_.text(), finding.message,
                                 sign.mend.empty() ? "" : " ", sign.mend));
    }
  }
  const bool is_open = std::ranges::all_of(policy_.map.outcomes(), [](const auto& outcome) {
    return !outcome.dynamic && outcome.result == spf::Result::pass;
  });
  if (is_open && std::ranges::find(omens_, kOpen, &Omen::code) == omens_.end()) {
    add("policy_open", fmt::format("The SPF policy of {} passes every address: whoever likes may "
                                   "send in its name. End the record with `-all` or `~all`.",
                                   domain_.text()));
  }
}

/// Of an include that grew for one in it that did, the one in it is told of.
void Foretelling::look_at_growth(const dns::Facts& last) {
  if (last.empty()) return;
  const std::map<std::string, int> then = costs_of(known_policy(domain_, last, facts_).tree);
  const std::map<std::string, int> now = costs_of(tree_);
  std::vector<const AskedName*> grown;
  for (const AskedName& asked : asked_) {
    const auto before = then.find(asked.question.name.text());
    const auto after = now.find(asked.question.name.text());
    if (asked.question.type != RecordType::txt || asked.path.empty()) continue;
    if (before == then.end() || after == now.end() || after->second <= before->second) continue;
    grown.push_back(&asked);
  }
  for (const AskedName* asked : grown) {
    const std::string name = asked->question.name.text();
    const bool is_explained = std::ranges::any_of(grown, [&](const AskedName* other) {
      return std::ranges::find(other->path, name) != other->path.end();
    });
    if (is_explained) continue;
    add("include_grew",
        fmt::format("{} takes {} lookups now where it took {}, and the whole policy takes {} of "
                    "the {} that receivers allow. Ask its owner, or list networks in its place.",
                    place_text(*asked), now.at(name), then.at(name), policy_.cost.lookups,
                    kLimits.lookups));
  }
}

void Foretelling::look_at_size() {
  const Fact* txt = facts_.find({domain_, RecordType::txt});
  const std::size_t size = txt == nullptr ? 0 : answer_size(*txt);
  if (size < kNearAnswer) return;
  add(size > kSafeAnswer ? "answer_too_large" : "answer_near_limit",
      fmt::format("The {} TXT records of {} take {} octets in one answer, where {} cross every "
                  "path in one UDP packet. Take out those that nobody asks for any more.",
                  txt->records.size(), domain_.text(), size, kSafeAnswer));
}

}  // namespace

std::variant<std::vector<Omen>, spf::Questions> forecast(const ForecastRequest& request,
                                                         const dns::Facts& facts,
                                                         const dns::Facts& last) {
  auto policy = policy_of(request.domain, facts);
  if (auto* questions = std::get_if<spf::Questions>(&policy)) return std::move(*questions);
  const spf::KnownRecords known(facts);
  const spf::SelectedRecord* selected = known.find(request.domain.wire());
  const bool has_record =
      selected != nullptr && selected->status == spf::SelectedRecord::Status::found;
  std::vector<Finding> findings;
  if (has_record) {
    auto faults = tree_faults(request.domain, selected->record, facts);
    if (auto* questions = std::get_if<spf::Questions>(&faults)) return std::move(*questions);
    findings = std::get<std::vector<Finding>>(std::move(faults));
  }
  auto tree = uncounted_tree(request.domain, facts);  // asks nothing that the policy did not
  Foretelling out(request, facts, std::get<Policy>(std::move(policy)),
                  std::get<TreeNode>(std::move(tree)));
  out.look_at_servers(request);
  out.look_at_limits();
  if (has_record) out.look_at_findings(selected->record, findings);
  out.look_at_growth(last);
  out.look_at_size();
  return out.take();
}

}  // namespace mandate::advice
