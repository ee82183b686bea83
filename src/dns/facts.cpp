#include "mandate/dns/facts.h"

#include <algorithm>
#include <utility>

namespace mandate::dns {
namespace {

/// So many are looked through one by one, which takes less than an index.
constexpr std::size_t kFew = 4;

std::size_t hash_of(std::string_view wire, RecordType type) {
  return hash_of_wire(wire) + static_cast<std::size_t>(type) * 0x9e3779b97f4a7c15U;
}

}  // namespace

std::string text(const Question& question) {
  return question.name.text() + " " + text(question.type);
}

std::string_view text(Fact::Status status) {
  switch (status) {
    case Fact::Status::found:
      return "found";
    case Fact::Status::no_data:
      return "no_data";
    case Fact::Status::no_such_name:
      return "no_such_name";
    case Fact::Status::failed:
      return "failed";
  }
  return "failed";
}

const Fact* Facts::find(const Question& question) const {
  return find(question.name.wire(), question.type);
}

const Fact* Facts::find(std::string_view wire, RecordType type) const {
  const std::uint32_t number = number_of(wire, type);
  return number == 0 ? nullptr : &facts_[number - 1];
}

std::uint32_t Facts::number_of(std::string_view wire, RecordType type) const {
  const auto is_it = [&](std::uint32_t number) {
    const Question& question = facts_[number - 1].question;
    return question.type == type && question.name.wire() == wire;
  };
  if (facts_.size() > kFew) return index_.find(hash_of(wire, type), is_it);
  for (auto number = static_cast<std::uint32_t>(facts_.size()); number > 0; --number) {
    if (is_it(number)) return number;
  }
  return 0;
}

void Facts::add(Fact fact) {
  const Question& question = fact.question;
  if (const std::uint32_t number = number_of(question.name.wire(), question.type); number != 0) {
    facts_[number - 1] = std::move(fact);
    return;
  }
  facts_.push_back(std::move(fact));
  if (facts_.size() <= kFew) return;
  for (std::size_t at = facts_.size() == kFew + 1 ? 0 : facts_.size() - 1; at < facts_.size();
       ++at) {
    const Question& added = facts_[at].question;
    index_.add(hash_of(added.name.wire(), added.type), at + 1);
  }
}

void Facts::clear() {
  facts_.clear();
  index_.clear();
}

bool operator==(const Facts& a, const Facts& b) {
  return a.size() == b.size() && std::ranges::all_of(a.facts_, [&](const Fact& fact) {
           const Fact* other = b.find(fact.question);
           return other != nullptr && *other == fact;
         });
}

}  // namespace mandate::dns
