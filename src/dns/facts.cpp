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
  const std::uint32_t number = number_of(wire, type);
  return number == 0 ? nullptr : &facts_[number - 1];
}

std::uint32_t Facts::number_of(std::string_view wire, RecordType type) const {
  return index_.find(hash_of(wire, type), [&](std::uint32_t number) {
    const Question& question = facts_[number - 1].question;
    return question.type == type && question.name.wire() == wire;
  });
}

void Facts::add(Fact fact) {
  const Question& question = fact.question;
  if (const std::uint32_t number = number_of(question.name.wire(), question.type); number != 0) {
    facts_[number - 1] = std::move(fact);
    return;
  }
  index_.add(hash_of(question.name.wire(), question.type), facts_.size() + 1);
  facts_.push_back(std::move(fact));
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
