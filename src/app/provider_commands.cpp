#include "app/provider_commands.h"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command_options.h"
#include "app/commands/account.h"
#include "app/commands/audit.h"
#include "app/commands/breaker.h"
#include "app/commands/domain.h"
#include "app/commands/key.h"
#include "app/commands/message.h"
#include "app/commands/provider_simulate.h"
#include "app/commands/provider_zone.h"
#include "app/commands/send.h"
#include "app/commands/serve.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

void add_api(CLI::App& app, ApiOptions& api) {
  app.add_option("--url", api.url, "Where the API is")
      ->envname("MANDATE_URL")
      ->capture_default_str();
  app.add_option("--key-file", api.key_file, "A file that holds the API key; else MANDATE_KEY");
  add_json(app, api.json);
}

CLI::App& add_group(CLI::App& root, const std::string& name, const std::string& what,
                    const std::string& example) {
  CLI::App& group = *root.add_subcommand(name, what);
  group.require_subcommand(1);
  group.footer("Example:\n  " + example);
  return group;
}

void add_serve(CLI::App& root, Command& chosen) {
  Leaf<ServeOptions> leaf(root, chosen, "serve",
                          "Run the API, the watch over the domains and the outbox", serve,
                          "mandate serve --config /etc/mandate.toml\n\n"
                          "SIGINT and SIGTERM end it in order; SIGHUP reads zone files again.");
  add_config(leaf.app(), leaf.options().config)->required();
}

void add_key(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "key", "Bearer keys of the API",
                              "mandate key create --config /etc/mandate.toml --label console");
  Leaf<KeyOptions> create(group, chosen, "create", "Make a key and print it, once", key_create,
                          "mandate key create --config /etc/mandate.toml --account 4321");
  create.option("--account", create.options().account, "Whose key; else the provider's own")
      .option("--label", create.options().label, "For people");
  Leaf<KeyOptions> list(group, chosen, "list", "List the keys, without the keys themselves",
                        key_list, "mandate key list --config /etc/mandate.toml");
  Leaf<KeyOptions> revoke(group, chosen, "revoke", "Make a key worthless", key_revoke,
                          "mandate key revoke --config /etc/mandate.toml ID");
  revoke.positional("id", revoke.options().id, "The key's id, as `key list` shows it");
  for (Leaf<KeyOptions>* leaf : {&create, &list, &revoke}) {
    add_config(leaf->app(), leaf->options().config)->required();
    add_json(leaf->app(), leaf->options().json);
  }
}

void add_account(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "account", "The provider's accounts",
                              "mandate account add 4321 --name \"Customer Ltd\"");
  Leaf<AccountOptions> add(group, chosen, "add", "Add an account", account_add,
                           "mandate account add 4321 --name \"Customer Ltd\"");
  add.option("id", add.options().id, "Its id; generated when absent")
      .option("--name", add.options().name, "For people");
  Leaf<AccountOptions> list(group, chosen, "list", "List the accounts", account_list,
                            "mandate account list --json");
  Leaf<AccountOptions> show(group, chosen, "show", "Show one account", account_show,
                            "mandate account show 4321");
  show.positional("id", show.options().id, "The account");
  for (Leaf<AccountOptions>* leaf : {&add, &list, &show}) {
    add_api(leaf->app(), leaf->options().api);
  }
}

void add_return_path(Leaf<DomainOptions>& leaf) {
  add_text(leaf.app(), "--return-path", leaf.options().return_path, "NAME",
           "Of the mode return_path: a label or a name below the domain; else bounce");
}

void add_domain(CLI::App& root, Command& chosen) {
  const std::string mode = "apex_include, or return_path: MAIL FROM at a name below the domain";
  CLI::App& group = add_group(root, "domain", "An account's sending domains",
                              "mandate domain add 4321 customer.example");
  struct Entry {
    std::string name;
    std::string what;
    int (*run)(const DomainOptions&);
  };
  const std::vector<Entry> entries = {
      {"add", "Add a domain, or a sender address; shows the record to publish", domain_add},
      {"show", "Show a domain and the record to publish", domain_show},
      {"verify", "Check the DNS now; exit 0 may send, 1 not, 3 the DNS could not be asked",
       domain_verify},
      {"disable", "Switch a domain off", domain_disable},
      {"enable", "Switch a domain on again", domain_enable},
      {"remove", "Remove a domain", domain_remove}};
  for (const Entry& entry : entries) {
    Leaf<DomainOptions> leaf(group, chosen, entry.name, entry.what, entry.run,
                             "mandate domain " + entry.name + " 4321 customer.example");
    leaf.positional("account", leaf.options().account, "The account")
        .positional("domain", leaf.options().domain,
                    entry.name == "add" ? "The domain, or a sender address at it" : "The domain");
    if (entry.name == "add") {
      leaf.option("--mode", leaf.options().mode, mode);
      add_return_path(leaf);
    }
    add_api(leaf.app(), leaf.options().api);
  }
  Leaf<DomainOptions> change(group, chosen, "mode", "Change whose the envelope is", domain_mode,
                             "mandate domain mode 4321 customer.example return_path");
  change.positional("account", change.options().account, "The account")
      .positional("domain", change.options().domain, "The domain")
      .positional("mode", change.options().mode, mode);
  add_return_path(change);
  add_api(change.app(), change.options().api);
  Leaf<DomainOptions> list(group, chosen, "list", "List an account's domains", domain_list,
                           "mandate domain list 4321");
  list.positional("account", list.options().account, "The account");
  add_api(list.app(), list.options().api);
}

