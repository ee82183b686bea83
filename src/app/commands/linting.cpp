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

/// The text that findings of the name stand at: its record, else what comes first.
advice::LintedText& main_text(LintReport& report) {
  const auto found = std::ranges::find_if(report.texts, [](const advice::LintedText& linted) {
    return spf::is_spf_record(linted.text);
  });
  return found == report.texts.end() ? report.texts.front() : *found;
}

}  // namespace

LintReport lint_record(const std::string& text) {
  LintReport out{"", false, {{text, advice::lint(text)}}, {}};
  leave_out_unread(out);
  leave_out(out, "this needs the DNS, and a text alone was given",
            {advice::Needs::answer, advice::Needs::name, advice::Needs::tree});
  return out;
}

spf::Questions LintStep::look_at_texts(const dns::Facts& facts) {
  const dns::Question question{name_, dns::RecordType::txt};
  const dns::Fact* const txt = facts.find(question);
  if (txt == nullptr) return {question};
  if (txt->status == dns::Fact::Status::failed) {
    report_ = fail(exit_code::unknown, fmt::format("lint: {} could not be looked up: {}",
                                                   dns::text(question), txt->detail));
    return {};
  }
  report_ = LintReport{name_.text(), false, advice::lint(*txt), {}};
  leave_out_unread(*report_);
  return {};
}

spf::Questions LintStep::look_at_tree(const dns::Facts& facts) {
  const auto record = only_record(*report_);
  if (!record) {
    leave_out(*report_, std::string(kNoRecord), {advice::Needs::tree});
    return {};
  }
  auto found = advice::tree_faults(name_, *record, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&found)) return std::move(*lacking);
  advice::add(report_->texts.front().lint, std::get<0>(std::move(found)));
  report_->dns_checked = true;
  if (const auto failed = first_failed(facts)) {
    leave_out(*report_, dns::text(*failed) + " could not be looked up", {advice::Needs::tree});
  }
  return {};
}

spf::Questions LintStep::look_at_name(const dns::Facts& facts) {
  advice::LintedText& main = main_text(*report_);
  const advice::LintedName subject{.domain = name_, .text = main.text, .whole_ttls = whole_ttls_};
  auto found = advice::name_faults(subject, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&found)) return std::move(*lacking);
  auto& faults = std::get<advice::NameFaults>(found);
  advice::add(main.lint, std::move(faults.findings));
  if (faults.not_checked.empty()) return {};
  report_->unchecked.push_back({"a lookup at the name or near it failed", faults.not_checked});
  return {};
}

std::variant<Attempt<LintReport>, spf::Questions> LintStep::operator()(const dns::Facts& facts) {
  constexpr std::array parts = {&LintStep::look_at_texts, &LintStep::look_at_tree,
                                &LintStep::look_at_name};
  for (; parts_done_ < static_cast<int>(parts.size()) && report_; ++parts_done_) {
    spf::Questions lacking = (this->*parts[static_cast<std::size_t>(parts_done_)])(facts);
    if (!lacking.empty()) return lacking;
  }
  return std::move(report_);
}

Attempt<LintReport> lint_domain(const std::string& domain, const LintDns& dns) {
  const auto named = domain_argument("lint", domain);
  if (!named) return std::unexpected(named.error());
  dns::Facts facts;
  return resolver::settle(dns.lookup, facts, std::chrono::steady_clock::now() + dns.timeout,
                          LintStep(*named, dns.whole_ttls));
}

bool reaches(const LintReport& report, advice::Severity severity) {
  return std::ranges::any_of(report.texts, [&](const advice::LintedText& text) {
    const auto found = advice::worst(text.lint);
    return found && *found >= severity;
  });
}

}  // namespace mandate::app
