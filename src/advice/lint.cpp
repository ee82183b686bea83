#include "advice/lint.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "advice/glued_strings.h"
#include "advice/near_miss.h"
#include "advice/policy_fault.h"
#include "advice/rule_table.h"
#include "advice/term_fault.h"
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
      Finding out = of_the_whole(text, *broken, miss->message);
      out.fix = miss->fixed;
      return out;
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
  for (Finding& finding : policy_faults(record)) {
    if (std::ranges::find(misread, finding.span, &Finding::span) != misread.end()) continue;
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

/// The text with every fix applied, from the back; of fixes that overlap the first one.
std::string fixed_text(std::string_view text, const std::vector<Finding>& findings) {
  std::string out;
  std::size_t done = 0;
  for (const Finding& finding : findings) {
    if (!finding.fix || finding.span.begin < done) continue;
    out += text.substr(done, finding.span.begin - done);
    out += *finding.fix;
    done = finding.span.end;
    // A term that is removed takes the space in front of it with it.
    const bool removed = finding.fix->empty() && out.ends_with(' ');
    if (removed && (done == text.size() || text[done] == ' ')) out.pop_back();
  }
  out += text.substr(done);
  return out;
}

/// Orders the findings, and applies their fixes.
void finish(std::string_view text, Lint& out) {
  sort(out.findings);
  std::string fixed = fixed_text(text, out.findings);
  if (fixed == text || !spf::is_spf_record(fixed) || !spf::parse_record(fixed)) return;
  if (out.meaning_unknown) out.left = lint(fixed).findings;
  out.fixed = std::move(fixed);
}

/// What the boundaries of a TXT's strings do, in the place of what else was found there.
void add_glued_strings(const dns::TxtData& txt, LintedText& linted) {
  std::vector<Finding> glued = glued_strings(txt);
  if (glued.empty()) return;
  std::vector<Finding>& findings = linted.lint.findings;
  std::erase_if(findings, [&](const Finding& finding) {
    return std::ranges::any_of(glued, [&](const Finding& place) {
      return finding.span.begin < place.span.end && place.span.begin < finding.span.end;
    });
  });
  std::ranges::move(glued, std::back_inserter(findings));
  finish(linted.text, linted.lint);
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

std::vector<LintedText> lint(const dns::Fact& txt) {
  std::vector<LintedText> out;
  std::ptrdiff_t records = 0;
  for (const dns::RecordData& data : txt.records) {
    const auto* held = std::get_if<dns::TxtData>(&data);
    if (held == nullptr) continue;
    std::string text = held->joined();
    const bool is_record = spf::is_spf_record(text);
    Lint found = lint(text);
    if (!is_record && found.findings.front().rule == &rule("no-record")) continue;
    records += is_record ? 1 : 0;
    add_glued_strings(*held, out.emplace_back(std::move(text), std::move(found)));
  }
  if (out.empty()) {
    const char* const message = txt.status == dns::Fact::Status::no_such_name
                                    ? "The name does not exist."
                                    : "The name has no SPF record.";
    out.push_back({"",
                   {.findings = {of_the_whole("", rule("no-record"), message)},
                    .fixed = std::nullopt,
                    .meaning_unknown = true}});
  }
  for (LintedText& linted : out) {
    if (records < 2 || !spf::is_spf_record(linted.text)) continue;
    linted.lint.findings.insert(
        linted.lint.findings.begin(),
        of_the_whole(linted.text, rule("multiple-records"),
                     "The name has more than one SPF record; merge them into one."));
  }
  return out;
}

void add(Lint& lint, std::vector<Finding> findings) {
  std::ranges::move(findings, std::back_inserter(lint.findings));
  sort(lint.findings);
}

std::optional<Severity> worst(const Lint& lint) {
  const auto found = std::ranges::max_element(
      lint.findings, {}, [](const Finding& finding) { return finding.rule->severity; });
  if (found == lint.findings.end()) return std::nullopt;
  return found->rule->severity;
}

}  // namespace mandate::advice
