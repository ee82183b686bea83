// The names that a policy asks the DNS for, and the way that leads to each.
#pragma once

#include <string>
#include <vector>

#include "advice/include_tree.h"
#include "mandate/dns/facts.h"

namespace mandate::advice {

struct AskedName {
  dns::Question question;
  /// The domains through whose records it is come to, that of the policy first; empty of its own
  /// record.
  std::vector<std::string> path;
  TreeNode::Kind kind = TreeNode::Kind::domain;  ///< of the term that asks for it
  std::string term;                              ///< as written; of the own record empty
};

/// Each question once, with the first way that leads to it, in the order of the terms. What the
/// sender makes, and what is never read, is left out. The facts are those of the tree.
std::vector<AskedName> asked_names(const TreeNode& root, const dns::Facts& facts);

/// What a policy reads in an answer: of TXT the SPF records, of MX the hosts, of others the
/// addresses; sorted.
std::vector<std::string> policy_answer(const dns::Fact& fact);

/// The name and whose it is, as the subject of a sentence: `customer.example`;
/// `q.example, which customer.example includes by way of p.example,`;
/// `mail.example, which customer.example names with 'a:mail.example',`.
std::string place_text(const AskedName& asked);

/// Texts as a sentence has them: `a, b and c`.
std::string listed(const std::vector<std::string>& texts);

}  // namespace mandate::advice
