// The Received-SPF header field (RFC 7208 section 9.1).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mandate/api.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/header_field.h"

namespace mandate::spf {

/// The field's content. A value type.
struct MANDATE_API ReceivedSpf {
  Result result = Result::none;
  std::string comment;  ///< a sentence for people, without its parentheses
  /// Keys with their values, in order: client-ip, envelope-from, helo, identity, mechanism,
  /// problem, receiver, or others.
  std::vector<std::pair<std::string, std::string>> pairs;

  /// The first value of a key, in any case; null when it does not stand there.
  const std::string* find(std::string_view key) const;
  friend bool operator==(const ReceivedSpf&, const ReceivedSpf&) = default;
};

/// What a receiver tells of a check it made. `request.receiver` is its own name.
MANDATE_API ReceivedSpf received_spf(const Request& request, const Verdict& verdict);

/// The whole field with its name, folded, ended by CRLF. Nothing in it can begin another field: a
/// control character, and in an ASCII field every octet outside ASCII, is written as `\DDD`, and
/// long values are cut, as `dns::printable` does it.
MANDATE_API std::string text(const ReceivedSpf& field, FieldText kind = FieldText::ascii);

/// Reads a whole field of any origin, folded or not. The result is read without regard to case.
MANDATE_API std::expected<ReceivedSpf, FieldError> parse_received_spf(std::string_view field);

}  // namespace mandate::spf
