#include "advice/include_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/address_counting.h"
#include "advice/wide_limits.h"
#include "dns/printable.h"
#include "dns/wire_name.h"
#include "mandate/spf/known_records.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using spf::Directive;
using spf::Mechanism;
using spf::SelectedRecord;
using Kind = TreeNode::Kind;
using State = TreeNode::State;

constexpr spf::Limits kLimits;
constexpr std::size_t kMostTerms = 10'000;

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

bool leads_on(Kind kind) {
  return kind == Kind::include || kind == Kind::redirect;
}

/// Says what is wrong with a node, beside what was said before.
void object(TreeNode& node, State state, std::string_view problem) {
  node.state = std::max(node.state, state);
  node.problem += fmt::format("{}{}", node.problem.empty() ? "" : "; ", problem);
}

void object_to_failure(TreeNode& node, const dns::Fact& fact) {
  object(node, State::unknown,
         fmt::format("{} could not be looked up: {}", dns::text(fact.question),
                     dns::printable(fact.detail)));
}

void object_to_selection(TreeNode& node, const SelectedRecord& selected) {
  switch (selected.status) {
    case SelectedRecord::Status::found:
      return;
    case SelectedRecord::Status::malformed:
      return object(
          node, State::broken,
          fmt::format("its record cannot be read: {}", dns::printable(selected.error.message)));
    case SelectedRecord::Status::several:
      return object(node, State::broken,
                    fmt::format("{} has more than one SPF record; keep one", node.domain));
    case SelectedRecord::Status::none:
      return object(node, State::broken, fmt::format("{} has no SPF record", node.domain));
    case SelectedRecord::Status::no_such_name:
      return object(node, State::broken, fmt::format("{} does not exist", node.domain));
    case SelectedRecord::Status::failed:
      return object(node, State::unknown,
                    fmt::format("{} TXT could not be looked up: {}", node.domain,
                                dns::printable(selected.detail)));
  }
}

/// What stands between the dots, as a macro has it.
std::string octets_of(const dns::Name& name) {
  std::string out;
  for (const std::string_view label : name.labels()) {
    out += fmt::format("{}{}", out.empty() ? "" : ".", label);
  }
  return out;
}

class TreeBuilder {
 public:
  TreeBuilder(const dns::Name& root, const dns::Facts& facts)
      : facts_(facts), known_(facts), root_(root) {}

  std::variant<TreeNode, spf::Questions> run() {
    TreeNode root{.kind = Kind::domain, .term = root_.text(), .domain = root_.text()};
    enter(root, root_);
    if (!lacking_.empty()) return std::move(lacking_);
    return root;
  }

 private:
  const dns::Fact* fact(const dns::Name& name, RecordType type);
  void enter(TreeNode& node, const dns::Name& name);
  void read(TreeNode& node, const dns::Name& name, const spf::Record& record);
  void read_redirect(TreeNode& node, const dns::Name& name, const spf::Record& record, bool dead);
  TreeNode term_node(const spf::Record& record, const Directive& directive, const dns::Name& name);
  void spend_lookups(TreeNode& node, int lookups);
  void spend_voids(TreeNode& node, bool v4, bool v6);
  std::optional<dns::Name> target(TreeNode& node, const spf::MacroString& spec,
                                  const dns::Name& name) const;
  void ask(TreeNode& node, const dns::Name& target);
  void ask_addresses(TreeNode& node, const dns::Name& host);
  void ask_exchangers(TreeNode& node, const dns::Name& name);
  /// Whether a term is kept: only so many are, and beyond the wide limits nothing is asked.
  bool has_room(bool asks_dns) {
    return asks_dns ? lookups_ < kWideLimits.lookups : terms_++ < kMostTerms;
  }
  void leave(TreeNode& node) const {
    node.lookups_behind = lookups_;
    node.voids_behind = std::max(voids4_, voids6_);
  }

