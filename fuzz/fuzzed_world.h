// check_host and compile over a fuzzed DNS, with what holds of every asking: no question twice, and
// no more of them than the limits allow.
#pragma once

#include "fuzzed_policy.h"
#include "require.h"

namespace mandate::fuzz {

class FuzzedWorld {
 public:
  explicit FuzzedWorld(const FuzzedPolicy& policy) : policy_(policy) {}

  spf::Verdict check(const spf::Request& request, spf::Options options = {}) {
    options.limits = policy_.limits();
    asked_ = 0;
    for (;;) {
      spf::Outcome outcome = spf::check_host(request, facts_, options);
      if (auto* verdict = std::get_if<spf::Verdict>(&outcome)) return std::move(*verdict);
      answer(std::get<spf::Questions>(outcome));
      require(asked_ <= most_questions());
    }
  }

  spf::PolicyMap compile(spf::CompileOptions options = {}) {
    options.limits = policy_.limits();
    for (;;) {
      auto outcome = spf::compile(policy_.domain(), facts_, options);
      if (auto* map = std::get_if<spf::PolicyMap>(&outcome)) return std::move(*map);
      answer(std::get<spf::Questions>(outcome));
    }
  }

  const dns::Facts& facts() const { return facts_; }
  void answer(const spf::Questions& questions) {
    require(!questions.empty());
    for (const dns::Question& question : questions) {
      require(facts_.find(question) == nullptr);
      facts_.add(policy_.answer(question));
      ++asked_;
    }
  }

 private:
  /// The record of the domain and its explanation; of each term that costs a lookup the name it
  /// looks up, and its hosts; the client's pointers, and theirs.
  std::size_t most_questions() const {
    const spf::Limits& limits = policy_.limits();
    return static_cast<std::size_t>(3 + limits.lookups * (1 + limits.mx_names) + 1 +
                                    limits.ptr_names);
  }

  const FuzzedPolicy& policy_;
  dns::Facts facts_;
  std::size_t asked_ = 0;
};

/// The same verdict but for what was not asked for.
inline bool same(const spf::Verdict& a, const spf::Verdict& b) {
  return a.result == b.result && a.domain == b.domain && a.decided_by == b.decided_by &&
         a.problem == b.problem && a.explanation == b.explanation && a.lookups == b.lookups &&
         a.voids == b.voids && a.ttl == b.ttl && a.dynamic == b.dynamic;
}

}  // namespace mandate::fuzz
