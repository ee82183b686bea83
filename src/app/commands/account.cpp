#include "app/commands/account.h"

#include "app/commands/answer.h"

namespace mandate::app {
namespace {

const std::vector<std::string_view> kColumns = {"id", "name", "created_at"};
/// With the token and the own include name, one of which a customer's records need.
const std::vector<std::string_view> kFields = {"id", "name", "token", "include_name", "created_at"};

}  // namespace

int account_add(const AccountOptions& options) {
  boost::json::object body;
  if (!options.id.empty()) body["id"] = options.id;
  if (!options.name.empty()) body["name"] = options.name;
  return answer_object(options.api, "POST", "/v1/accounts", body, kFields);
}

int account_list(const AccountOptions& options) {
  return answer_list(options.api, "/v1/accounts", "id", kColumns);
}

int account_show(const AccountOptions& options) {
  return answer_object(options.api, "GET", "/v1/accounts/" + path_segment(options.id), {}, kFields);
}

}  // namespace mandate::app
