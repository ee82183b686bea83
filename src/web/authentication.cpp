#include "web/authentication.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "web/bearer.h"
#include "web/call.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

Response unauthorized(std::string_view code, std::string_view detail, std::string challenge) {
  Response response = problem(401, code, detail);
  response.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  return response;
}

Response key_missing() {
  return unauthorized("key_missing", "The call has no key: send `Authorization: Bearer mk_...`.",
                      "Bearer realm=\"mandate\"");
}

// RFC 6750 section 3.1.
Response key_invalid() {
  return unauthorized("key_invalid", "The key is not one that is in force: use one that is.",
                      "Bearer realm=\"mandate\", error=\"invalid_token\"");
}

// The key in `Bearer KEY`; the scheme's case does not matter (RFC 9110 section 11.1).
std::string_view key_in(std::string_view credentials) {
  constexpr std::string_view kScheme = "bearer ";
  const auto same = [](char given, char expected) {
    return (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given) ==
           expected;
  };
  if (credentials.size() < kScheme.size() ||
      !std::ranges::equal(credentials.substr(0, kScheme.size()), kScheme, same)) {
    return {};
  }
  credentials.remove_prefix(kScheme.size());
  credentials.remove_prefix(std::min(credentials.find_first_not_of(' '), credentials.size()));
  return credentials;
}

}  // namespace

std::expected<registry::ApiKey, Response> authenticate(const Services& services,
                                                       const Request& request) {
  const auto credentials = request.headers.find("authorization");
  if (credentials == request.headers.end()) return std::unexpected(key_missing());
  const std::string_view key = key_in(credentials->second);
  if (!is_bearer_key(key)) return std::unexpected(key_invalid());
  auto found = services.store.key_by_hash(hash_bearer_key(key));
  if (!found) return std::unexpected(store_problem(services, found.error()));
  if (!*found || (*found)->revoked_at) return std::unexpected(key_invalid());
  return std::move(**found);
}

}  // namespace mandate::web
