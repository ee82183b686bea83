#include "advice/lint.h"

#include <algorithm>
#include <tuple>
#include <utility>

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

}  // namespace

Lint lint(std::string_view text) {
  Lint out;
  if (!spf::is_spf_record(text)) {
    out.findings.push_back(not_a_record(text));
    out.meaning_unknown = true;
  } else {
    out.findings = term_faults(text);
    if (const auto record = spf::parse_record(text)) {
      std::ranges::move(policy_faults(*record), std::back_inserter(out.findings));
    } else {
      out.meaning_unknown = true;
    }
  }
  std::ranges::stable_sort(out.findings, [](const Finding& a, const Finding& b) {
    return std::tuple(a.span.begin, b.rule->severity) < std::tuple(b.span.begin, a.rule->severity);
  });
  std::string fixed = fixed_text(text, out.findings);
  if (fixed != text && spf::is_spf_record(fixed) && spf::parse_record(fixed)) {
    out.fixed = std::move(fixed);
  }
  return out;
}

std::optional<Severity> worst(const Lint& lint) {
  const auto found = std::ranges::max_element(
      lint.findings, {}, [](const Finding& finding) { return finding.rule->severity; });
  if (found == lint.findings.end()) return std::nullopt;
  return found->rule->severity;
}

}  // namespace mandate::advice