  const dns::Facts& facts_;
  const spf::KnownRecords known_;
  const dns::Name& root_;
  std::vector<dns::Name> path_;  // the domains that are being read
  spf::Questions lacking_;
  std::size_t terms_ = 0;
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

/// Goes down into the record of a domain.
void TreeBuilder::enter(TreeNode& node, const dns::Name& name) {
  if (std::ranges::find(path_, name) != path_.end()) {
    object(node, State::broken, fmt::format("it leads back to {}", node.domain));
    lookups_ = std::max(lookups_, kLimits.lookups + 1);  // which is where receivers give up
    return leave(node);
  }
  // RFC 7208 section 4.3: a name of a single label is not asked.
  if (name.labels().size() < 2) {
    object(node, State::broken, fmt::format("{} is no domain of two labels or more", node.domain));
    return leave(node);
  }
  if (fact(name, RecordType::txt) == nullptr) return;
  const SelectedRecord* selected = known_.find(name.wire());
  node.ttl = selected->ttl;
  object_to_selection(node, *selected);
  const bool is_read = selected->status == SelectedRecord::Status::found;
  if (is_read || selected->status == SelectedRecord::Status::malformed) {
    node.record = selected->record.text;
  }
  path_.push_back(name);
  if (is_read) read(node, name, selected->record);
  path_.pop_back();
  leave(node);
}

void TreeBuilder::read(TreeNode& node, const dns::Name& name, const spf::Record& record) {
  bool dead = false;
  for (const Directive& directive : record.directives) {
    if (!has_room(directive.asks_dns() && !dead)) {
      ++node.terms_left_out;
      continue;
    }
    if (dead) {
      node.children.push_back({.kind = kind_of(directive.mechanism),
                               .term = std::string(directive.span.in(record.text)),
                               .result = directive.qualifier,
                               .lookups = lookups_,
                               .dead = true});
      leave(node.children.back());
      continue;
    }
    node.children.push_back(term_node(record, directive, name));
    dead = directive.mechanism == Mechanism::all;
  }
  if (record.redirect) read_redirect(node, name, record, dead);
}

/// RFC 7208 section 6.1: beside `all`, wherever it stands, a redirect is not read.
void TreeBuilder::read_redirect(TreeNode& node, const dns::Name& name, const spf::Record& record,
                                bool dead) {
  if (!has_room(!dead)) {
    ++node.terms_left_out;
    return;
  }
  TreeNode redirect{.kind = Kind::redirect,
                    .term = std::string(record.redirect->span.in(record.text)),
                    .lookups = lookups_,
                    .dead = dead};
  if (!dead) {
    const spf::MacroString& spec = record.redirect->value;
    spend_lookups(redirect, spec.uses('p') ? 2 : 1);
    if (const auto to = target(redirect, spec, name)) ask(redirect, *to);
  }
  leave(redirect);
  node.children.push_back(std::move(redirect));
}

TreeNode TreeBuilder::term_node(const spf::Record& record, const Directive& directive,
                                const dns::Name& name) {
  TreeNode node{.kind = kind_of(directive.mechanism),
                .term = std::string(directive.span.in(record.text)),
                .result = directive.qualifier,
                .lookups = lookups_};
  if (node.kind == Kind::addresses) node.network = directive.network;
  if (directive.asks_dns()) {
    const spf::MacroString* spec = record.domain(directive);
    // What `%{p}` looks up counts as one more term does, since it costs the DNS what ptr does.
    spend_lookups(node, spec != nullptr && spec->uses('p') ? 2 : 1);
    const auto asked = spec == nullptr ? std::optional(name) : target(node, *spec, name);
    if (asked) ask(node, *asked);
  }
  leave(node);
  return node;
}

/// RFC 7208 section 4.6.4. Only the node that goes over the limit is told of it.
void TreeBuilder::spend_lookups(TreeNode& node, int lookups) {
  const bool was_within = lookups_ <= kLimits.lookups;
  lookups_ += lookups;
  node.lookups = lookups_;
  if (!was_within || lookups_ <= kLimits.lookups) return;
  object(node, State::broken,
         fmt::format("a lookup more than the {} allowed: receivers give up here", kLimits.lookups));
}

/// Likewise the void lookups of clients of each family.
void TreeBuilder::spend_voids(TreeNode& node, bool v4, bool v6) {
  const bool was_within = std::max(voids4_, voids6_) <= kLimits.voids;
  voids4_ += v4 ? 1 : 0;
  voids6_ += v6 ? 1 : 0;
  node.is_void = v4 || v6;
  const bool over4 = voids4_ > kLimits.voids;
  const bool over6 = voids6_ > kLimits.voids;
  if (!was_within || (!over4 && !over6)) return;
  object(
      node, State::broken,
      fmt::format("a void lookup more than the {} allowed: receivers give up here{}", kLimits.voids,
                  over4 && over6 ? ""
                  : over4        ? " on IPv4"
                                 : " on IPv6"));
}

/// The name that a term asks; nothing where it depends on the sender, the address or its family,
/// or where nothing can be asked.
std::optional<dns::Name> TreeBuilder::target(TreeNode& node, const spf::MacroString& spec,
                                             const dns::Name& name) const {
  if (spec.uses_any_of("lshipv")) {
    node.dynamic = true;
    return std::nullopt;
  }
  const spf::MacroValues values{.sender_domain = octets_of(root_), .domain = octets_of(name)};
  dns::WireName wire;
  if (wire.assign(spf::truncate_domain(spf::expand(spec, values)))) {
    const dns::Name found = wire.name();
    node.domain = found.text();
    return found;
  }
  // Of an include that is an error, of others no match (RFC 7208 section 4.8).
  object(node, leads_on(node.kind) ? State::broken : State::empty, "it names no legal domain");
  return std::nullopt;
}

void TreeBuilder::ask(TreeNode& node, const dns::Name& target) {
  node.domain = target.text();
  if (leads_on(node.kind)) enter(node, target);
  if (node.kind == Kind::mx) ask_exchangers(node, target);
  if (node.kind == Kind::a || node.kind == Kind::exists) ask_addresses(node, target);
}

void TreeBuilder::ask_addresses(TreeNode& node, const dns::Name& host) {
  const dns::Fact* v4 = fact(host, RecordType::a);
  // RFC 7208 section 5.7: exists asks for A, whatever the client's family.
  const dns::Fact* v6 = node.kind == Kind::a ? fact(host, RecordType::aaaa) : v4;
  if (v4 == nullptr || v6 == nullptr) return;
  node.ttl = std::min(v4->ttl, v6->ttl);
  if (v4->status == dns::Fact::Status::failed) object_to_failure(node, *v4);
  if (v6 != v4 && v6->status == dns::Fact::Status::failed) object_to_failure(node, *v6);
  if (v4->is_void() && v6->is_void()) {
    object(node, State::empty,
           fmt::format("{} has no {}", node.domain, v4 == v6 ? "A record" : "addresses"));
  }
  spend_voids(node, v4->is_void(), v6->is_void());
}

void TreeBuilder::ask_exchangers(TreeNode& node, const dns::Name& name) {
  const dns::Fact* mx = fact(name, RecordType::mx);
  if (mx == nullptr) return;
  node.ttl = mx->ttl;
  if (mx->status == dns::Fact::Status::failed) object_to_failure(node, *mx);
  if (mx->is_void()) {
    object(node, State::empty, fmt::format("{} has no mail exchangers", node.domain));
    return spend_voids(node, true, true);
  }
  const auto exchangers = std::ranges::count_if(mx->records, [](const dns::RecordData& data) {
    return std::holds_alternative<dns::MxData>(data);
  });
  if (exchangers <= kLimits.mx_names) return;
  object(node, State::broken,
         fmt::format("{} has {} mail exchangers; {} are allowed", node.domain, exchangers,
                     kLimits.mx_names));
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

std::string_view text(TreeNode::State state) {
  switch (state) {
    case State::well:
      return "well";
    case State::empty:
      return "empty";
    case State::unknown:
      return "unknown";
    case State::broken:
      return "broken";
  }
  return "broken";
}

bool TreeNode::costs_lookup() const {
  return !dead && kind != Kind::domain && kind != Kind::addresses && kind != Kind::all;
}

std::variant<TreeNode, spf::Questions> uncounted_tree(const dns::Name& domain,
                                                      const dns::Facts& facts) {
  return TreeBuilder(domain, facts).run();
}

std::variant<TreeNode, spf::Questions> include_tree(const dns::Name& domain,
                                                    const dns::Facts& facts) {
  auto tree = uncounted_tree(domain, facts);
  if (auto* root = std::get_if<TreeNode>(&tree)) {
    if (spf::Questions lacking = count_addresses(*root, facts); !lacking.empty()) return lacking;
  }
  return tree;
}

std::variant<TreeCost, spf::Questions> tree_cost(const dns::Name& domain, const dns::Facts& facts) {
  auto tree = uncounted_tree(domain, facts);
  if (auto* questions = std::get_if<spf::Questions>(&tree)) return std::move(*questions);
  const TreeNode& root = std::get<TreeNode>(tree);
  return TreeCost{root.lookups_behind, root.voids_behind};
}

TreeNode::State worst_state(const TreeNode& root) {
  State worst = root.dead ? State::well : root.state;
  for (const TreeNode& child : root.children) worst = std::max(worst, worst_state(child));
  return worst;
}

}  // namespace mandate::advice
