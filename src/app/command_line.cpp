#include "app/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/commands/account.h"
#include "app/commands/check.h"
#include "app/commands/domain.h"
#include "app/commands/explain.h"
#include "app/commands/key.h"
#include "app/commands/lint.h"
#include "app/commands/message.h"
#include "app/commands/plan.h"
#include "app/commands/scan.h"
#include "app/commands/send.h"
#include "app/commands/serve.h"
#include "app/exit_code.h"
#include "app/failure.h"
#include "app/spelling.h"
#include "app/terminal.h"
#include "app/version.h"

namespace mandate::app {
namespace {

const CLI::Validator& not_empty() {
  static const CLI::Validator validator(
      [](std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  return validator;
}

/// One leaf of the command tree: its options, and what runs with them.
template <class Options>
class Leaf {
 public:
  Leaf(CLI::App& parent, Command& chosen, const std::string& name, const std::string& what,
       int (*run)(const Options&), const std::string& example)
      : app_(*parent.add_subcommand(name, what)), options_(std::make_shared<Options>()) {
    app_.footer("Example:\n  " + example);
    app_.callback(
        [options = options_, &chosen, run] { chosen = [options, run] { return run(*options); }; });
  }

  CLI::App& app() { return app_; }
  Options& options() { return *options_; }

  Leaf& positional(const std::string& name, std::string& target, const std::string& what) {
    app_.add_option(name, target, what)->required()->type_name("")->check(not_empty());
    return *this;
  }

  Leaf& option(const std::string& name, std::string& target, const std::string& what) {
    app_.add_option(name, target, what);
    return *this;
  }

 private:
  CLI::App& app_;
  std::shared_ptr<Options> options_;
};

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "Print the result as JSON");
}

void add_config(CLI::App& app, std::string& config) {
  app.add_option("--config", config, "The configuration file")
      ->envname("MANDATE_CONFIG")
      ->required()
      ->type_name("FILE")
      ->check(not_empty());
}

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

void add_dns(CLI::App& app, DnsOptions& dns) {
  CLI::Option* resolver =
      app.add_option("--resolver", dns.resolver, "The server to ask; else /etc/resolv.conf")
          ->type_name("HOST[:PORT]")
          ->check(not_empty());
  app.add_option("--zone", dns.zones, "A zone file; the files are the whole DNS")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->check(not_empty())
      ->excludes(resolver);
  app.add_option("--timeout", dns.timeout, "Of one whole evaluation")->capture_default_str();
}

/// Who sends, as a receiver sees it.
void add_sender(CLI::App& app, std::optional<std::string>& ip,
                std::optional<std::string>& mail_from, std::optional<std::string>& helo) {
  app.add_option("--ip", ip, "The client's address")->type_name("IP");
  app.add_option("--mail-from", mail_from, "MAIL FROM; empty for the null sender")
      ->type_name("ADDRESS");
  app.add_option("--helo", helo, "The HELO or EHLO name")->type_name("NAME");
}

void add_check(CLI::App& root, Command& chosen) {
  Leaf<CheckOptions> leaf(
      root, chosen, "check", "Evaluate SPF as a receiver does", check,
      "mandate check --ip 192.0.2.1 --mail-from news@customer.example --helo out.example.com\n"
      "  mandate check --batch - --zone customer.zone < lines.json\n\n"
      "Exit codes: pass 0, fail 1, softfail 2, neutral 3, permerror 4, temperror 5, none 6,\n"
      "64 usage, 65 malformed zone file, 66 unreadable file.");
  CheckOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_sender(app, options.ip, options.mail_from, options.helo);
  app.add_option("--receiver", options.receiver, "The receiver's own name, for fields and %{r}")
      ->type_name("NAME")
      ->check(not_empty());
  app.add_flag("--headers", options.headers, "Show the header fields that a receiver adds");
  app.add_option("--batch", options.batch, "A file of JSON lines {ip, mail_from, helo}; - is stdin")
      ->type_name("FILE")
      ->check(not_empty());
  add_dns(app, options.dns);
  add_json(app, options.json);
}

void add_inquiry(CLI::App& app, InquiryOptions& asked, const std::string& what,
                 const std::string& type) {
  app.add_option("subject", asked.words, what + "; and @SERVER, in any order")
      ->type_name(type + " [@HOST[:PORT]]");
  add_dns(app, asked.dns);
  add_json(app, asked.json);
}

void add_lint(CLI::App& root, Command& chosen) {
  Leaf<LintOptions> leaf(
      root, chosen, "lint", "Say what is wrong with a domain's record, and how to mend it", lint,
      "mandate lint customer.example @192.0.2.53\n"
      "  mandate lint 'v=spf1 include=spf.example.com -all'\n"
      "  mandate lint - < domains.txt\n\n"
      "Exit codes: 0 nothing at or above --fail-on, 1 something, 3 the DNS could not be asked,\n"
      "64 usage, 65 malformed zone file, 66 unreadable file.");
  LintOptions& options = leaf.options();
  leaf.option("--fail-on", options.fail_on, "The severity from which on the exit code is 1");
  leaf.app().get_option("--fail-on")->capture_default_str();
  leaf.app().add_flag("--rules", options.rules, "List the rules");
  add_inquiry(leaf.app(), options.asked,
              "A domain, a record in quotes, or - for lines of them on stdin", "DOMAIN|RECORD|-");
}

/// Whose mail is to pass.
void add_provider(CLI::App& app, PlanOptions& options) {
  app.add_option("--include", options.include, "The provider's include name; else that of --config")
      ->type_name("NAME")
      ->check(not_empty());
  app.add_option("--shared", options.shared,
                 "Where --include is an account's own: the name that all accounts share")
      ->type_name("NAME")
      ->check(not_empty());
  app.add_option("--pool", options.pool,
                 "A network of the sending pool, repeatable; else what the include lets pass")
      ->allow_extra_args(false)
      ->type_name("CIDR")
      ->check(not_empty());
  app.add_option("--config", options.config, "The provider's configuration file")
      ->envname("MANDATE_CONFIG")
      ->type_name("FILE")
      ->check(not_empty());
}

void add_plan(CLI::App& root, Command& chosen) {
  Leaf<PlanOptions> leaf(
      root, chosen, "plan", "Say exactly what to publish, and prove it", plan,
      "mandate plan customer.example --include mailer.provider.example\n"
      "  mandate plan customer.example @192.0.2.53 --include mailer.provider.example \\\n"
      "    --format nsupdate | nsupdate -k customer.key\n"
      "  mandate plan - --config /etc/mandate.toml < domains.txt\n\n"
      "Exit codes: 0 nothing to do, 1 an edit that is proven, 2 none that is, 3 the DNS could not\n"
      "be asked, 64 usage, 65 malformed zone file, 66 unreadable file.");
  PlanOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_provider(app, options);
  app.add_option("--format", options.format,
                 "text, json, or the change as zone, nsupdate, terraform, octodns, dnscontrol or "
                 "domain-connect")
      ->capture_default_str();
  add_inquiry(app, options.asked, "A domain, or - for lines of them on stdin", "DOMAIN|-");
}

void add_scan(CLI::App& root, Command& chosen) {
  Leaf<ScanOptions> leaf(
      root, chosen, "scan", "Check, lint or plan very many domains", scan,
      "mandate scan check domains.txt --ip 192.0.2.1 > answers.jsonl\n"
      "  mandate scan lint - --unordered --format csv < domains.txt\n"
      "  mandate scan domains.txt --resume scan.state --rate 500 >> answers.jsonl\n\n"
      "A line of check is DOMAIN, DOMAIN IP or MAILBOX IP.\n"
      "Exit codes: 0 all answered, 1 a line was wrong, or lint found something, 3 the DNS could\n"
      "not be asked for some; of plan the greatest of its codes; 130 interrupted, 64 usage,\n"
      "65 malformed zone file or state, 66 unreadable file, 74 the output cannot be written.");
  ScanOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  app.add_option("--ip", options.ip, "Of check: the client's address where a line has none")
      ->type_name("IP");
  app.add_option("--fail-on", options.fail_on, "Of lint: the severity from which on the code is 1")
      ->capture_default_str();
  add_provider(app, options.plan);
  app.add_option("--format", options.format, "jsonl or csv")->capture_default_str();
  app.add_flag("--unordered", options.unordered, "Answer as it comes, not in the order of lines");
  app.add_option("--resume", options.resume, "Keep in a file how far it has come, and go on there")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option("--threads", options.threads, "0: one a core, four at most")
      ->capture_default_str();
  app.add_option("--window", options.window, "Domains, and lookups, under way at once")
      ->capture_default_str();
  app.add_option("--rate", options.rate, "Queries a second; 0: no limit")->capture_default_str();
  app.add_option("--server-rate", options.server_rate, "The same to any one server")
      ->capture_default_str();
  add_inquiry(app, options.plan.asked,
              "check (the default), lint or plan; files of lines, - for stdin",
              "[check|lint|plan] [FILE...|-]");
}

void add_explain(CLI::App& root, Command& chosen) {
  Leaf<ExplainOptions> leaf(
      root, chosen, "explain", "Tell how a receiver comes to its result, DMARC included", explain,
      "mandate explain --ip 192.0.2.1 --mail-from news@customer.example\n"
      "  mandate explain --ip 192.0.2.1 --mail-from x@bounce.customer.example "
      "--from customer.example\n\n"
      "Exit codes: those of `mandate check`.");
  ExplainOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_sender(app, options.ip, options.mail_from, options.helo);
  app.add_option("--from", options.from, "From, which people see; else the domain that SPF checks")
      ->type_name("ADDRESS|DOMAIN")
      ->check(not_empty());
  app.add_option("server", options.asked.words, "The server to ask, as @SERVER")
      ->type_name("@HOST[:PORT]");
  add_dns(app, options.asked.dns);
  add_json(app, options.asked.json);
}

void add_serve(CLI::App& root, Command& chosen) {
  Leaf<ServeOptions> leaf(root, chosen, "serve", "Run the API and the outbox", serve,
                          "mandate serve --config /etc/mandate.toml\n\n"
                          "SIGINT and SIGTERM end it in order; SIGHUP reads zone files again.");
  add_config(leaf.app(), leaf.options().config);
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
    add_config(leaf->app(), leaf->options().config);
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

void add_domain(CLI::App& root, Command& chosen) {
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
    add_api(leaf.app(), leaf.options().api);
  }
  Leaf<DomainOptions> list(group, chosen, "list", "List an account's domains", domain_list,
                           "mandate domain list 4321");
  list.positional("account", list.options().account, "The account");
  add_api(list.app(), list.options().api);
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

/// The deepest command that the arguments named.
const CLI::App& named(const CLI::App& root) {
  const CLI::App* app = &root;
  for (auto below = app->get_subcommands(); !below.empty(); below = app->get_subcommands()) {
    app = below.front();
  }
  return *app;
}

std::string path_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : path_of(*parent) + " " + app.get_name();
}

/// What is wrong with the call, and where help is. CLI11 only says that a command is lacking when
/// one is misspelt.
std::string usage_text(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App& app = named(root);
  std::vector<std::string_view> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const std::vector<std::string> rest = app.remaining();
  std::string text = error.what();
  if (!commands.empty() && !rest.empty()) {
    const bool option = rest.front().starts_with('-');
    const auto meant = option ? std::nullopt : nearest(rest.front(), commands);
    text = "\"" + escaped(rest.front()) + (option ? "\" is not an option" : "\" is not a command") +
           (meant ? "; did you mean " + std::string(*meant) + "?" : "");
  }
  return text + "\nrun `" + path_of(app) + " --help` for what it takes";
}

/// The arguments, the last first, as CLI11 takes them. `--name=` is made two words, since CLI11
/// would take the next argument for the value that is empty.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    options = options && word != "--";
    if (options && word.starts_with("--") && word.find('=') == word.size() - 1) {
      word.pop_back();
      words.push_back(std::move(word));
      word.clear();
    }
    words.push_back(std::move(word));
  }
  std::ranges::reverse(words);
  return words;
}

}  // namespace

std::expected<Command, int> parse_command_line(int argc, char** argv) {
  Command chosen;
  CLI::App root("Lets a provider send mail in the name of its customers' domains, proven by SPF.",
                "mandate");
  root.set_version_flag("--version", std::string("mandate ") + version);
  root.require_subcommand(1);
  root.footer("Example:\n  mandate check --ip 192.0.2.1 --mail-from news@customer.example");
  add_check(root, chosen);
  add_serve(root, chosen);
  add_lint(root, chosen);
  add_plan(root, chosen);
  add_scan(root, chosen);
  add_explain(root, chosen);
  add_key(root, chosen);
  add_account(root, chosen);
  add_domain(root, chosen);
  add_send(root, chosen);
  add_message(root, chosen);
  try {
    root.parse(words_of(argc, argv));
  } catch (const CLI::Success& asked) {  // --help, --version
    return std::unexpected(root.exit(asked, std::cout, std::cerr));
  } catch (const CLI::ParseError& error) {
    return std::unexpected(report({exit_code::usage, usage_text(root, error)}));
  }
  return chosen;
}

}  // namespace mandate::app
