#include "app/commands/lint.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "app/commands/line_answers.h"
#include "app/commands/lint_report.h"
#include "app/commands/linting.h"
#include "app/exit_code.h"
#include "app/spelling.h"

namespace mandate::app {
namespace {

/// What is asked for, and what is made of the findings.
struct Task {
  Inquiry inquiry;
  advice::Severity fail_on;
  std::vector<const advice::Rule*> ignored;
};

/// Opens the DNS only for those who need it: a record's text stands for itself.
Attempt<LintReport> report_of(const Inquiry& inquiry) {
  const std::string& subject = inquiry.subjects.front();
  if (is_record_text(subject)) return lint_record(subject);
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return std::unexpected(lookup.error());
  return lint_domain(subject, {**lookup, inquiry.timeout, !inquiry.dns.zones.empty()});
}

int lint_lines(const Task& task) {
  const Inquiry& inquiry = task.inquiry;
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return report(lookup.error());
  const LintDns dns{**lookup, inquiry.timeout, !inquiry.dns.zones.empty()};
  return answer_lines("lint", [&](const std::string& line) -> Attempt<LineAnswer> {
    auto linted = is_record_text(line) ? lint_record(line) : lint_domain(line, dns);
    if (!linted) return std::unexpected(std::move(linted.error()));
    ignore(*linted, task.ignored);
    return LineAnswer{lint_json(*linted), exit_code_of(*linted, task.fail_on)};
  });
}

Attempt<std::vector<const advice::Rule*>> rules_of(const std::vector<std::string>& ids) {
  std::vector<const advice::Rule*> out;
  for (const std::string& id : ids) {
    if (const advice::Rule* rule = advice::find_rule(id)) {
      if (std::ranges::find(out, rule) == out.end()) out.push_back(rule);
      continue;
    }
    std::vector<std::string_view> known;
    for (const advice::Rule& rule : advice::rules()) known.push_back(rule.id);
    const auto meant = nearest(id, known);
    return fail(exit_code::usage,
                fmt::format("lint: --ignore: \"{}\" is not a rule; {}`mandate lint --rules` lists "
                            "them",
                            escaped(id), meant ? fmt::format("did you mean {}? ", *meant) : ""));
  }
  return out;
}

Attempt<Task> task_of(const LintOptions& options) {
  const auto fail_on = advice::parse_severity(options.fail_on);
  if (!fail_on) {
    return fail(exit_code::usage, "lint: --fail-on is one of info, warning, silent and error");
  }
  auto ignored = rules_of(options.ignored);
  if (!ignored) return std::unexpected(std::move(ignored.error()));
  auto inquiry = read_inquiry(options.asked, {.command = "lint",
                                              .what = "a domain, or a record in quotes,",
                                              .example = "mandate lint 'v=spf1 mx -all'",
                                              .takes_lines = true});
  if (!inquiry) return std::unexpected(std::move(inquiry.error()));
  return Task{std::move(*inquiry), *fail_on, std::move(*ignored)};
}

int print_rules(bool json) {
  fmt::print("{}", json ? boost::json::serialize(rules_json()) + "\n" : rules_text());
  return exit_code::done;
}

}  // namespace

int lint(const LintOptions& options) {
  if (options.rules) return print_rules(options.asked.json);
  const auto task = task_of(options);
  if (!task) return report(task.error());
  if (task->inquiry.subjects.front() == "-") return lint_lines(*task);

  auto linted = report_of(task->inquiry);
  if (!linted) return report(linted.error());
  ignore(*linted, task->ignored);
  if (options.asked.json) {
    fmt::print("{}\n", boost::json::serialize(lint_json(*linted)));
  } else {
    fmt::print("{}", lint_text(*linted, options.not_checked, Palette(shows_colour(STDOUT_FILENO))));
  }
  return exit_code_of(*linted, task->fail_on);
}

}  // namespace mandate::app
