// Who calls: the bearer key of a request (RFC 6750), looked up in the store.
#pragma once

#include <expected>

#include "registry/api_key.h"
#include "web/api.h"
#include "web/http.h"

namespace mandate::web {

/// The caller's key. The error is the answer: 401 `key_missing` or `key_invalid` (malformed,
/// unknown or revoked: which of them is not said), with `WWW-Authenticate`; 503 when the store
/// does not answer. The key itself is compared by its hash alone and never logged.
std::expected<registry::ApiKey, Response> authenticate(const Services& services,
                                                       const Request& request);

}  // namespace mandate::web
