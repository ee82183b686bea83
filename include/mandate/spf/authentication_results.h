// The Authentication-Results header field (RFC 8601).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/header_field.h"

namespace mandate::spf {

/// What was authenticated, such as `smtp.mailfrom=a@example.com`.
struct AuthenticatedProperty {
  std::string type;  ///< `smtp`, `header`, `body`, `policy`
  std::string name;  ///< of the property, such as `mailfrom`
  std::string value;
  friend bool operator==(const AuthenticatedProperty&, const AuthenticatedProperty&) = default;
};

/// What one method came to.
struct AuthenticationResult {
  std::string method;  ///< `spf`, `dkim`, `dmarc`, …
  std::string result;  ///< of SPF as `text(Result)` gives it (RFC 8601 section 2.7.2)
  std::string reason;  ///< for people; may be empty
  std::vector<AuthenticatedProperty> properties;
  friend bool operator==(const AuthenticationResult&, const AuthenticationResult&) = default;
};

/// The field's content. A value type.
struct AuthenticationResults {
  std::string authserv_id;                    ///< who authenticated
  std::vector<AuthenticationResult> results;  ///< none: no authentication was done
  friend bool operator==(const AuthenticationResults&, const AuthenticationResults&) = default;
};

/// What an SPF check came to: `smtp.mailfrom`, or `smtp.helo` when the null sender was checked by
/// it (RFC 8601 section 2.7.2). The reason names the deciding term or the problem.
MANDATE_API AuthenticationResult authentication_result(const Request& request,
                                                       const Verdict& verdict);

/// The whole field with its name, folded, ended by CRLF. Nothing in it can begin another field: see
/// `text(const ReceivedSpf&, FieldText)`. A method, type or name that is no keyword is left out
/// with its result or property.
MANDATE_API std::string text(const AuthenticationResults& field, FieldText kind = FieldText::ascii);

/// Reads a whole field of any origin, folded or not. Versions of the field and of methods are read
/// over; a version of the field other than 1 is an error (RFC 8601 section 2.2).
MANDATE_API std::expected<AuthenticationResults, FieldError> parse_authentication_results(
    std::string_view field);

}  // namespace mandate::spf
