#include "app/commands/lint.h"

#include <fmt/core.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <utility>

#include "app/commands/line_answers.h"
#include "app/commands/lint_report.h"
#include "app/commands/linting.h"
#include "app/exit_code.h"

namespace mandate::app {
namespace {

int exit_code_of(const LintReport& report, advice::Severity fail_on) {
  return reaches(report, fail_on) ? exit_code::refused : exit_code::done;
}

/// Opens the DNS only for those who need it: a record's text stands for itself.
Attempt<LintReport> report_of(const Inquiry& inquiry) {
  const std::string& subject = inquiry.subjects.front();
  if (is_record_text(subject)) return lint_record(subject);
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return std::unexpected(lookup.error());
  return lint_domain(subject, {**lookup, inquiry.timeout, !inquiry.dns.zones.empty()});
}

int lint_lines(const Inquiry& inquiry, advice::Severity fail_on) {
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return report(lookup.error());
  const LintDns dns{**lookup, inquiry.timeout, !inquiry.dns.zones.empty()};
  return answer_lines("lint", [&](const std::string& line) -> Attempt<LineAnswer> {
    auto linted = is_record_text(line) ? lint_record(line) : lint_domain(line, dns);
    if (!linted) return std::unexpected(std::move(linted.error()));
    return LineAnswer{lint_json(*linted), exit_code_of(*linted, fail_on)};
  });
}

int print_rules(bool json) {
  fmt::print("{}", json ? boost::json::serialize(rules_json()) + "\n" : rules_text());
  return exit_code::done;
}

}  // namespace

int lint(const LintOptions& options) {
  if (options.rules) return print_rules(options.asked.json);
  const auto fail_on = advice::parse_severity(options.fail_on);
  if (!fail_on) {
    return report({exit_code::usage, "lint: --fail-on is one of info, warning, silent and error"});
  }
  const auto inquiry = read_inquiry(options.asked, {.command = "lint",
                                                    .what = "a domain, or a record in quotes,",
                                                    .example = "mandate lint 'v=spf1 mx -all'",
                                                    .takes_lines = true});
  if (!inquiry) return report(inquiry.error());
  if (inquiry->subjects.front() == "-") return lint_lines(*inquiry, *fail_on);

  const auto linted = report_of(*inquiry);
  if (!linted) return report(linted.error());
  if (options.asked.json) {
    fmt::print("{}\n", boost::json::serialize(lint_json(*linted)));
  } else {
    fmt::print("{}", lint_text(*linted, options.not_checked, Palette(shows_colour(STDOUT_FILENO))));
  }
  return exit_code_of(*linted, *fail_on);
}

}  // namespace mandate::app
