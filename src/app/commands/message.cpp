#include "app/commands/message.h"

#include "app/commands/answer.h"

namespace mandate::app {
namespace {

std::string messages_path(const MessageOptions& options) {
  return "/v1/accounts/" + path_segment(options.account) + "/messages";
}

}  // namespace

const std::vector<std::string_view>& message_fields() {
  static const std::vector<std::string_view> fields = {
      "id",       "state",      "from",      "mail_from",  "to",
      "subject",  "message_id", "attempts",  "created_at", "next_attempt_at",
      "ended_at", "last_code",  "last_reply"};
  return fields;
}

int message_list(const MessageOptions& options) {
  return answer_list(options.api, messages_path(options), "id",
                     {"id", "state", "created_at", "from", "to", "subject"});
}

int message_show(const MessageOptions& options) {
  return answer_object(options.api, "GET", messages_path(options) + "/" + path_segment(options.id),
                       {}, message_fields());
}

}  // namespace mandate::app
