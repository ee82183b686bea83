// Rows for the tests of a store.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "store/store.h"

namespace mandate::store {

inline std::chrono::sys_seconds at(int seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

/// What the tests change things for.
inline const registry::Cause& cause() {
  static const registry::Cause cause{.actor = "key:test", .at = at(7)};
  return cause;
}

/// A pending domain of account 4321.
inline registry::SendingDomain domain(std::string_view name) {
  registry::SendingDomain out;
  out.account_id = "4321";
  out.domain = dns::Name::parse(name).value();
  out.created_at = out.status_since = at(100);
  return out;
}

/// A queued message of account 4321.
inline registry::OutgoingMessage message(const std::string& id, int due) {
  registry::OutgoingMessage out;
  out.id = id;
  out.account_id = "4321";
  out.from = "news@customer.example";
  out.to = "reader@receiver.example";
  out.content = "Subject: x\r\n\r\nbody\r\n";
  out.message_id = "<" + id + "@customer.example>";
  out.created_at = at(due);
  out.next_attempt_at = at(due);
  return out;
}

}  // namespace mandate::store
