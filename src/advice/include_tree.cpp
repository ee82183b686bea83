#include "advice/include_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/qualifier.h"
#include "advice/wide_limits.h"
#include "dns/printable.h"
#include "mandate/spf/known_records.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using spf::Directive;
using spf::Mechanism;
using spf::SelectedRecord;
using Kind = TreeNode::Kind;

Kind kind_of(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::all:
      return Kind::all;
    case Mechanism::include:
      return Kind::include;
    case Mechanism::a:
      return Kind::a;
    case Mechanism::mx:
      return Kind::mx;
    case Mechanism::ptr:
      return Kind::ptr;
    case Mechanism::exists:
      return Kind::exists;
    case Mechanism::ip4:
    case Mechanism::ip6:
      break;
  }
  return Kind::addresses;
}

std::string problem_of(const SelectedRecord& selected) {
  switch (selected.status) {
    case SelectedRecord::Status::found:
      return "";
    case SelectedRecord::Status::malformed:
      return fmt::format("the record cannot be read: {}", dns::printable(selected.error.message));
    case SelectedRecord::Status::several:
      return "there is more than one SPF record";
    case SelectedRecord::Status::none:
      return "there is no SPF record";
    case SelectedRecord::Status::no_such_name:
      return "the name does not exist";
    case SelectedRecord::Status::failed:
      return fmt::format("the record could not be looked up: {}", dns::printable(selected.detail));
  }
  return "";
}

/// Whether the authorized addresses are counted, which takes a policy map a term.
enum class Counting : std::uint8_t { costs, costs_and_addresses };

class TreeBuilder {
 public:
  TreeBuilder(const dns::Facts& facts, Counting counting)
      : facts_(facts), known_(facts), counting_(counting) {}

  std::variant<TreeNode, spf::Questions> run(const dns::Name& domain) {
    TreeNode root{.kind = Kind::domain, .term = domain.text(), .domain = domain.text()};
    enter(root, domain);
    if (counting_ == Counting::costs_and_addresses) count(root, domain, "redirect=" + root.domain);
    if (!lacking_.empty()) return std::move(lacking_);
    return root;
  }

 private:
  const dns::Fact* fact(const dns::Name& name, RecordType type);
  void enter(TreeNode& node, const dns::Name& name);
  void read(TreeNode& node, const dns::Name& name, const spf::Record& record);
  TreeNode term_node(const spf::Record& record, const Directive& directive, const dns::Name& name);
  void ask(TreeNode& node, const dns::Name& target);
  void ask_exchangers(TreeNode& node, const dns::Fact& mx);
  void follow(TreeNode& node, const spf::MacroString& spec);
  void count(TreeNode& node, const dns::Name& at, std::string_view term);
  int voids() const { return std::max(voids4_, voids6_); }

  const dns::Facts& facts_;
  const spf::KnownRecords known_;
  const Counting counting_;
  std::vector<dns::Name> path_;  // the domains that are being read
  spf::Questions lacking_;
  int lookups_ = 0;
  int voids4_ = 0;
  int voids6_ = 0;
};

const dns::Fact* TreeBuilder::fact(const dns::Name& name, RecordType type) {
  const dns::Question question{name, type};
  const dns::Fact* found = facts_.find(question);
  if (found == nullptr && std::ranges::find(lacking_, question) == lacking_.end()) {
    lacking_.push_back(question);
  }
  return found;
}

/// The addresses that a term matches at a domain: those that a record of it alone lets pass.
void TreeBuilder::count(TreeNode& node, const dns::Name& at, std::string_view term) {
  term.remove_prefix(qualifier_size(term));
  // A record of one redirect stands at a name of its own, since it leads to the real one.
  const bool redirects = node.kind == Kind::redirect || node.kind == Kind::domain;
  const dns::Name name = redirects ? dns::Name::parse("counting.invalid").value() : at;
  dns::Fact alone;
  alone.question = {name, RecordType::txt};
  alone.status = dns::Fact::Status::found;
  alone.records.emplace_back(dns::TxtData{{fmt::format("v=spf1 {}", term)}});
  spf::KnownRecords records = known_;
  records.add(alone);
  const auto compiled =
      spf::compile(name.text(), facts_, {.limits = kWideLimits, .records = &records});
  if (const auto* map = std::get_if<spf::PolicyMap>(&compiled)) {
    node.authorizes = map->count(spf::Result::pass);
    node.dynamic = map->is_dynamic();
    return;
  }
  for (const dns::Question& question : std::get<spf::Questions>(compiled)) {
    fact(question.name, question.type);
  }
}

/// Goes down into the record of a domain.
void TreeBuilder::enter(TreeNode& node, const dns::Name& name) {
  if (std::ranges::find(path_, name) != path_.end()) {
    node.problem = fmt::format("it leads back to {}", name.text());
    lookups_ = std::max(lookups_, spf::Limits{}.lookups + 1);  // which is where receivers give up
    return;
  }
  if (lookups_ > kWideLimits.lookups) {
    node.problem = fmt::format("not entered: more than {} lookups", kWideLimits.lookups);
    return;
  }
  if (fact(name, RecordType::txt) == nullptr) return;
  const SelectedRecord* selected = known_.find(name.wire());
  node.ttl = selected->ttl;
  node.problem = problem_of(*selected);
  if (selected->status != SelectedRecord::Status::found) return;
  node.record = selected->record.text;
  path_.push_back(name);
  read(node, name, selected->record);
  path_.pop_back();
}

