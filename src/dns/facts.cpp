#include "mandate/dns/facts.h"

#include <algorithm>
#include <utility>

namespace mandate::dns {
namespace {

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
  if (facts_.empty()) return nullptr;
  const std::uint32_t number = slot(wire, type).number;
  return number == 0 ? nullptr : &facts_[number - 1].second;
}

const Facts::Slot& Facts::slot(std::string_view wire, RecordType type) const {
  const std::size_t hash = hash_of(wire, type);
  const auto tag = static_cast<std::uint32_t>(hash);
  const std::size_t mask = index_.size() - 1;
  for (std::size_t at = hash >> 32 & mask;; at = (at + 1) & mask) {
    const Slot& slot = index_[at];
    if (slot.number == 0) return slot;
    if (slot.tag != tag) continue;
    const Question& question = facts_[slot.number - 1].first;
    if (question.type == type && question.name.wire() == wire) return slot;
  }
}

void Facts::grow() {
  index_.assign(std::max<std::size_t>(16, index_.size() * 2), Slot());
  std::uint32_t number = 0;
  for (const auto& [question, fact] : facts_) {
    const std::size_t hash = hash_of(question.name.wire(), question.type);
    std::size_t at = hash >> 32 & (index_.size() - 1);
    while (index_[at].number != 0) at = (at + 1) & (index_.size() - 1);
    index_[at] = {static_cast<std::uint32_t>(hash), ++number};
  }
}

void Facts::add(Fact fact) {
  if (2 * (facts_.size() + 1) > index_.size()) grow();
  const Slot& found = slot(fact.question.name.wire(), fact.question.type);
  if (found.number != 0) {
    facts_[found.number - 1].second = std::move(fact);
    return;
  }
  const std::size_t hash = hash_of(fact.question.name.wire(), fact.question.type);
  index_[static_cast<std::size_t>(&found - index_.data())] = {
      static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(facts_.size() + 1)};
  Question question = fact.question;
  facts_.emplace_back(std::move(question), std::move(fact));
}

bool operator==(const Facts& a, const Facts& b) {
  return a.size() == b.size() && std::ranges::all_of(a.facts_, [&](const auto& entry) {
           const Fact* other = b.find(entry.first);
           return other != nullptr && *other == entry.second;
         });
}

}  // namespace mandate::dns
