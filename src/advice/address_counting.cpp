#include "advice/address_counting.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/qualifier.h"
#include "advice/wide_limits.h"
#include "dns/printable.h"
#include "mandate/spf/known_records.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using Kind = TreeNode::Kind;

/// What receivers refuse of one mx counts for nobody, however much else a policy takes.
constexpr spf::Limits kCountingLimits{.lookups = kWideLimits.lookups + 1,
                                      .voids = kWideLimits.voids,
                                      .mx_names = spf::Limits{}.mx_names,
                                      .ptr_names = kWideLimits.ptr_names};
/// Of one term: a fraction of what a policy of its own is given, since there are many.
constexpr std::size_t kWorkOfTerm = std::size_t{1} << 22;
/// A policy that takes more lookups is far from what receivers read of it.
constexpr int kCountedLookups = 3 * spf::Limits{}.lookups;

/// A name as a domain-spec that expands to it (RFC 7208 section 7.1).
std::string domain_spec_of(const dns::Name& name) {
  std::string out;
  for (const std::string_view label : name.labels()) {
    out += out.empty() ? "" : ".";
    for (const char c : label) out += c == '%' ? "%%" : c == ' ' ? "%_" : std::string(1, c);
  }
  return out;
}

/// IPv6 networks that touch ::ffff:0:0/96 hold clients that are IPv4 (RFC 7208 section 5).
bool holds_mapped(const dns::Prefix& network) {
  static const dns::Prefix mapped = dns::Prefix::parse("::ffff:0:0/96").value();
  return network.contains(mapped.network()) || mapped.contains(network.network());
}

class AddressCounter {
 public:
  AddressCounter(const dns::Name& root, const dns::Facts& facts)
      : root_(root), facts_(facts), records_(facts) {}

  void count_root(TreeNode& node);
  void count_terms(TreeNode& node, const dns::Name& name);
  spf::Questions take_lacking() { return std::move(lacking_); }

 private:
  void count_term(TreeNode& node, const dns::Name& name);
  std::optional<spf::PolicyMap> compile(const spf::CompileOptions& options);
  void publish(const dns::Name& name, std::string text);
  void restore(const dns::Name& name);

  const dns::Name& root_;
  const dns::Facts& facts_;
  spf::KnownRecords records_;
  spf::Questions lacking_;
};

void AddressCounter::publish(const dns::Name& name, std::string text) {
  dns::Fact alone;
  alone.question = {name, RecordType::txt};
  alone.status = dns::Fact::Status::found;
  alone.records.emplace_back(dns::TxtData{{std::move(text)}});
  records_.add(alone);
}

void AddressCounter::restore(const dns::Name& name) {
  if (const dns::Fact* fact = facts_.find({name, RecordType::txt})) records_.add(*fact);
}

std::optional<spf::PolicyMap> AddressCounter::compile(const spf::CompileOptions& options) {
  auto compiled = spf::compile(domain_spec_of(root_), facts_, options);
  if (auto* map = std::get_if<spf::PolicyMap>(&compiled)) return std::move(*map);
  for (dns::Question& question : std::get<spf::Questions>(compiled)) {
    if (std::ranges::find(lacking_, question) == lacking_.end()) {
      lacking_.push_back(std::move(question));
    }
  }
  return std::nullopt;
}

void note(TreeNode& node, const spf::PolicyMap& map) {
  node.authorizes = map.count(spf::Result::pass);
  node.cut = map.is_cut();
  node.dynamic = map.is_dynamic() && !map.is_cut();
}

/// The whole policy, with the limits that receivers hold it to.
void AddressCounter::count_root(TreeNode& node) {
  const auto map = compile({.records = &records_});
  if (!map) return;
  note(node, *map);
  const auto outcomes = map->outcomes();
  const bool is_none = std::ranges::all_of(outcomes, [](const spf::PolicyMap::Outcome& outcome) {
    return !outcome.dynamic && outcome.result == spf::Result::none;
  });
  if (!is_none || outcomes.empty() || node.state != TreeNode::State::well) return;
  node.state = TreeNode::State::broken;
  node.problem = dns::printable(map->problem(outcomes.front()));
}

/// The addresses that a record of the term alone lets pass, where it stands: the root leads there,
/// since `%{o}` is the root.
void AddressCounter::count_term(TreeNode& node, const dns::Name& name) {
  if (node.network && !holds_mapped(*node.network)) {
    node.authorizes.add({node.network->network(), node.network->last()});
    return;
  }
  if (node.lookups > kCountedLookups) {
    node.cut = true;
    return;
  }
  std::string_view term = node.term;
  term.remove_prefix(qualifier_size(term));
  if (name != root_) publish(root_, "v=spf1 redirect=" + domain_spec_of(name));
  publish(name, fmt::format("v=spf1 {}", term));
  const auto map =
      compile({.limits = kCountingLimits, .records = &records_, .max_work = kWorkOfTerm});
  if (map) note(node, *map);
  restore(root_);
  restore(name);
}

void AddressCounter::count_terms(TreeNode& node, const dns::Name& name) {
  for (TreeNode& child : node.children) {
    if (child.dead || child.kind == Kind::all) continue;
    count_term(child, name);
    if (child.children.empty()) continue;
    if (const auto below = dns::Name::parse(child.domain)) count_terms(child, *below);
  }
}

}  // namespace

spf::Questions count_addresses(TreeNode& root, const dns::Facts& facts) {
  const auto name = dns::Name::parse(root.domain);
  if (!name) return {};
  AddressCounter counter(*name, facts);
  counter.count_root(root);
  counter.count_terms(root, *name);
  return counter.take_lacking();
}

}  // namespace mandate::advice
