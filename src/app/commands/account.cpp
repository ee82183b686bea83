#include "app/commands/account.h"

#include "app/commands/answer.h"

namespace mandate::app {
namespace {

const std::vector<std::string_view> fields = {"id", "name", "created_at"};

}  // namespace

int account_add(const AccountOptions& options) {
  boost::json::object body;
  if (!options.id.empty()) body["id"] = options.id;
  if (!options.name.empty()) body["name"] = options.name;
  return answer_object(options.api, "POST", "/v1/accounts", body, fields);
}

int account_list(const AccountOptions& options) {
  return answer_list(options.api, "/v1/accounts", "id", fields);
}

int account_show(const AccountOptions& options) {
  return answer_object(options.api, "GET", "/v1/accounts/" + path_segment(options.id), {}, fields);
}

}  // namespace mandate::app
