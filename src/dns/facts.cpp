#include "mandate/dns/facts.h"

#include <utility>

namespace mandate::dns {

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
  const auto found = facts_.find(Key{wire, type});
  return found == facts_.end() ? nullptr : &found->second;
}

void Facts::add(Fact fact) {
  Question question = fact.question;
  facts_.insert_or_assign(std::move(question), std::move(fact));
}

}  // namespace mandate::dns
