#include "app/commands/linting.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

#include "advice/name_fault.h"
#include "advice/tree_fault.h"
#include "app/commands/inquiry.h"
#include "app/exit_code.h"

namespace mandate::app {
namespace {

constexpr std::string_view kNoRecord = "this needs one record that can be read";

void leave_out(LintReport& report, std::string why, std::initializer_list<advice::Needs> what) {
  auto entry = std::ranges::find(report.unchecked, why, &Unchecked::why);
  if (entry == report.unchecked.end()) {
    entry = report.unchecked.insert(entry, {std::move(why), {}});
  }
  for (const advice::Needs needs : what) {
    std::ranges::copy(advice::rules_that_need(needs), std::back_inserter(entry->rules));
  }
}

/// What is not known of a text that cannot be read, nor mended so that it can be.
void leave_out_unread(LintReport& report) {
  const auto unread = [](const advice::LintedText& linted) {
    return linted.lint.meaning_unknown && !linted.lint.fixed;
  };
  const auto hidden = [&](const advice::LintedText& linted) {
    return unread(linted) && !spf::is_spf_record(linted.text);
  };
  if (std::ranges::any_of(report.texts, hidden)) {
    leave_out(report, std::string(kNoRecord), {advice::Needs::terms});
  }
  if (std::ranges::any_of(report.texts, unread)) {
    leave_out(report, std::string(kNoRecord), {advice::Needs::meaning});
  }
}

/// The record of a name that has one, and no near misses beside it.
std::optional<spf::Record> only_record(const LintReport& report) {
  const std::string& text = report.texts.front().text;
  if (report.texts.size() != 1 || !spf::is_spf_record(text)) return std::nullopt;
  auto record = spf::parse_record(text);
  if (!record) return std::nullopt;
  return std::move(*record);
}

/// The first question, in their order, that was not answered.
std::optional<dns::Question> first_failed(const dns::Facts& facts) {
  std::optional<dns::Question> first;
  for (const auto& [question, fact] : facts) {
    const bool failed = fact.status == dns::Fact::Status::failed;
    if (failed && (!first || question < *first)) first = question;
  }
  return first;
}

void look_at_tree(const dns::Name& name, LintReport& report, const LintDns& dns, dns::Facts& facts,
                  resolver::Deadline deadline) {
  const auto record = only_record(report);
  if (!record) {
    leave_out(report, std::string(kNoRecord), {advice::Needs::tree});
    return;
  }
  advice::add(report.texts.front().lint,
              resolver::settle(dns.lookup, facts, deadline, [&](const dns::Facts& known) {
                return advice::tree_faults(name, *record, known);
              }));
  report.dns_checked = true;
  if (const auto failed = first_failed(facts)) {
    leave_out(report, dns::text(*failed) + " could not be looked up", {advice::Needs::tree});
  }
}

/// The text that findings of the name stand at: its record, else what comes first.
advice::LintedText& main_text(LintReport& report) {
  const auto found = std::ranges::find_if(report.texts, [](const advice::LintedText& linted) {
    return spf::is_spf_record(linted.text);
  });
  return found == report.texts.end() ? report.texts.front() : *found;
}

void look_at_name(const dns::Name& name, LintReport& report, const LintDns& dns, dns::Facts& facts,
                  resolver::Deadline deadline) {
  advice::LintedText& main = main_text(report);
  const advice::LintedName subject{.domain = name, .text = main.text, .whole_ttls = dns.whole_ttls};
  advice::NameFaults faults = resolver::settle(
      dns.lookup, facts, deadline,
      [&](const dns::Facts& known) { return advice::name_faults(subject, known); });
  advice::add(main.lint, std::move(faults.findings));
  if (faults.not_checked.empty()) return;
  report.unchecked.push_back({"a lookup at the name or near it failed", faults.not_checked});
}

}  // namespace

LintReport lint_record(const std::string& text) {
  LintReport out{"", false, {{text, advice::lint(text)}}, {}};
  leave_out_unread(out);
  leave_out(out, "this needs the DNS, and a text alone was given",
            {advice::Needs::answer, advice::Needs::name, advice::Needs::tree});
  return out;
}

Attempt<LintReport> lint_domain(const std::string& domain, const LintDns& dns) {
  const auto named = domain_argument("lint", domain);
  if (!named) return std::unexpected(named.error());
  const dns::Name& name = *named;
  const auto deadline = std::chrono::steady_clock::now() + dns.timeout;
  dns::Facts facts;
  const std::array question{dns::Question{name, dns::RecordType::txt}};
  for (dns::Fact& fact : dns.lookup.ask(question, deadline)) facts.add(std::move(fact));
  const dns::Fact& txt = *facts.find(question.front());
  if (txt.status == dns::Fact::Status::failed) {
    return fail(exit_code::unknown, fmt::format("lint: {} could not be looked up: {}",
                                                dns::text(txt.question), txt.detail));
  }
  LintReport out{name.text(), false, advice::lint(txt), {}};
  leave_out_unread(out);
  look_at_tree(name, out, dns, facts, deadline);
  look_at_name(name, out, dns, facts, deadline);
  return out;
}

bool reaches(const LintReport& report, advice::Severity severity) {
  return std::ranges::any_of(report.texts, [&](const advice::LintedText& text) {
    const auto found = advice::worst(text.lint);
    return found && *found >= severity;
  });
}

}  // namespace mandate::app
