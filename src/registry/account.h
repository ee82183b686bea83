// An account: one customer of the provider.
#pragma once

#include <chrono>
#include <expected>
#include <string>
#include <string_view>

namespace mandate::registry {

struct Account {
  std::string id;    ///< chosen by the provider (a Partner ID, say) or generated
  std::string name;  ///< for people; may be empty
  std::chrono::sys_seconds created_at{};
  /// Names the account in the DNS: the label of its own include name, and what the TXT at
  /// `_mandate.<domain>` says. Unique; `[0-9a-v]`, at most 63. Not a secret: it is published.
  std::string token = {};
  friend bool operator==(const Account&, const Account&) = default;
};

/// Checks an id chosen by the provider: 1 to 64 of `A-Z a-z 0-9 . _ -`, not beginning with a dot
/// or a hyphen (ids stand in URLs and file names). Ids are compared with case. The error is a
/// sentence for a person.
std::expected<std::string, std::string> parse_account_id(std::string_view text);

/// 1 to 200 octets of UTF-8 without control characters; empty is allowed.
std::expected<std::string, std::string> parse_account_name(std::string_view text);

}  // namespace mandate::registry