/// CLI11 would tell the range of a double.
CLI::Validator sequence_number() {
  return {[](std::string& value) {
            std::int64_t number = -1;
            const char* const end = value.data() + value.size();
            const auto [at, error] = std::from_chars(value.data(), end, number);
            if (error == std::errc() && at == end && number >= 0) return std::string();
            return "\"" + escaped(value) + "\" is no sequence number";
          },
          ""};
}

void add_audit(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "audit", "The log of who changed what, chained by hash",
                              "mandate audit verify --config /etc/mandate.toml");
  Leaf<AuditVerifyOptions> verify(
      group, chosen, "verify", "Check the whole chain", audit_verify,
      "mandate audit verify --config /etc/mandate.toml\n\n"
      "Exit codes: 0 intact, 1 broken, 73 the store cannot be read, 78 wrong configuration.");
  add_text(verify.app(), "--expect-head", verify.options().expected_head, "HASH",
           "A hash that was noted earlier, and has to be in the log still");
  Leaf<AuditListOptions> list(group, chosen, "list", "List the entries", audit_list,
                              "mandate audit list --config /etc/mandate.toml --account 4321");
  list.option("--account", list.options().account, "Only this account's")
      .option("--domain", list.options().domain, "Only this domain's");
  list.app()
      .add_option("--after", list.options().after, "Only those behind this sequence")
      ->type_name("SEQUENCE")
      ->check(sequence_number());
  add_config(verify.app(), verify.options().config)->required();
  add_json(verify.app(), verify.options().json);
  add_config(list.app(), list.options().config)->required();
  add_json(list.app(), list.options().json);
}

void add_breaker(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "breaker", "What holds revocations when too many come at once",
                              "mandate breaker status --config /etc/mandate.toml");
  struct Entry {
    std::string name;
    std::string what;
    int (*run)(const BreakerOptions&);
    std::string exit_codes;
  };
  const std::vector<Entry> entries = {
      {"status", "Show whether it holds, why, and which domains", breaker_status,
       "0 closed, 1 holding"},
      {"confirm", "The losses are real: let every held one happen at its next check, due at once",
       breaker_confirm, "0 done, 1 there is nothing to confirm"},
      {"dismiss", "They are not: check every held domain again, and count anew", breaker_dismiss,
       "0 done, 1 there is nothing to dismiss"}};
  for (const Entry& entry : entries) {
    Leaf<BreakerOptions> leaf(group, chosen, entry.name, entry.what, entry.run,
                              "mandate breaker " + entry.name +
                                  " --config /etc/mandate.toml\n\nExit codes: " + entry.exit_codes +
                                  ", 73 the store cannot be read, 78 wrong configuration.");
    leaf.app()
        .add_option("--after", leaf.options().after,
                    "List only the held domains behind this one, as ACCOUNT/DOMAIN")
        ->type_name("HELD");
    leaf.app()
        .add_option("--limit", leaf.options().limit,
                    "How many to list at most; a decision is on all of them")
        ->type_name("NUMBER")
        ->check(CLI::Range(0, 100'000))
        ->capture_default_str();
    add_config(leaf.app(), leaf.options().config)->required();
    add_json(leaf.app(), leaf.options().json);
  }
}

void add_send(CLI::App& root, Command& chosen) {
  Leaf<SendOptions> leaf(root, chosen, "send", "Send a message in the name of a listed domain",
                         send,
                         "mandate send 4321 --from news@customer.example --to a@example.com \\\n"
                         "    --subject Hello --text \"Good day\" --wait\n\n"
                         "Exit codes: 0 accepted (with --wait delivered), 1 refused, 75 still "
                         "queued.");
  SendOptions& options = leaf.options();
  leaf.positional("account", options.account, "The account");
  CLI::App& app = leaf.app();
  app.add_option("--from", options.from, "The sender address")->required();
  app.add_option("--from-name", options.from_name, "The sender's name, for people");
  app.add_option("--to", options.to, "The recipient's address")->required();
  app.add_option("--subject", options.subject, "The subject")->required();
  CLI::Option* text = app.add_option("--text", options.text, "The message as plain text");
  app.add_option("--text-file", options.text_file, "The same from a file; - is stdin")
      ->excludes(text);
  app.add_option("--html-file", options.html_file, "The message as HTML; - is stdin");
  app.add_flag("--wait", options.wait, "Wait until the relay took or refused it");
  app.add_option("--timeout", options.timeout, "How long to wait at most")->capture_default_str();
  add_api(app, options.api);
}

void add_message(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "message", "What became of an account's messages",
                              "mandate message list 4321");
  Leaf<MessageOptions> list(group, chosen, "list", "List an account's messages", message_list,
                            "mandate message list 4321");
  Leaf<MessageOptions> show(group, chosen, "show", "Show one message", message_show,
                            "mandate message show 4321 ID");
  for (Leaf<MessageOptions>* leaf : {&list, &show}) {
    leaf->positional("account", leaf->options().account, "The account");
    add_api(leaf->app(), leaf->options().api);
  }
  show.positional("id", show.options().id, "The message's id");
}

