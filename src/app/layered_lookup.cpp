#include "app/layered_lookup.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace mandate::app {
namespace {

/// Asks those of the questions that `answer` leaves open, all at once, and puts each in its place.
template <class Answer>
std::vector<dns::Fact> answer_or_ask(std::span<const dns::Question> questions,
                                     resolver::Lookup& rest, resolver::Deadline deadline,
                                     Answer&& answer) {
  std::vector<dns::Fact> out(questions.size());
  std::vector<dns::Question> open;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < questions.size(); ++at) {
    auto answered = answer(questions[at]);  // a fact, or the question to ask instead
    if (auto* fact = std::get_if<dns::Fact>(&answered)) {
      out[at] = std::move(*fact);
    } else {
      open.push_back(std::get<dns::Question>(std::move(answered)));
      places.push_back(at);
    }
  }
  if (open.empty()) return out;
  std::vector<dns::Fact> learned = rest.ask(open, deadline);
  for (std::size_t at = 0; at < places.size(); ++at) {
    out[places[at]] = std::move(learned[at]);
    out[places[at]].question = questions[places[at]];
  }
  return out;
}

using Answered = std::variant<dns::Fact, dns::Question>;

bool is_below_any(const dns::Name& name, const std::vector<dns::Name>& ancestors) {
  return std::ranges::any_of(
      ancestors, [&](const dns::Name& ancestor) { return name.is_at_or_below(ancestor); });
}

}  // namespace

std::vector<dns::Fact> RememberingLookup::ask(std::span<const dns::Question> questions,
                                              resolver::Deadline deadline) {
  const std::scoped_lock lock(mutex_);
  auto facts =
      answer_or_ask(questions, lookup_, deadline, [&](const dns::Question& question) -> Answered {
        const dns::Fact* known = known_.find(question);
        if (known != nullptr) return *known;
        return question;
      });
  for (const dns::Fact& fact : facts) known_.add(fact);
  return facts;
}

std::vector<dns::Fact> AbsentName::ask(std::span<const dns::Question> questions,
                                       resolver::Deadline deadline) {
  return answer_or_ask(questions, rest_, deadline, [&](const dns::Question& question) -> Answered {
    if (!question.name.is_at_or_below(name_)) return question;
    dns::Fact absent;
    absent.question = question;
    absent.status = dns::Fact::Status::no_such_name;
    return absent;
  });
}

ZoneInFront::ZoneInFront(dns::ZoneData zone, resolver::Lookup& rest)
    : zone_(std::move(zone)), apexes_(zone_.owners(dns::RecordType::soa)), rest_(rest) {
  for (dns::Name& name : zone_.owners(dns::RecordType::ns)) {
    if (std::ranges::find(apexes_, name) == apexes_.end()) cuts_.push_back(std::move(name));
  }
}

bool ZoneInFront::answers(const dns::Name& name) const {
  if (!apexes_.empty()) return is_below_any(name, apexes_) && !is_below_any(name, cuts_);
  return zone_.lookup({name, dns::RecordType::txt}, {}).status != dns::Fact::Status::no_such_name;
}

dns::Name ZoneInFront::end_of_aliases(dns::Name name) const {
  constexpr int kMostAliases = 8;
  for (int hop = 0; hop < kMostAliases; ++hop) {
    const auto* alias = zone_.find({name, dns::RecordType::cname});
    if (alias == nullptr) break;
    name = std::get<dns::NameData>(alias->front().data).target;
  }
  return name;
}

std::vector<dns::Fact> ZoneInFront::ask(std::span<const dns::Question> questions,
                                        resolver::Deadline deadline) {
  return answer_or_ask(questions, rest_, deadline, [&](const dns::Question& question) -> Answered {
    dns::Question end{end_of_aliases(question.name), question.type};
    if (!answers(end.name)) return end;
    return zone_.lookup(question, {});
  });
}

}  // namespace mandate::app
