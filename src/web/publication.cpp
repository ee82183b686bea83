#include "web/publication.h"

#include <fmt/format.h>

#include <algorithm>
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
    // An account that nothing in the DNS can name gets no further than the shared include.
    if (!names_account()) return as_choice({shared_include(false)}, "shared_include");
    look_for_ownership();
    const bool by_token = ownership_.proof == registry::Ownership::token;
    std::vector<json::array> ways{as_choice({own_include()}, "own_include")};
    if (auto text = token()) {
      ways.push_back(as_choice({shared_include(!by_token), std::move(*text)}, "token"));
    }
    if (by_token) std::ranges::reverse(ways);
    if (is_published(ways.front())) ways.resize(1);
    json::array out = std::move(ways.front());
    for (std::size_t i = 1; i < ways.size(); ++i) add_as_other(out, std::move(ways[i]));
    return out;
  }

 private:
  bool names_account() const {
    return request_.ownership.required && registry::is_account_token(request_.token);
  }

  json::array of_return_path() {
    json::array out;
    if (names_account()) {
      look_for_ownership();
      if (auto text = token()) out.push_back(std::move(*text));
    }
    const dns::Name& shared = request_.provider.include_name;
    const dns::Name own = request_.include_name();
    for (json::value& record : return_path_records(
             request_.domain, request_.provider.bounce_host,
             {.return_path = request_.return_path,
              .include_name = own,
              .pool = request_.provider.pool,
              .shared_name = own == shared ? std::nullopt : std::optional(shared),
              .shared_stays = registry::token_names_other(ownership_question(), facts_),
              .bounce_host = {}},
             lookup_, deadline_, request_.now)) {
      out.push_back(std::move(record));
    }
    return as_choice(std::move(out), "return_path");
  }

  static json::array as_choice(json::array records, std::string_view choice) {
    for (json::value& record : records) record.as_object()["choice"] = choice;
    return records;
  }

  /// Nothing is left to do of what is needed.
  static bool is_published(const json::array& records) {
    return std::ranges::all_of(records, [](const json::value& value) {
      const json::object& record = value.as_object();
      return !record.at("required").as_bool() || record.at("action") == "nothing_to_do";
    });
  }

  static void add_as_other(json::array& records, json::array more) {
    for (json::value& record : more) {
      record.as_object()["required"] = false;
      records.push_back(std::move(record));
    }
  }

  json::object own_include() {
    return spf({.domain = request_.domain,
                .include_name = request_.include_name(),
                .pool = request_.provider.pool,
                .shared_name = request_.provider.include_name,
                .shared_stays = registry::token_names_other(ownership_question(), facts_)});
  }

  /// What others have let pass counts only where nothing else is lacking.
  json::object shared_include(bool for_any_account) {
    return spf({.domain = request_.domain,
                .include_name = request_.provider.include_name,
                .pool = request_.provider.pool,
                .shared_name = {},
                .for_any_account = for_any_account});
  }

  json::object spf(const advice::PlanRequest& asked) {
    const advice::Plan plan =
        resolver::settle(lookup_, facts_, deadline_,
                         [&](const dns::Facts& known) { return advice::plan(asked, known); });
    return record_to_json(request_.domain, plan, true, request_.now);
  }

  registry::OwnershipQuestion ownership_question() const {
    return {.domain = request_.domain,
            .include_name = request_.provider.include_name,
            .token = request_.token,
            .subdomains = request_.ownership.subdomains};
  }

  void look_for_ownership() {
    const registry::OwnershipQuestion question = ownership_question();
    ownership_ = resolver::settle(lookup_, facts_, deadline_, [&](const dns::Facts& known) {
      return registry::find_ownership(question, known);
    });
  }

  /// The TXT that names the account; nothing when there can be no such name.
  std::optional<json::object> token() {
    const auto name = registry::ownership_name(request_.domain);
    if (!name) return std::nullopt;
    const dns::Question question{*name, dns::RecordType::txt};
    if (facts_.find(question) == nullptr) {
      facts_.add(lookup_.ask({&question, 1}, deadline_).front());
    }
    const dns::Fact& today = *facts_.find(question);
    return ownership_to_json(request_.domain, request_.token, today, named_otherwise(today),
                             request_.now);
  }

  /// What else names the account, as a note on the TXT, which is not needed then.
  std::optional<std::string> named_otherwise(const dns::Fact& today) const {
    if (registry::tokens_of(today).contains(request_.token)) return std::nullopt;
    if (ownership_.proof == registry::Ownership::own_include && !request_.return_path.is_root()) {
      return fmt::format(
          "The SPF record of {} includes the account's own name, which says whose the domain is: "
          "this TXT is needed only before that include is taken out.",
          request_.domain.text());
    }
    if (ownership_.proof != registry::Ownership::token) return std::nullopt;
    return fmt::format(
        "A TXT record of a parent domain names the account for {} too: this one is needed only "
        "before that is taken out.",
        request_.domain.text());
  }

  const registry::AuthorizationRequest& request_;
  resolver::Lookup& lookup_;
  resolver::Deadline deadline_;
  dns::Facts facts_;
  registry::OwnershipFinding ownership_;
};

}  // namespace

json::array records_to_publish(const registry::AuthorizationRequest& request,
                               resolver::Lookup& lookup, resolver::Deadline deadline) {
  return Publisher(request, lookup, deadline).records();
}

}  // namespace mandate::web
