// Octets as a DNS message. What decodes must survive the round trips that evidence relies on.
#include "dns/message_view.h"

#include <string_view>

#include "require.h"

namespace {

using namespace mandate::dns;
using mandate::fuzz::require;

void check_text(const Record& record) {
  const auto data = parse_record_data(record.type, text(record.data));
  require(data.has_value() && *data == record.data);
  const auto owner = Name::parse(record.owner.text());
  require(owner.has_value() && *owner == record.owner);
}

void check_sections(const Message& message, const Message& again) {
  require(again.questions == message.questions && again.answers == message.answers &&
          again.authority == message.authority && again.additional == message.additional);
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Record& record : *section) check_text(record);
  }
}

/// Held either way a message says the same.
void check_in_place(std::string_view bytes, const Message& message, const Question& question) {
  MessageView view;
  require(read_message(bytes, view).has_value());
  Fact in_place = answer_in(view, question, {}, "192.0.2.53:53");
  in_place.question = question;
  require(in_place == fact_from(message, question, {}, "192.0.2.53:53"));
  for (std::size_t i = 0; i < message.answers.size(); ++i) {
    require(view.answers[i].owner == message.answers[i].owner);
    require((view.answers[i].owner == question.name) ==
            (message.answers[i].owner == question.name));
  }
}

void check_fact(const Message& message, const Question& question) {
  const Fact fact = fact_from(message, question, {}, "192.0.2.53:53");
  require(fact.question == question);
  require((fact.status == Fact::Status::found) == !fact.records.empty());
  require((fact.status == Fact::Status::failed) == !fact.detail.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = mandate::fuzz::octets(data, size);
  const auto message = decode(bytes);
  if (!message) {
    require(!message.error().empty());
    return 0;
  }
  const auto again = decode(encode(*message));
  require(again.has_value());
  check_sections(*message, *again);
  for (const Question& question : message->questions) {
    check_fact(*message, question);
    check_in_place(bytes, *message, question);
  }
  for (const Record& record : message->answers) {
    check_fact(*message, {record.owner, RecordType::txt});
    check_in_place(bytes, *message, {record.owner, RecordType::txt});
  }
  return 0;
}
