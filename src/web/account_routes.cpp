#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "registry/account.h"
#include "web/handlers.h"
#include "web/json_body.h"
#include "web/list_page.h"
#include "web/problem.h"
#include "web/representation.h"

namespace mandate::web {
namespace {

constexpr ListKey kAccountKey{.object = "account",
                              .field = "id",
                              .form = "1 to 64 of A-Z a-z 0-9 . _ and -",
                              .read = [](std::string_view text) -> std::optional<std::string> {
                                auto id = registry::parse_account_id(text);
                                if (!id) return std::nullopt;
                                return std::move(*id);
                              }};

// The account that a body asks for, or the answer that refuses it.
std::expected<registry::Account, Response> asked_account(const Call& call) {
  auto body = JsonBody::read(call.request);
  if (!body) return std::unexpected(std::move(body.error()));
  const auto given_id = body->text("id");
  const auto name = registry::parse_account_name(body->text("name").value_or(std::string()));
  if (auto refusal = body->refusal()) return std::unexpected(std::move(*refusal));

  std::vector<FieldError> errors;
  const auto id = registry::parse_account_id(given_id ? *given_id : call.services.new_id());
  if (!id) errors.push_back({.pointer = "/id", .code = "id_invalid", .detail = id.error()});
  if (!name) errors.push_back({.pointer = "/name", .code = "name_invalid", .detail = name.error()});
  if (!errors.empty()) return std::unexpected(validation_problem(errors));
  return registry::Account{
      .id = *id, .name = *name, .created_at = call.now(), .token = call.services.new_token()};
}

}  // namespace

Response add_account(const Call& call) {
  const auto account = asked_account(call);
  if (!account) return account.error();
  if (const auto added = call.store().add_account(*account, call.cause()); !added) {
    if (added.error().kind != store::StoreError::Kind::conflict) {
      return store_problem(call.services, added.error());
    }
    return problem(409, "account_exists",
                   fmt::format("There is an account `{}` already: use it, or choose another id.",
                               account->id));
  }
  log_event(call, "account added", {{"account", account->id}});
  Response response = json_answer(201, to_json(*account, call.services.provider.include_name));
  response.headers.emplace_back("Location", "/v1/accounts/" + account->id);
  return response;
}

Response list_accounts(const Call& call) {
  const auto page = asked_page(call.request, kAccountKey);
  if (!page) return page.error();
  const auto accounts = call.store().accounts(with_one_more(*page));
  if (!accounts) return store_problem(call.services, accounts.error());
  return list_answer(*page, *accounts, [&](const registry::Account& account) {
    return to_json(account, call.services.provider.include_name);
  });
}

Response show_account(const Call& call) {
  const auto account = call.store().account(call.account());
  if (!account) return store_problem(call.services, account.error());
  return *account ? json_answer(200, to_json(**account, call.services.provider.include_name))
                  : not_found();
}

}  // namespace mandate::web
