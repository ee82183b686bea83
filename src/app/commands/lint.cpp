#include "app/commands/lint.h"

#include <fmt/core.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <utility>

#include "app/commands/lint_batch.h"
#include "app/commands/lint_report.h"
#include "app/commands/linting.h"
#include "app/duration.h"
#include "app/exit_code.h"

namespace mandate::app {
namespace {

/// What is to be linted, and which server to ask.
struct Subject {
  std::string text;
  std::string server;
};

Attempt<Subject> subject_of(const std::vector<std::string>& given) {
  Subject out;
  for (const std::string& word : given) {
    std::string& target = word.starts_with('@') ? out.server : out.text;
    if (!target.empty()) {
      return fail(exit_code::usage,
                  fmt::format("lint: \"{}\" is one too many; put a record into quotes: "
                              "mandate lint 'v=spf1 mx -all'",
                              escaped(word)));
    }
    target = word.starts_with('@') ? word.substr(1) : word;
  }
  if (out.text.empty()) {
    return fail(exit_code::usage, "lint: what to lint is missing: a domain, or a record in quotes");
  }
  return out;
}

/// Opens the DNS only for those who need it: a record's text stands for itself.
Attempt<LintReport> report_of(const Subject& subject, const DnsOptions& dns,
                              std::chrono::milliseconds timeout) {
  if (is_record_text(subject.text)) return lint_record(subject.text);
  const auto lookup = open_dns(dns);
  if (!lookup) return std::unexpected(lookup.error());
  return lint_domain(subject.text, {**lookup, timeout, !dns.zones.empty()});
}

int lint_lines(const DnsOptions& dns, std::chrono::milliseconds timeout, advice::Severity fail_on) {
  const auto lookup = open_dns(dns);
  if (!lookup) return report(lookup.error());
  return lint_batch({**lookup, timeout, !dns.zones.empty()}, fail_on);
}

int print_rules(bool json) {
  fmt::print("{}", json ? boost::json::serialize(rules_json()) + "\n" : rules_text());
  return exit_code::done;
}

}  // namespace

int lint(const LintOptions& options) {
  if (options.rules) return print_rules(options.json);
  const auto fail_on = advice::parse_severity(options.fail_on);
  if (!fail_on) {
    return report({exit_code::usage, "lint: --fail-on is one of info, warning, silent and error"});
  }
  const auto subject = subject_of(options.subjects);
  if (!subject) return report(subject.error());
  if (!subject->server.empty() && (!options.dns.zones.empty() || !options.dns.resolver.empty())) {
    return report({exit_code::usage, "lint: give one of @SERVER, --resolver and --zone"});
  }
  DnsOptions dns = options.dns;
  if (!subject->server.empty()) dns.resolver = subject->server;
  const auto timeout = parse_duration(dns.timeout);
  if (!timeout) return report({exit_code::usage, "lint: --timeout: " + timeout.error()});
  if (subject->text == "-") return lint_lines(dns, *timeout, *fail_on);

  const auto linted = report_of(*subject, dns, *timeout);
  if (!linted) return report(linted.error());
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(lint_json(*linted)));
  } else {
    fmt::print("{}", lint_text(*linted, Palette(shows_colour(STDOUT_FILENO))));
  }
  return reaches(*linted, *fail_on) ? exit_code::refused : exit_code::done;
}

}  // namespace mandate::app
