#include "advice/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "advice/near_miss.h"
#include "advice/policy_fault.h"
#include "advice/rule_table.h"
#include "advice/shown.h"
#include "advice/string_fault.h"
#include "advice/term.h"
#include "advice/term_fault.h"
#include "advice/text_edit.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

Finding of_the_whole(std::string_view text, const Rule& rule, std::string message) {
  return {&rule, {0, text.size()}, std::move(message), std::nullopt};
}

/// Of a text that receivers take for no SPF record.
Finding not_a_record(std::string_view text) {
  if (const auto miss = near_miss(text)) {
    if (const Rule* broken = find_rule(miss->id)) {
      TextEdit edit = changed_words(text, miss->fixed);
      return {broken, edit.span, miss->message, std::move(edit.text)};
    }
  }
  if (spf::lower(text.substr(0, 7)) == "spf2.0/") {
    Finding out = of_the_whole(text, rule("sender-id"), "This is a record of Sender ID.");
    out.fix = "";
    return out;
  }
  return of_the_whole(text, rule("no-record"),
                      "This is no SPF record: it does not begin `v=spf1`.");
}

/// A term that is misread says nothing of the policy.
void add_policy_faults(const spf::Record& record, std::vector<Finding>& findings) {
  const auto misread = findings;
  const bool hides_all = std::ranges::any_of(misread, [](const Finding& finding) {
    const auto meant = record_of(finding.fix.value_or(""));
    return meant && meant->has_all();
  });
  for (Finding& finding : policy_faults(record)) {
    if (std::ranges::find(misread, finding.span, &Finding::span) != misread.end()) continue;
    if (hides_all && finding.rule == &rule("no-all")) continue;
    findings.push_back(std::move(finding));
  }
}

/// By place; of one place the worst first, then as the rules stand in their table.
void sort(std::vector<Finding>& findings) {
  const auto order = [](const Finding& finding) {
    return std::tuple(finding.span.begin, -static_cast<int>(finding.rule->severity),
                      finding.rule - rules().data(), std::string_view(finding.message));
  };
  std::ranges::sort(findings, {}, order);
}

/// The text with every fix applied; of fixes that overlap the first one.
std::string fixed_text(std::string_view text, const std::vector<Finding>& findings) {
  std::vector<TextEdit> edits;
  for (const Finding& finding : findings) {
    if (finding.fix) edits.push_back({finding.span, *finding.fix});
  }
  return edited(text, std::move(edits));
}

/// The same, where the fixes change it to a record that can be read.
std::optional<std::string> fixed_record(std::string_view text,
                                        const std::vector<Finding>& findings) {
  std::string fixed = fixed_text(text, findings);
  if (fixed == text || !spf::is_spf_record(fixed) || !spf::parse_record(fixed)) return std::nullopt;
  return fixed;
}

/// Orders the findings, and applies their fixes.
void finish(std::string_view text, Lint& out) {
  sort(out.findings);
  out.fixed = fixed_record(text, out.findings);
  if (!out.fixed || !out.meaning_unknown) return;
  Lint next = lint(*out.fixed);
  out.left = std::move(next.findings);
  out.left_fixed = std::move(next.fixed);
}

/// What the strings of a TXT do; a boundary in the place of what else was found there.
void add_string_faults(const dns::TxtData& txt, LintedText& linted) {
  std::vector<Finding> faults = string_faults(txt);
  if (faults.empty()) return;
  std::vector<Finding>& findings = linted.lint.findings;
  std::erase_if(findings, [&](const Finding& finding) {
    return std::ranges::any_of(faults, [&](const Finding& fault) {
      return fault.fix && finding.span.begin < fault.span.end &&
             fault.span.begin < finding.span.end;
    });
  });
  std::ranges::move(faults, std::back_inserter(findings));
  finish(linted.text, linted.lint);
}

/// Several records are one fault, told at the first of them.
void tell_of_several(std::vector<LintedText>& texts) {
  LintedText* first = nullptr;
  std::size_t count = 0;
  std::string list;
  for (LintedText& linted : texts) {
    if (!spf::is_spf_record(linted.text)) continue;
    if (first == nullptr) first = &linted;
    list += fmt::format("{}`{}`", count++ == 0 ? "" : ", ", shown(linted.text));
  }
  if (count < 2) return;
  first->lint.findings.insert(
      first->lint.findings.begin(),
      of_the_whole(
          first->text, rule("multiple-records"),
          fmt::format("The name has {} SPF records; merge them into one: {}.", count, list)));
}

}  // namespace

Lint lint(std::string_view text) {
  Lint out;
  if (!spf::is_spf_record(text)) {
    out.findings.push_back(not_a_record(text));
    out.meaning_unknown = true;
  } else {
    out.findings = term_faults(text);
    if (const auto record = spf::parse_record(text)) {
      add_policy_faults(*record, out.findings);
    } else {
      out.meaning_unknown = true;
    }
  }
  finish(text, out);
  return out;
}

LintedText lint(const dns::TxtData& txt) {
  LintedText out;
  out.text = txt.joined();
  out.lint = lint(out.text);
  add_string_faults(txt, out);
  return out;
}

std::vector<LintedText> lint(const dns::Fact& txt) {
  std::vector<LintedText> out;
  for (const dns::RecordData& data : txt.records) {
    const auto* held = std::get_if<dns::TxtData>(&data);
    if (held == nullptr) continue;
    LintedText found = lint(*held);
    const bool is_record = spf::is_spf_record(found.text);
    const std::vector<Finding>& findings = found.lint.findings;
    if (!is_record && !findings.empty() && findings.front().rule == &rule("no-record")) continue;
    out.push_back(std::move(found));
  }
  if (out.empty()) {
    const char* const message = txt.status == dns::Fact::Status::no_such_name
                                    ? "The name does not exist."
                                    : "The name has no SPF record.";
    out.push_back({"",
                   {.findings = {of_the_whole("", rule("no-record"), message)},
                    .fixed = std::nullopt,
                    .meaning_unknown = true,
                    .left = {},
                    .left_fixed = std::nullopt}});
  }
  tell_of_several(out);
  return out;
}

void add(Lint& lint, std::vector<Finding> findings) {
  std::ranges::move(findings, std::back_inserter(lint.findings));
  sort(lint.findings);
}

void leave_out(LintedText& linted, std::span<const Rule* const> rules) {
  const auto is_of_them = [&](const Finding& finding) {
    return std::ranges::find(rules, finding.rule) != rules.end();
  };
  Lint& lint = linted.lint;
  std::erase_if(lint.findings, is_of_them);
  lint.left.clear();
  lint.left_fixed.reset();
  finish(linted.text, lint);
  std::erase_if(lint.left, is_of_them);
  if (lint.left_fixed) lint.left_fixed = fixed_record(*lint.fixed, lint.left);
}

std::optional<Severity> worst(const Lint& lint) {
  const auto found = std::ranges::max_element(
      lint.findings, {}, [](const Finding& finding) { return finding.rule->severity; });
  if (found == lint.findings.end()) return std::nullopt;
  return found->rule->severity;
}

}  // namespace mandate::advice