void TreeBuilder::read(TreeNode& node, const dns::Name& name, const spf::Record& record) {
  bool dead = false;
  for (const Directive& directive : record.directives) {
    if (dead) {
      node.children.push_back({.kind = kind_of(directive.mechanism),
                               .term = std::string(directive.span.in(record.text)),
                               .lookups = lookups_,
                               .voids = voids(),
                               .dead = true});
      continue;
    }
    node.children.push_back(term_node(record, directive, name));
    dead = directive.mechanism == Mechanism::all;
  }
  if (!record.redirect) return;
  TreeNode redirect{.kind = Kind::redirect,
                    .term = std::string(record.redirect->span.in(record.text)),
                    .lookups = lookups_,
                    .voids = voids(),
                    .dead = dead};
  if (!dead) {
    ++lookups_;
    follow(redirect, record.redirect->value);
    redirect.lookups = lookups_;
    redirect.voids = voids();
    if (counting_ == Counting::costs_and_addresses) count(redirect, name, redirect.term);
  }
  node.children.push_back(std::move(redirect));
}

TreeNode TreeBuilder::term_node(const spf::Record& record, const Directive& directive,
                                const dns::Name& name) {
  TreeNode node{.kind = kind_of(directive.mechanism),
                .term = std::string(directive.span.in(record.text))};
  if (directive.asks_dns()) {
    ++lookups_;
    const spf::MacroString* spec = record.domain(directive);
    if (directive.mechanism == Mechanism::include) {
      follow(node, *spec);
    } else if (spec == nullptr) {
      ask(node, name);
    } else if (const auto target = dns::Name::parse(spf::without_final_dot(spec->text()));
               target && !spec->has_macros()) {
      ask(node, *target);
    }
  }
  node.lookups = lookups_;
  node.voids = voids();
  const bool counts = counting_ == Counting::costs_and_addresses && node.kind != Kind::all;
  if (counts) count(node, name, node.term);
  return node;
}

/// An include or redirect, of which macros may make the name.
void TreeBuilder::follow(TreeNode& node, const spf::MacroString& spec) {
  if (spec.has_macros()) return;
  const auto target = dns::Name::parse(spf::without_final_dot(spec.text()));
  if (!target) return;
  node.domain = target->text();
  enter(node, *target);
}

void TreeBuilder::ask(TreeNode& node, const dns::Name& target) {
  node.domain = target.text();
  const auto is_void = [](const dns::Fact* known) { return known != nullptr && known->is_void(); };
  if (node.kind == Kind::mx) {
    const dns::Fact* mx = fact(target, RecordType::mx);
    if (mx == nullptr) return;
    node.ttl = mx->ttl;
    voids4_ += is_void(mx) ? 1 : 0;
    voids6_ += is_void(mx) ? 1 : 0;
    if (is_void(mx)) node.problem = fmt::format("{} has no mail exchangers", node.domain);
    ask_exchangers(node, *mx);
  } else if (node.kind == Kind::a || node.kind == Kind::exists) {
    const dns::Fact* v4 = fact(target, RecordType::a);
    const dns::Fact* v6 = node.kind == Kind::a ? fact(target, RecordType::aaaa) : v4;
    if (v4 == nullptr || v6 == nullptr) return;
    node.ttl = v4->ttl;
    voids4_ += is_void(v4) ? 1 : 0;
    voids6_ += is_void(v6) ? 1 : 0;
    if (is_void(v4) && is_void(v6)) node.problem = fmt::format("{} has no addresses", node.domain);
  }
}

void TreeBuilder::ask_exchangers(TreeNode& node, const dns::Fact& mx) {
  constexpr spf::Limits kLimits;
  int exchangers = 0;
  for (const dns::RecordData& data : mx.records) {
    exchangers += std::holds_alternative<dns::MxData>(data) ? 1 : 0;
  }
  if (exchangers > kLimits.mx_names) {
    node.problem = fmt::format("{} has {} mail exchangers, {} are allowed", node.domain, exchangers,
                               kLimits.mx_names);
  }
}

}  // namespace

std::string_view text(TreeNode::Kind kind) {
  switch (kind) {
    case Kind::domain:
      return "domain";
    case Kind::include:
      return "include";
    case Kind::redirect:
      return "redirect";
    case Kind::a:
      return "a";
    case Kind::mx:
      return "mx";
    case Kind::ptr:
      return "ptr";
    case Kind::exists:
      return "exists";
    case Kind::addresses:
      return "addresses";
    case Kind::all:
      return "all";
  }
  return "all";
}

std::variant<TreeNode, spf::Questions> include_tree(const dns::Name& domain,
                                                    const dns::Facts& facts) {
  return TreeBuilder(facts, Counting::costs_and_addresses).run(domain);
}

std::variant<TreeCost, spf::Questions> tree_cost(const dns::Name& domain, const dns::Facts& facts) {
  auto tree = TreeBuilder(facts, Counting::costs).run(domain);
  if (auto* questions = std::get_if<spf::Questions>(&tree)) return std::move(*questions);
  TreeCost out;
  for (const TreeNode& child : std::get<TreeNode>(tree).children) {
    out.lookups = std::max(out.lookups, child.lookups);
    out.voids = std::max(out.voids, child.voids);
  }
  return out;
}

void mark_path(TreeNode& root, const spf::DecidingTerm& decided) {
  TreeNode* node = &root;
  node->taken = true;
  const auto step = [&](auto&& leads_there) {
    const auto next = std::ranges::find_if(node->children, leads_there);
    if (next == node->children.end()) return false;
    node = &*next;
    node->taken = true;
    return true;
  };
  for (std::size_t i = 1; i < decided.path.size(); ++i) {
    const bool found = step([&](const TreeNode& child) {
      const bool enters = child.kind == Kind::include || child.kind == Kind::redirect;
      return enters && !child.dead && child.domain == decided.path[i];
    });
    if (!found) return;
  }
  step([&](const TreeNode& child) { return !child.dead && child.term == decided.term(); });
}

}  // namespace mandate::advice