void add_provider_zone(CLI::App& group, Command& chosen) {
  Leaf<ProviderZoneOptions> leaf(
      group, chosen, "zone", "Print the provider's own records, or check what is published",
      provider_zone,
      "mandate provider zone --config /etc/mandate.toml\n"
      "  mandate provider zone --config /etc/mandate.toml --format nsupdate | nsupdate -k our.key\n"
      "  mandate provider zone --config /etc/mandate.toml --check @192.0.2.53\n\n"
      "Exit codes: 0 done, or published as the configuration says, 1 something differs, 3 the DNS\n"
      "could not be asked, 64 usage, 65 malformed zone file, 66 unreadable file, 78 wrong\n"
      "configuration, or a pool that no ten names hold.");
  ProviderZoneOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_config(app, options.config)->required();
  app.add_flag("--check", options.check, "Hold what the DNS has against the sending pool");
  app.add_option("--format", options.format, "zone, nsupdate (what differs from today) or json")
      ->capture_default_str();
  app.add_option("--answer-size", options.answer_size,
                 "Octets of the longest answer: more need fewer names, and EDNS or TCP")
      ->type_name("OCTETS")
      ->capture_default_str();
  add_server(app, options.asked);
}

void add_provider_simulate(CLI::App& group, Command& chosen) {
  Leaf<ProviderSimulateOptions> leaf(
      group, chosen, "simulate", "Say which sending domains a change of ours would break",
      provider_simulate,
      "mandate provider simulate --config /etc/mandate.toml --pool 198.51.100.0/24 --published\n"
      "  mandate provider simulate --config /etc/mandate.toml --evidence \\\n"
      "    --record 'v=spf1 ip4:198.51.100.0/24 -all' --pool 198.51.100.0/24 --json\n\n"
      "Each domain that may send is assessed as a verification does, today and after the change:\n"
      "the policy over the pool, and whose the domain is.\n\n"
      "Exit codes: 0 nothing breaks, 1 something does, 3 for some the DNS could not be asked,\n"
      "64 usage, 65 malformed zone file, 66 unreadable file, 73 the store cannot be read,\n"
      "78 wrong configuration.");
  ProviderSimulateOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_config(app, options.config)->required();
  add_texts(app, "--pool", options.pool, "CIDR",
            "A network of the new pool, repeatable; else as it is");
  add_text(app, "--record", options.record, "RECORD",
           "The new SPF record of the include name and of accounts' own; else the published");
  app.add_flag("--published", options.published,
               "As if what `provider zone` prints for the new pool were published");
  app.add_flag("--evidence", options.evidence,
               "Ask the evidence of each domain's last check, and no DNS");
  add_rate(app, "--rate", options.rate, "Queries a second; 0: no limit");
  add_server(app, options.asked);
}

void add_provider(CLI::App& root, Command& chosen) {
  CLI::App& group = add_group(root, "provider", "The provider's own DNS records and sending pool",
                              "mandate provider zone --config /etc/mandate.toml --check");
  add_provider_zone(group, chosen);
  add_provider_simulate(group, chosen);
}

}  // namespace

void add_provider_commands(CLI::App& root, Command& chosen) {
  add_serve(root, chosen);
  add_key(root, chosen);
  add_account(root, chosen);
  add_domain(root, chosen);
  add_provider(root, chosen);
  add_audit(root, chosen);
  add_breaker(root, chosen);
  add_send(root, chosen);
  add_message(root, chosen);
}

}  // namespace mandate::app
