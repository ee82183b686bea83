// A message accepted for sending, as it waits and as it ends.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mandate::registry {

enum class MessageState : std::uint8_t {
  queued,     ///< accepted and durable; due at `next_attempt_at`
  delivered,  ///< the relay took it
  bounced,    ///< the relay refused it for good (5yz)
  expired,    ///< the relay did not take it within the time given
  held,       ///< the gate no longer allowed it when it was due; as final as the others
};

std::string_view text(MessageState state);
std::optional<MessageState> parse_message_state(std::string_view text);

struct OutgoingMessage {
  std::string id;
  std::string account_id;
  std::string from;  ///< the sender address, which people see and the gate decides on
  std::string to;
  std::string subject;     ///< as given, for lists
  std::string message_id;  ///< stable over all attempts, with angle brackets
  std::string content;     ///< the composed message, CRLF line ends
  /// MAIL FROM of the last hand-over, and before the first as it would be (`envelope_sender`).
  std::string mail_from = {};
  MessageState state = MessageState::queued;
  int attempts = 0;
  std::chrono::sys_seconds created_at{};
  std::chrono::sys_seconds next_attempt_at{};        ///< while queued
  std::optional<std::chrono::sys_seconds> ended_at;  ///< once not queued
  int last_code = 0;       ///< the relay's last reply code; 0 when there was no reply
  std::string last_reply;  ///< its text, or why there was none
  friend bool operator==(const OutgoingMessage&, const OutgoingMessage&) = default;
};

}  // namespace mandate::registry
