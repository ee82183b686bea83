// A route: which call a method and a path are, and who may make it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "web/call.h"
#include "web/http.h"

namespace mandate::web {

enum class Access : std::uint8_t {
  anyone,    ///< no key
  provider,  ///< the provider's key
  any_key,   ///< a key, whose owner is shown what is its own: everything to the provider's
  account,   ///< the provider's key, or that of the account that the path names first
};

enum class Query : std::uint8_t {
  none,  ///< no parameter
  page,  ///< `limit` and `after`
};

enum class Body : std::uint8_t {
  none,    ///< empty, or an object without fields
  fields,  ///< read by the handler
};

struct Route {
  std::string_view method;
  std::string_view path;  ///< segments; one in braces stands for any that is not empty
  Access access;
  Query query;
  Body body;
  Response (*handler)(const Call&);
};

/// The values of the segments in braces, or nothing when the path is another.
std::optional<std::vector<std::string>> match(const Route& route,
                                              const std::vector<std::string>& segments);

/// What a path and a method are found to be.
struct Found {
  const Route* route = nullptr;        ///< nothing: see `allow`
  std::vector<std::string> arguments;  ///< of the path, whatever the method
  std::string_view path;               ///< the pattern that matched, or empty
  std::string allow;  ///< the methods of the path (RFC 9110 section 10.2.1); empty: no such path
};

/// HEAD is GET whose answer's body is not sent (RFC 9110 section 9.3.2).
Found find_route(std::span<const Route> routes, std::string_view method,
                 const std::vector<std::string>& segments);

}  // namespace mandate::web
