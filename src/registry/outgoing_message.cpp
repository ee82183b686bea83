#include "registry/outgoing_message.h"

#include <array>

namespace mandate::registry {
namespace {

constexpr std::array kStates = {MessageState::queued, MessageState::delivered,
                                MessageState::bounced, MessageState::expired, MessageState::held};

}  // namespace

std::string_view text(MessageState state) {
  switch (state) {
    case MessageState::queued:
      return "queued";
    case MessageState::delivered:
      return "delivered";
    case MessageState::bounced:
      return "bounced";
    case MessageState::expired:
      return "expired";
    case MessageState::held:
      return "held";
  }
  return "unknown";
}

std::optional<MessageState> parse_message_state(std::string_view name) {
  for (const MessageState state : kStates) {
    if (text(state) == name) return state;
  }
  return std::nullopt;
}

}  // namespace mandate::registry
