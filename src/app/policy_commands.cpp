#include "app/policy_commands.h"

#include <optional>
#include <string>

#include "app/command_options.h"
#include "app/commands/check.h"
#include "app/commands/diff.h"
#include "app/commands/dns.h"
#include "app/commands/explain.h"
#include "app/commands/lint.h"
#include "app/commands/plan.h"
#include "app/commands/scan.h"
#include "app/commands/tree.h"

namespace mandate::app {
namespace {

/// Who sends, as a receiver sees it.
void add_sender(CLI::App& app, std::optional<std::string>& ip,
                std::optional<std::string>& mail_from, std::optional<std::string>& helo) {
  app.add_option("--ip", ip, "The client's address")->type_name("IP");
  app.add_option("--mail-from", mail_from, "MAIL FROM; empty for the null sender")
      ->type_name("ADDRESS");
  app.add_option("--helo", helo, "The HELO or EHLO name")->type_name("NAME");
}

void add_inquiry(CLI::App& app, InquiryOptions& asked, const std::string& what,
                 const std::string& type) {
  app.add_option("subject", asked.words, what + "; and @SERVER, in any order")
      ->type_name(type + " [@HOST[:PORT]]");
  add_dns(app, asked.dns);
  add_json(app, asked.json);
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
  add_text(app, "--receiver", options.receiver, "NAME",
           "The receiver's own name, for fields and %{r}");
  app.add_flag("--headers", options.headers, "Show the header fields that a receiver adds");
  add_text(app, "--batch", options.batch, "FILE",
           "A file of JSON lines {ip, mail_from, helo}; - is stdin");
  add_server(app, options.asked);
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
  add_texts(leaf.app(), "--ignore", options.ignored, "RULE",
            "A rule that is not to be applied, repeatable");
  leaf.app().add_flag("--not-checked", options.not_checked,
                      "Name the rules that could not be looked at");
  leaf.app().add_flag("--rules", options.rules, "List the rules");
  add_inquiry(
      leaf.app(), options.asked,
      "A domain, a record in quotes (a line of a zone file will do), or - for lines of them on "
      "stdin",
      "DOMAIN|RECORD|-");
}

/// Whose mail is to pass.
void add_provider(CLI::App& app, PlanOptions& options) {
  add_text(app, "--include", options.include, "NAME",
           "The provider's include name; else that of --config");
  add_text(app, "--shared", options.shared, "NAME",
           "Where --include is an account's own: the name that all accounts share");
  add_texts(app, "--pool", options.pool, "CIDR",
            "A network of the sending pool, repeatable; else what the include lets pass");
  add_config(app, options.config, "The provider's configuration file");
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
  add_text(app, "--return-path", options.return_path, "NAME",
           "Plan both records of a return path: a label or a name below the domain");
  add_text(app, "--bounce-host", options.bounce_host, "NAME",
           "Where the mail of the return path is to go; else that of --config");
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
  add_text(app, "--fail-on", options.fail_on, "SEVERITY",
           "Of lint: from which on the exit code is 1; else error");
  add_provider(app, options.plan);
  app.add_option("--format", options.format, "jsonl or csv")->capture_default_str();
  app.add_flag("--unordered", options.unordered, "Answer as it comes, not in the order of lines");
  add_text(app, "--resume", options.resume, "FILE",
           "Keep in a file how far it has come, and go on there");
  app.add_option("--threads", options.threads, "0: one a core, four at most")
      ->capture_default_str();
  app.add_option("--window", options.window, "Domains, and lookups, under way at once")
      ->capture_default_str();
  add_rate(app, "--rate", options.rate, "Queries a second; 0: no limit");
  add_rate(app, "--server-rate", options.server_rate, "The same to any one server");
  add_inquiry(app, options.plan.asked,
              "check (the default), lint or plan; files of lines, - for stdin",
              "[check|lint|plan] [FILE...|-]");
}

void add_explain(CLI::App& root, Command& chosen) {
  Leaf<ExplainOptions> leaf(
      root, chosen, "explain", "Tell how a receiver comes to its result, DMARC included", explain,
      "mandate explain --ip 192.0.2.1 --mail-from news@customer.example\n"
      "  mandate explain --ip 192.0.2.1 --mail-from x@bounce.customer.example "
      "--from customer.example\n"
      "  mandate explain --evidence ID --config /etc/mandate.toml\n\n"
      "Exit codes: those of `mandate check`; of --evidence 0 the same verdict, 1 another one.");
  ExplainOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  CLI::Option* evidence = add_text(app, "--evidence", options.evidence, "ID",
                                   "Judge kept evidence again, offline, by its id");
  add_text(app, "--evidence-file", options.evidence_file, "FILE",
           "The same of a file that holds it")
      ->excludes(evidence);
  add_config(app, options.config, "Whose store has the evidence");
  add_sender(app, options.ip, options.mail_from, options.helo);
  add_text(app, "--from", options.from, "ADDRESS|DOMAIN",
           "From, which people see; else the domain that SPF checks");
  add_server(app, options.asked);
}

void add_tree(CLI::App& root, Command& chosen) {
  Leaf<TreeOptions> leaf(
      root, chosen, "tree", "Show the records that a policy is made of, and what each costs", tree,
      "mandate tree customer.example --ip 192.0.2.1\n"
      "  mandate tree customer.example --format svg > tree.svg\n\n"
      "Exit codes: 0 nothing in it ends with an error, 1 something does, 3 the DNS could not be\n"
      "asked, 64 usage, 65 malformed zone file, 66 unreadable file.");
  TreeOptions& options = leaf.options();
  CLI::App& app = leaf.app();
  add_text(app, "--ip", options.ip, "IP", "The address whose way through the tree is marked");
  add_text(app, "--domain", options.domain, "DOMAIN", "Where a record in quotes stands");
  add_text(app, "--format", options.format, "FORMAT", "text, svg, dot or json; else text");
  app.add_flag("--all", options.all, "A line for every term, also where many are alike");
  add_inquiry(app, options.asked, "A domain, or a record in quotes", "DOMAIN|RECORD");
}

void add_diff(CLI::App& root, Command& chosen) {
  Leaf<DiffOptions> leaf(
      root, chosen, "diff", "Say which addresses change between two policies", diff,
      "mandate diff customer.example 'v=spf1 mx include:spf.example.com -all'\n"
      "  mandate diff old.zone new.zone\n\n"
      "Exit codes: 0 it is proven that no address changes, 1 some change or may, 3 the DNS could\n"
      "not be asked, 64 usage, 65 malformed zone file, 66 unreadable file.");
  DiffOptions& options = leaf.options();
  add_text(leaf.app(), "--domain", options.domain, "DOMAIN",
           "Whose policy the records or zone files have");
  leaf.app().add_flag("--all", options.all, "Every change and every range, however many");
  add_inquiry(leaf.app(), options.asked, "OLD and NEW: records in quotes, domains or zone files",
              "OLD NEW");
}

void add_dns_view(CLI::App& root, Command& chosen) {
  Leaf<DnsViewOptions> leaf(
      root, chosen, "dns", "Ask every server of a domain's zone, and say where they differ",
      dns_view,
      "mandate dns customer.example\n"
      "  mandate dns customer.test --root-hints private.root --port 5353\n\n"
      "Exit codes: 0 all servers answer alike, 1 they differ or some are at fault, 3 the zone was\n"
      "not found or does not answer, 64 usage, 65 malformed root hints, 66 unreadable file.");
  DnsViewOptions& options = leaf.options();
  leaf.positional("domain", options.domain, "The domain");
  CLI::App& app = leaf.app();
  add_text(app, "--root-hints", options.root_hints, "FILE",
           "The root's servers, as named.root has them; else those of --config, else the "
           "Internet's");
  add_config(app, options.config);
  app.add_option("--port", options.port,
                 "Of every server, for private roots and tests; else that of --config, else 53")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65535));
  app.add_option("--timeout", options.timeout, "Of the whole")->capture_default_str();
  add_json(app, options.json);
}

}  // namespace

void add_policy_commands(CLI::App& root, Command& chosen) {
  add_check(root, chosen);
  add_lint(root, chosen);
  add_plan(root, chosen);
  add_scan(root, chosen);
  add_explain(root, chosen);
  add_tree(root, chosen);
  add_diff(root, chosen);
  add_dns_view(root, chosen);
}

}  // namespace mandate::app
