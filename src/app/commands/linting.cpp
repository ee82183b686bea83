#include "app/commands/linting.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

#include "advice/name_fault.h"
#include "advice/pasted_record.h"
#include "advice/slow_lookup.h"
#include "advice/tree_fault.h"
#include "app/commands/inquiry.h"
#include "app/exit_code.h"
#include "mandate/spf/policy_map.h"

namespace mandate::app {
namespace {

constexpr std::string_view kOneRecord = "one record that can be read";
constexpr std::string_view kDns = "the DNS";

Unchecked& leave_out(LintReport& report, std::string need,
                     std::initializer_list<advice::Needs> what) {
  auto entry = std::ranges::find(report.unchecked, need, &Unchecked::need);
  if (entry == report.unchecked.end()) {
    entry = report.unchecked.insert(entry, {.need = std::move(need)});
  }
  for (const advice::Needs needs : what) {
    std::ranges::copy(advice::rules_that_need(needs), std::back_inserter(entry->rules));
  }
  return *entry;
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
    leave_out(report, std::string(kOneRecord), {advice::Needs::terms});
  }
  if (std::ranges::any_of(report.texts, unread)) {
    leave_out(report, std::string(kOneRecord), {advice::Needs::meaning});
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
  const auto txt = advice::pasted_record(text);
  LintReport out{"", false, {}, {}};
  out.texts.push_back(txt ? advice::lint(*txt) : advice::LintedText{text, advice::lint(text)});
  leave_out_unread(out);
  using enum advice::Needs;
  if (!txt) leave_out(out, std::string(kDns), {strings});
  leave_out(out, std::string(kDns), {answer, name, tree, time, servers});
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

/// How long it takes to learn all that the record asks for, whoever sends.
spf::Questions LintStep::look_at_time(const dns::Facts& facts) {
  if (!only_record(*report_)) {
    leave_out(*report_, std::string(kOneRecord), {advice::Needs::time});
    return {};
  }
  if (scope_.is_in_memory || !scope_.timeout) {
    leave_out(*report_, "a DNS that is asked for this domain alone", {advice::Needs::time});
    return {};
  }
  const auto now = std::chrono::steady_clock::now();
  if (!time_begun_) time_begun_ = now;
  auto compiled = spf::compile(name_.text(), facts);
  if (auto* lacking = std::get_if<spf::Questions>(&compiled)) return std::move(*lacking);
  const auto took = std::chrono::floor<std::chrono::milliseconds>(now - *time_begun_);
  advice::LintedText& text = report_->texts.front();
  if (auto slow = advice::slow_lookups(text.text, took, *scope_.timeout)) {
    advice::add(text.lint, {std::move(*slow)});
  }
  return {};
}

spf::Questions LintStep::look_at_tree(const dns::Facts& facts) {
  const auto record = only_record(*report_);
  if (!record) {
    leave_out(*report_, std::string(kOneRecord), {advice::Needs::tree});
    return {};
  }
  auto found = advice::tree_faults(name_, *record, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&found)) return std::move(*lacking);
  advice::add(report_->texts.front().lint, std::get<0>(std::move(found)));
  const auto failed = first_failed(facts);
  report_->dns_checked = !failed;
  if (failed) {
    leave_out(*report_, dns::text(*failed) + ", which could not be looked up",
              {advice::Needs::tree})
        .lookup_failed = true;
  }
  return {};
}

spf::Questions LintStep::look_at_name(const dns::Facts& facts) {
  advice::LintedText& main = main_text(*report_);
  const advice::LintedName subject{
      .domain = name_, .text = main.text, .whole_ttls = scope_.is_in_memory};
  auto found = advice::name_faults(subject, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&found)) return std::move(*lacking);
  auto& faults = std::get<advice::NameFaults>(found);
  advice::add(main.lint, std::move(faults.findings));
  if (faults.not_checked.empty()) return {};
  report_->unchecked.push_back({"a lookup that failed", faults.not_checked, true});
  return {};
}

spf::Questions LintStep::leave_out_servers(const dns::Facts& /*facts*/) {
  leave_out(*report_, "each name server asked by itself", {advice::Needs::servers});
  return {};
}

std::variant<Attempt<LintReport>, spf::Questions> LintStep::operator()(const dns::Facts& facts) {
  constexpr std::array parts = {&LintStep::look_at_texts, &LintStep::look_at_time,
                                &LintStep::look_at_tree, &LintStep::look_at_name,
                                &LintStep::leave_out_servers};
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
                          LintStep(*named, {dns.is_in_memory, dns.timeout}));
}

void ignore(LintReport& report, std::vector<const advice::Rule*> rules) {
  if (rules.empty()) return;
  for (advice::LintedText& linted : report.texts) advice::leave_out(linted, rules);
  for (Unchecked& unchecked : report.unchecked) {
    std::erase_if(unchecked.rules, [&](const advice::Rule* rule) {
      return std::ranges::find(rules, rule) != rules.end();
    });
  }
  std::erase_if(report.unchecked,
                [](const Unchecked& unchecked) { return unchecked.rules.empty(); });
  report.ignored = std::move(rules);
}

int exit_code_of(const LintReport& report, advice::Severity fail_on) {
  const bool reaches = std::ranges::any_of(report.texts, [&](const advice::LintedText& text) {
    const auto found = advice::worst(text.lint);
    return found && *found >= fail_on;
  });
  if (reaches) return exit_code::refused;
  return report.lookup_failed() ? exit_code::unknown : exit_code::done;
}

}  // namespace mandate::app
