// How the mail of a domain is to be sent, as a caller asks: the fields `mode` and `return_path`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "registry/provider.h"
#include "registry/return_path.h"
#include "web/json_body.h"

namespace mandate::web {

/// The fields as they are written.
struct EnvelopeFields {
  std::optional<std::string> mode;
  std::optional<std::string> return_path;
};

EnvelopeFields envelope_fields(JsonBody& body);

/// What the fields ask for `domain`; nothing when they ask nothing, or what is wrong with them was
/// added to `errors`: `mode_unknown`, `mode_unavailable` (the provider takes no bounces),
/// `mode_missing` (a return path without its mode), and the codes of `parse_return_path`.
std::optional<registry::Envelope> asked_envelope(const EnvelopeFields& fields,
                                                 const dns::Name& domain,
                                                 const registry::Provider& provider,
                                                 std::vector<FieldError>& errors);

}  // namespace mandate::web
