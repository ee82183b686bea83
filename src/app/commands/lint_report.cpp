#include "app/commands/lint_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "app/commands/marked_text.h"

namespace mandate::app {
namespace {

using advice::Finding;
using advice::Severity;

std::string coloured(Severity severity, const Palette& palette) {
  const std::string_view text = advice::text(severity);
  switch (severity) {
    case Severity::error:
      return palette.bad(text);
    case Severity::silent:
    case Severity::warning:
      return palette.doubtful(text);
    case Severity::info:
      break;
  }
  return palette.strong(text);
}

std::string fix_text(const Finding& finding, std::string_view text) {
  const std::string was = escaped(finding.span.in(text));
  if (finding.fix->empty()) return fmt::format("  fix  remove {}\n", was.empty() ? "it" : was);
  if (was.empty()) return fmt::format("  fix  add {}\n", escaped(*finding.fix));
  return fmt::format("  fix  {} -> {}\n", was, escaped(*finding.fix));
}

std::string finding_text(const Finding& finding, std::string_view text, const Palette& palette) {
  const advice::Rule& rule = *finding.rule;
  std::string out = fmt::format("\n{}  {}  {}\n", coloured(rule.severity, palette),
                                palette.strong(rule.id), palette.faint(rule.section));
  // A mark under the whole text would say nothing.
  const bool whole = finding.span.begin == 0 && finding.span.end == text.size();
  if (!whole) out += marked_text(text, finding.span, palette);
  if (whole && !text.empty()) out += fmt::format("  {}\n", escaped(text));
  out += fmt::format("  {} {}\n", printable(finding.message), rule.why);
  if (finding.fix) out += fix_text(finding, text);
  return out;
}

/// `2 errors, 1 warning`, the worst first.
std::string counts_of(const LintReport& report) {
  std::string out;
  for (const Severity severity :
       {Severity::error, Severity::silent, Severity::warning, Severity::info}) {
    std::ptrdiff_t count = 0;
    for (const advice::LintedText& linted : report.texts) {
      count += std::ranges::count_if(linted.lint.findings, [&](const Finding& finding) {
        return finding.rule->severity == severity;
      });
    }
    if (count == 0) continue;
    const bool plural = count > 1 && (severity == Severity::error || severity == Severity::warning);
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", count, advice::text(severity),
                       plural ? "s" : "");
  }
  return out.empty() ? "nothing found" : out;
}

boost::json::value finding_json(const Finding& finding, std::string_view text) {
  const advice::Rule& rule = *finding.rule;
  return boost::json::object{
      {"id", rule.id},
      {"severity", advice::text(rule.severity)},
      {"section", rule.section},
      {"message", json_text(finding.message)},
      {"why", rule.why},
      {"begin", finding.span.begin},
      {"end", finding.span.end},
      {"old", json_text(finding.span.in(text))},
      {"new", finding.fix ? boost::json::value(json_text(*finding.fix)) : nullptr}};
}

boost::json::array findings_json(const std::vector<Finding>& findings, std::string_view text) {
  boost::json::array out;
  for (const Finding& finding : findings) out.push_back(finding_json(finding, text));
  return out;
}

boost::json::value linted_json(const advice::LintedText& linted) {
  const auto& fixed = linted.lint.fixed;
  return boost::json::object{{"text", json_text(linted.text)},
                             {"findings", findings_json(linted.lint.findings, linted.text)},
                             {"fixed", fixed ? boost::json::value(json_text(*fixed)) : nullptr},
                             {"left", findings_json(linted.lint.left, fixed.value_or(""))},
                             {"meaning_unknown", linted.lint.meaning_unknown}};
}

/// The ids, in lines that a terminal takes.
std::string ids_text(const std::vector<const advice::Rule*>& rules) {
  constexpr std::size_t kWidth = 78;
  std::string out;
  std::string line;
  for (const advice::Rule* rule : rules) {
    if (line.size() + rule->id.size() + 2 > kWidth) {
      out += line + "\n";
      line.clear();
    }
    line += fmt::format("{}{}", line.empty() ? "  " : " ", rule->id);
  }
  return out + line + "\n";
}

/// Where nothing is published a list of all that a record could have would only bury that.
std::string unchecked_text(const LintReport& report) {
  const bool nothing = report.texts.size() == 1 && report.texts.front().text.empty();
  std::string out;
  for (const Unchecked& unchecked : report.unchecked) {
    out += fmt::format("\nnot checked  {}: {} rules\n", printable(unchecked.why),
                       unchecked.rules.size());
    if (!nothing) out += ids_text(unchecked.rules);
  }
  return out;
}

/// Each id once, in the order of the rules.
boost::json::array unchecked_json(const LintReport& report) {
  boost::json::array out;
  for (const advice::Rule& rule : advice::rules()) {
    const bool listed = std::ranges::any_of(report.unchecked, [&](const Unchecked& unchecked) {
      return std::ranges::find(unchecked.rules, &rule) != unchecked.rules.end();
    });
    if (listed) out.push_back(boost::json::value(rule.id));
  }
  return out;
}

}  // namespace

std::string lint_text(const LintReport& report, const Palette& palette) {
  std::string out = counts_of(report);
  if (!report.domain.empty()) out = fmt::format("{}: {}", escaped(report.domain), out);
  out = palette.strong(out) + "\n";
  for (const advice::LintedText& linted : report.texts) {
    for (const Finding& finding : linted.lint.findings) {
      out += finding_text(finding, linted.text, palette);
    }
    if (linted.lint.fixed) {
      out += fmt::format("\nwith every fix\n  {}\n", palette.good(escaped(*linted.lint.fixed)));
    }
    for (const Finding& finding : linted.lint.left) {
      out += finding_text(finding, *linted.lint.fixed, palette);
    }
  }
  return out + unchecked_text(report);
}

boost::json::value lint_json(const LintReport& report) {
  boost::json::array records;
  for (const advice::LintedText& linted : report.texts) records.push_back(linted_json(linted));
  const bool given = report.domain.empty();
  return boost::json::object{
      {"version", 1},
      {"domain", given ? nullptr : boost::json::value(json_text(report.domain))},
      {"dns_checked", report.dns_checked},
      {"not_checked", unchecked_json(report)},
      {"records", std::move(records)}};
}

std::string rules_text() {
  std::string out;
  for (const advice::Rule& rule : advice::rules()) {
    out += fmt::format("{:<22} {:<8} {:<24} {}\n", rule.id, advice::text(rule.severity),
                       rule.section, rule.why);
  }
  return out;
}

boost::json::value rules_json() {
  boost::json::array out;
  for (const advice::Rule& rule : advice::rules()) {
    out.push_back(boost::json::object{{"id", rule.id},
                                      {"severity", advice::text(rule.severity)},
                                      {"section", rule.section},
                                      {"needs_dns", rule.needs_dns()},
                                      {"why", rule.why}});
  }
  return out;
}

}  // namespace mandate::app
