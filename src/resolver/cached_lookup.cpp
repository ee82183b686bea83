#include "resolver/cached_lookup.h"

#include <utility>

namespace mandate::resolver {

std::vector<dns::Fact> CachedLookup::ask(std::span<const dns::Question> questions,
                                         Deadline deadline) {
  std::vector<dns::Fact> facts(questions.size());
  std::vector<dns::Question> unknown;
  std::vector<dns::Fact*> places;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    if (auto fact = cache_.find(questions[i])) {
      facts[i] = std::move(*fact);
    } else {
      unknown.push_back(questions[i]);
      places.push_back(&facts[i]);
    }
  }
  if (unknown.empty()) return facts;
  std::vector<dns::Fact> learned = learn(unknown, deadline);
  for (std::size_t i = 0; i < places.size(); ++i) *places[i] = std::move(learned[i]);
  return facts;
}

std::vector<dns::Fact> CachedLookup::learn(std::span<const dns::Question> questions,
                                           Deadline deadline) {
  const FactCache::Asking asking{cache_.now(), deadline};
  std::vector<dns::Fact> facts = source_.ask(questions, deadline);
  for (dns::Fact& fact : facts) cache_.keep(fact, asking);
  return facts;
}

std::vector<MaybeStale> CachedLookup::ask_or_stale(std::span<const dns::Question> questions,
                                                   Deadline deadline) {
  std::vector<MaybeStale> answers;
  answers.reserve(questions.size());
  for (dns::Fact& fact : ask(questions, deadline)) {
    std::optional<MaybeStale> old;
    if (fact.status == dns::Fact::Status::failed) old = cache_.stale(fact.question);
    answers.push_back(old ? std::move(*old) : MaybeStale{.fact = std::move(fact)});
  }
  return answers;
}

}  // namespace mandate::resolver
