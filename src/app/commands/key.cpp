#include "app/commands/key.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <optional>

#include "app/api_object.h"
#include "app/commands/answer.h"
#include "app/configured_store.h"
#include "app/exit_code.h"
#include "app/identifier.h"
#include "app/terminal.h"
#include "registry/timestamp.h"
#include "web/bearer.h"

namespace mandate::app {
namespace {

boost::json::object key_json(const registry::ApiKey& key) {
  boost::json::object object{{"object", "key"},
                             {"id", json_text(key.id)},
                             {"account", nullptr},
                             {"label", json_text(key.label)},
                             {"created_at", registry::timestamp(key.created_at)},
                             {"revoked_at", nullptr}};
  if (key.account_id) object["account"] = json_text(*key.account_id);
  if (key.revoked_at) object["revoked_at"] = registry::timestamp(*key.revoked_at);
  return object;
}

/// All keys, page by page.
store::Stored<boost::json::array> all_keys(store::Store& store) {
  boost::json::array all;
  store::Page page{"", 1000};
  for (;;) {
    const auto keys = store.keys(page);
    if (!keys) return std::unexpected(keys.error());
    for (const registry::ApiKey& key : *keys) all.push_back(key_json(key));
    if (keys->size() < static_cast<std::size_t>(page.limit)) return all;
    page.after = keys->back().id;
  }
}

}  // namespace

int key_create(const KeyOptions& options) {
  const auto store = open_configured_store(options.config);
  if (!store) return report(store.error());
  const std::string bearer = web::new_bearer_key();
  registry::ApiKey key;
  key.id = new_id();
  if (!options.account.empty()) key.account_id = options.account;
  key.hash = web::hash_bearer_key(bearer);
  key.label = json_text(options.label);
  const registry::Cause cause = cause_at_shell();
  key.created_at = cause.at;
  if (const auto added = (*store)->add_key(key, cause); !added) {
    const bool unknown = added.error().kind == store::StoreError::Kind::not_found;
    return report(
        {unknown ? exit_code::refused : exit_code::store,
         unknown
             ? fmt::format("there is no account \"{}\"; add it first with `mandate account add`",
                           escaped(options.account))
             : added.error().message});
  }
  if (options.json) {
    boost::json::object object = key_json(key);
    object["key"] = bearer;
    print_json(object);
  } else {
    fmt::print("{}\n", bearer);
    fmt::print(stderr, "mandate: this key, {}, is shown this once; keep it in a safe place\n",
               key.id);
  }
  return exit_code::done;
}

int key_list(const KeyOptions& options) {
  const auto store = open_configured_store(options.config);
  if (!store) return report(store.error());
  const auto keys = all_keys(**store);
  if (!keys) return report({exit_code::store, keys.error().message});
  if (options.json) {
    print_json(boost::json::object{{"object", "list"}, {"data", *keys}, {"has_more", false}});
  } else {
    fmt::print("{}", table(*keys, {"id", "account", "created_at", "revoked_at", "label"}));
  }
  return exit_code::done;
}

int key_revoke(const KeyOptions& options) {
  const auto store = open_configured_store(options.config);
  if (!store) return report(store.error());
  if (const auto revoked = (*store)->revoke_key(options.id, cause_at_shell()); !revoked) {
    const bool unknown = revoked.error().kind == store::StoreError::Kind::not_found;
    return report({unknown ? exit_code::refused : exit_code::store,
                   unknown ? fmt::format("there is no key \"{}\"; `mandate key list` shows them",
                                         escaped(options.id))
                           : revoked.error().message});
  }
  if (options.json) {
    print_json(boost::json::object{{"id", json_text(options.id)}, {"revoked", true}});
  } else {
    fmt::print("key {} is revoked\n", escaped(options.id));
  }
  return exit_code::done;
}

}  // namespace mandate::app
