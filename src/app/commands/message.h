// `mandate message`: what became of messages, through the API.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/api_session.h"

namespace mandate::app {

struct MessageOptions {
  ApiOptions api;
  std::string account;
  std::string id;
};

/// The fields of a message that are shown, in order.
const std::vector<std::string_view>& message_fields();

int message_list(const MessageOptions& options);
int message_show(const MessageOptions& options);

}  // namespace mandate::app
