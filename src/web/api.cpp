#include "web/api.h"

#include <boost/json.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "dns/printable.h"
#include "registry/account.h"
#include "web/authentication.h"
#include "web/handlers.h"
#include "web/json_body.h"
#include "web/problem.h"
#include "web/route.h"
#include "web/url.h"

namespace mandate::web {
namespace {

constexpr Route kRoutes[] = {
    {"GET", "/healthz", Access::anyone, Query::none, Body::none, show_health},
    {"GET", "/metrics", Access::provider, Query::none, Body::none, show_metrics},

    {"POST", "/v1/accounts", Access::provider, Query::none, Body::fields, add_account},
    {"GET", "/v1/accounts", Access::provider, Query::page, Body::none, list_accounts},
    {"GET", "/v1/accounts/{a}", Access::account, Query::none, Body::none, show_account},

    {"POST", "/v1/accounts/{a}/domains", Access::account, Query::none, Body::fields, add_domain},
    {"GET", "/v1/accounts/{a}/domains", Access::account, Query::page, Body::none, list_domains},
    {"GET", "/v1/accounts/{a}/domains/{d}", Access::account, Query::none, Body::none, show_domain},
    {"PATCH", "/v1/accounts/{a}/domains/{d}", Access::account, Query::none, Body::fields,
     change_domain_mode},
    {"DELETE", "/v1/accounts/{a}/domains/{d}", Access::account, Query::none, Body::none,
     remove_domain},
    {"POST", "/v1/accounts/{a}/domains/{d}/verify", Access::account, Query::none, Body::none,
     verify_domain},
    {"POST", "/v1/accounts/{a}/domains/{d}/disable", Access::account, Query::none, Body::none,
     disable_domain},
    {"POST", "/v1/accounts/{a}/domains/{d}/enable", Access::account, Query::none, Body::none,
     enable_domain},

    {"GET", "/v1/accounts/{a}/evidence/{id}", Access::account, Query::none, Body::none,
     show_evidence},
    {"GET", "/v1/accounts/{a}/authorizations", Access::account, Query::page, Body::none,
     list_authorizations},

    {"POST", "/v1/accounts/{a}/messages", Access::account, Query::none, Body::fields, send_message},
    {"GET", "/v1/accounts/{a}/messages", Access::account, Query::page, Body::none, list_messages},
    {"GET", "/v1/accounts/{a}/messages/{id}", Access::account, Query::none, Body::none,
     show_message},

    {"GET", "/v1/events", Access::any_key, Query::page, Body::none, list_events},
};

// An account's key is told of another account nothing, not even that it is there: 404, and the
// same 404 as for one that is not.
std::optional<Response> refused_access(const Call& call, Access access) {
  const std::optional<std::string>& own = call.caller.account_id;
  if (access == Access::anyone || access == Access::any_key) return std::nullopt;
  if (access == Access::provider) {
    if (!own) return std::nullopt;
    return problem(403, "key_not_allowed",
                   "The key is an account's: this call needs the provider's own key.");
  }
  if ((own && *own != call.account()) || !registry::parse_account_id(call.account())) {
    return not_found();
  }
  const auto account = call.store().account(call.account());
  if (!account) return store_problem(call.services, account.error());
  if (!*account) return not_found();
  return std::nullopt;
}

std::optional<Response> refused_query(const Request& request, Query query) {
  std::vector<FieldError> errors;
  for (const auto& [name, value] : request.query) {
    if (query == Query::page && (name == "limit" || name == "after")) continue;
    errors.push_back({.code = "unknown_parameter",
                      .detail = "This call has no such parameter: leave it out of the query.",
                      .parameter = dns::printable(name, 80)});
  }
  if (errors.empty()) return std::nullopt;
  return validation_problem(errors);
}

// Calls that take no fields: nothing that was sent is passed over.
std::optional<Response> refused_body(const Request& request, const Route& route) {
  if (route.body == Body::fields) return std::nullopt;
  const auto body = JsonBody::read_optional(request);
  return body ? body->refusal() : body.error();
}

/// What the access log tells of a request.
struct Trace {
  std::string_view route;
  std::string account;
  std::string key;
};

Response run(Call& call, const Found& found, Trace& trace) {
  if (found.path.empty()) return not_found();
  if (found.route == nullptr) {
    Response response = problem(405, "method_not_allowed",
                                "The path does not take this method: see the field Allow.");
    response.headers.emplace_back("Allow", found.allow);
    return response;
  }
  call.arguments = found.arguments;
  if (auto refusal = refused_access(call, found.route->access)) return std::move(*refusal);
  if (found.route->access == Access::account) trace.account = call.account();
  if (auto refusal = refused_query(call.request, found.route->query)) return std::move(*refusal);
  if (auto refusal = refused_body(call.request, *found.route)) return std::move(*refusal);
  return found.route->handler(call);
}

Response dispatch(const Services& services, const Request& request, Trace& trace) {
  const auto segments = path_segments(request.path);
  if (!segments) return problem(400, "malformed_request", segments.error());
  const Found found = find_route(kRoutes, request.method, *segments);
  Call call{.services = services, .request = request, .caller = {}, .arguments = {}};
  if (found.route == nullptr || found.route->access != Access::anyone) {
    auto caller = authenticate(services, request);
    if (!caller) return std::move(caller.error());
    call.caller = std::move(*caller);
    trace.key = call.caller.id;
    trace.account = call.caller.account_id.value_or(std::string());
  }
  trace.route = found.path;
  return run(call, found, trace);
}

void log_access(const Services& services, const Request& request, const Trace& trace, int status,
                std::chrono::steady_clock::duration took) {
  boost::json::object line{{"message", "request"},
                           {"method", dns::printable(request.method, 16)},
                           {"route", trace.route.empty() ? "-" : trace.route},
                           {"status", status},
                           {"us", std::chrono::floor<std::chrono::microseconds>(took).count()}};
  if (!trace.account.empty()) line["account"] = dns::printable(trace.account, 64);
  if (!trace.key.empty()) line["key"] = dns::printable(trace.key, 64);
  services.log->info(boost::json::serialize(line));
}

}  // namespace

Api::Api(Services services) : services_(std::move(services)) {}

Response Api::handle(const Request& request) {
  const auto begun = std::chrono::steady_clock::now();
  Trace trace;
  Response response;
  try {
    response = dispatch(services_, request, trace);
  } catch (const std::exception& error) {
    services_.log->error(
        log_line("a call failed", {{"route", std::string(trace.route)}, {"error", error.what()}}));
    response = problem(500, "internal_error",
                       "The call failed by a fault of this program: its log says more.");
  }
  log_access(services_, request, trace, response.status, std::chrono::steady_clock::now() - begun);
  return response;
}

}  // namespace mandate::web
