#include "advice/asked_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "advice/shown.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using Kind = TreeNode::Kind;

constexpr std::size_t kMostExchangers = 10;  // RFC 7208 section 4.6.4

class Walk {
 public:
  explicit Walk(const dns::Facts& facts) : facts_(facts) {}

  void enter(const TreeNode& node);
  std::vector<AskedName> take() { return std::move(out_); }

 private:
  void add(const TreeNode& node, const dns::Name& name, RecordType type);
  void add_hosts(const TreeNode& node, const dns::Name& name);
  void add_exchangers(const TreeNode& node, const dns::Name& name);

  const dns::Facts& facts_;
  std::vector<std::string> path_;
  std::set<dns::Question> seen_;
  std::vector<AskedName> out_;
};

void Walk::enter(const TreeNode& node) {
  if (node.dead || node.domain.empty()) return;
  const auto name = dns::Name::parse(node.domain);
  if (!name) return;
  switch (node.kind) {
    case Kind::domain:
    case Kind::include:
    case Kind::redirect:
      add(node, *name, RecordType::txt);
      path_.push_back(node.domain);
      for (const TreeNode& child : node.children) enter(child);
      path_.pop_back();
      break;
    case Kind::a:
      add_hosts(node, *name);
      break;
    case Kind::mx:
      add(node, *name, RecordType::mx);
      add_exchangers(node, *name);
      break;
    case Kind::exists:
      add(node, *name, RecordType::a);
      break;
    case Kind::ptr:  // asks for the client's name
    case Kind::addresses:
    case Kind::all:
      break;
  }
}

void Walk::add(const TreeNode& node, const dns::Name& name, RecordType type) {
  dns::Question question{name, type};
  if (!seen_.insert(question).second) return;
  const bool is_own = node.kind == Kind::domain;
  out_.push_back({std::move(question), path_, node.kind, is_own ? std::string() : node.term});
}

void Walk::add_hosts(const TreeNode& node, const dns::Name& name) {
  add(node, name, RecordType::a);
  add(node, name, RecordType::aaaa);
}

void Walk::add_exchangers(const TreeNode& node, const dns::Name& name) {
  const dns::Fact* mx = facts_.find({name, RecordType::mx});
  if (mx == nullptr) return;
  std::size_t count = 0;
  for (const dns::RecordData& data : mx->records) {
    const auto* held = std::get_if<dns::MxData>(&data);
    if (held != nullptr && count++ < kMostExchangers) add_hosts(node, held->exchange);
  }
}

bool leads_on(Kind kind) {
  return kind == Kind::include || kind == Kind::redirect;
}

}  // namespace

std::vector<AskedName> asked_names(const TreeNode& root, const dns::Facts& facts) {
  Walk walk(facts);
  walk.enter(root);
  return walk.take();
}

std::vector<std::string> policy_answer(const dns::Fact& fact) {
  std::vector<std::string> out;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* mx = std::get_if<dns::MxData>(&data)) {
      out.push_back(mx->exchange.text());  // whatever its preference
    } else if (const auto* txt = std::get_if<dns::TxtData>(&data); txt == nullptr) {
      out.push_back(dns::text(data));
    } else if (std::string joined = txt->joined(); spf::is_spf_record(joined)) {
      out.push_back(std::move(joined));
    }
  }
  std::ranges::sort(out);
  return out;
}

std::string place_text(const AskedName& asked) {
  const std::string name = asked.question.name.text();
  if (asked.path.empty() || name == asked.path.front()) return name;
  const std::string& own = asked.path.front();
  std::string out =
      asked.kind == Kind::redirect
          ? fmt::format("{}, to which {} redirects", name, own)
          : fmt::format("{}, which {} {}", name, own, leads_on(asked.kind) ? "includes" : "names");
  if (asked.path.size() > 1) {
    out += " by way of " + listed({asked.path.begin() + 1, asked.path.end()});
  }
  if (!leads_on(asked.kind)) out += fmt::format(" with `{}`", shown(asked.term));
  return out + ",";
}

std::string listed(const std::vector<std::string>& texts) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool is_last = i + 1 == texts.size();
    out += fmt::format("{}{}", i == 0 ? "" : is_last ? " and " : ", ", texts[i]);
  }
  return out;
}

}  // namespace mandate::advice
