#include "web/route.h"

#include <algorithm>
#include <utility>

namespace mandate::web {

std::optional<std::vector<std::string>> match(const Route& route,
                                              const std::vector<std::string>& segments) {
  std::vector<std::string> arguments;
  std::string_view rest = route.path;
  for (const std::string& segment : segments) {
    if (rest.empty()) return std::nullopt;
    rest.remove_prefix(1);  // the slash
    const std::string_view expected = rest.substr(0, std::min(rest.find('/'), rest.size()));
    rest.remove_prefix(expected.size());
    if (expected.starts_with('{')) {
      if (segment.empty()) return std::nullopt;
      arguments.push_back(segment);
    } else if (expected != segment) {
      return std::nullopt;
    }
  }
  if (!rest.empty()) return std::nullopt;
  return arguments;
}

Found find_route(std::span<const Route> routes, std::string_view method,
                 const std::vector<std::string>& segments) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  Found found;
  for (const Route& route : routes) {
    auto arguments = match(route, segments);
    if (!arguments) continue;
    found.path = route.path;
    found.arguments = std::move(*arguments);
    if (route.method == wanted) {
      found.route = &route;
      return found;
    }
    if (!found.allow.empty()) found.allow += ", ";
    found.allow += route.method;
    if (route.method == "GET") found.allow += ", HEAD";
  }
  return found;
}

}  // namespace mandate::web
