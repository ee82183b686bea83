// Composing a message (RFC 5322, RFC 2045 to 2047) from what a caller gives.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "registry/domain_name.h"

namespace mandate::mail {

/// UTF-8 throughout. At least one of `text` and `html`.
struct Draft {
  std::string from;       ///< one bare mailbox
  std::string from_name;  ///< display name, may be empty
  std::string to;         ///< one bare mailbox
  std::string subject;
  std::string text;
  std::string html;
};

/// `registry::InputError` with `field` set to the JSON pointer of the field at fault, as
/// `/subject`.
struct DraftError {
  std::string field;
  registry::InputError error;
};

/// Refuses what could not be composed safely: addresses that are not exactly one mailbox; control
/// characters (CR, LF, NUL, …) in any header field; a display name that could be taken for an
/// address; text that is not UTF-8; no body; a name or subject over 998 octets; a body over 1 MiB.
/// Codes: those of `registry::parse_mailbox`, `control_character`, `not_utf8`, `name_too_long`,
/// `display_name_is_address`, `subject_too_long`, `body_missing`, `body_too_large`. Thread-safe.
std::expected<void, DraftError> check(const Draft& draft);

/// The whole message with CRLF line ends and no line over 998 octets: From, To, Subject, Date,
/// Message-ID, MIME-Version; text/plain, text/html, or multipart/alternative of both; encoded words
/// where needed (RFC 2047); bodies quoted-printable or base64, so that no bare CR or LF and no
/// control octet passes on. Addresses are written normalised. `message_id` with angle brackets.
/// Throws `std::invalid_argument` for a draft that `check` refuses. Thread-safe.
std::string compose(const Draft& draft, const std::string& message_id,
                    std::chrono::sys_seconds date);

}  // namespace mandate::mail
