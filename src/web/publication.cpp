#include "web/publication.h"

#include <optional>
#include <utility>
#include <vector>

#include "advice/plan.h"
#include "web/representation.h"
#include "web/return_path_records.h"

namespace mandate::web {
namespace {

namespace json = boost::json;

/// Looks things up for the records, and asks nothing twice.
class Publisher {
 public:
  Publisher(const registry::AuthorizationRequest& request, resolver::Lookup& lookup,
            resolver::Deadline deadline)
      : request_(request), lookup_(lookup), deadline_(deadline) {}

  json::array records() {
    if (!request_.return_path.is_root()) return of_return_path();
    json::array out;
    // An account that nothing in the DNS can name gets no further than the shared include.
    if (!names_account()) {
      add(out, "shared_include", {shared_include(true)});
      return out;
    }
    const std::optional<dns::Fact> today = token_today();
    const bool by_token = today && registry::tokens_of(*today).contains(request_.token);
    if (!by_token) add(out, "own_include", {own_include(true)});
    if (today) add(out, "token", {shared_include(by_token), token(*today, by_token)});
    if (by_token) add(out, "own_include", {own_include(false)});
    return out;
  }

 private:
  bool names_account() const {
    return request_.ownership.required && registry::is_account_token(request_.token);
  }

  json::array of_return_path() {
    json::array out;
    if (names_account()) {
      if (const auto today = token_today()) out.push_back(token(*today, true));
    }
    const dns::Name& shared = request_.provider.include_name;
    const dns::Name own = request_.include_name();
    for (json::value& record :
         return_path_records(request_.domain, request_.provider.bounce_host,
                             {.return_path = request_.return_path,
                              .include_name = own,
                              .pool = request_.provider.pool,
                              .shared_name = own == shared ? std::nullopt : std::optional(shared),
                              .bounce_host = {}},
                             lookup_, deadline_, request_.now)) {
      out.push_back(std::move(record));
    }
    for (json::value& record : out) record.as_object()["choice"] = "return_path";
    return out;
  }

  static void add(json::array& records, std::string_view choice, std::vector<json::object> more) {
    for (json::object& record : more) {
      record["choice"] = choice;
      records.push_back(std::move(record));
    }
  }

  json::object own_include(bool required) {
    return spf({request_.domain, request_.include_name(), request_.provider.pool,
                request_.provider.include_name},
               required);
  }

  json::object shared_include(bool required) {
    return spf({request_.domain, request_.provider.include_name, request_.provider.pool, {}},
               required);
  }

  json::object spf(const advice::PlanRequest& asked, bool required) {
    const advice::Plan plan =
        resolver::settle(lookup_, facts_, deadline_,
                         [&](const dns::Facts& known) { return advice::plan(asked, known); });
    return record_to_json(request_.domain, plan, required, request_.now);
  }

  json::object token(const dns::Fact& today, bool required) const {
    return ownership_to_json(request_.domain, request_.token, today, required, request_.now);
  }

  /// What stands at the name of the TXT; nothing when there can be no such name.
  std::optional<dns::Fact> token_today() {
    const auto name = registry::ownership_name(request_.domain);
    if (!name) return std::nullopt;
    const dns::Question question{*name, dns::RecordType::txt};
    return lookup_.ask({&question, 1}, deadline_).front();
  }

  const registry::AuthorizationRequest& request_;
  resolver::Lookup& lookup_;
  resolver::Deadline deadline_;
  dns::Facts facts_;
};

}  // namespace

json::array records_to_publish(const registry::AuthorizationRequest& request,
                               resolver::Lookup& lookup, resolver::Deadline deadline) {
  return Publisher(request, lookup, deadline).records();
}

}  // namespace mandate::web
