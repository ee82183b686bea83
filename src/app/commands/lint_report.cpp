#include "app/commands/lint_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>

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
  const std::string was = begin_of(finding.span.in(text));
  if (finding.fix->empty()) return fmt::format("  fix  remove {}\n", was.empty() ? "it" : was);
  if (was.empty()) return fmt::format("  fix  add \"{}\"\n", escaped(*finding.fix));
  return fmt::format("  fix  {} -> {}\n", was, escaped(*finding.fix));
}

std::string finding_text(const Finding& finding, std::string_view text, const Palette& palette) {
  const advice::Rule& rule = *finding.rule;
  std::string out = fmt::format("\n{}  {}  {}\n", coloured(rule.severity, palette),
                                palette.strong(rule.id), palette.faint(rule.section));
  // A mark under the whole text would say nothing.
  const bool whole = finding.span.begin == 0 && finding.span.end == text.size();
  if (!whole) out += marked_text(text, finding.span, palette);
  if (whole && !text.empty()) out += fmt::format("  {}\n", begin_of(text));
  out += fmt::format("  {} {}\n", printable(finding.message), rule.why);
  if (finding.fix) out += fix_text(finding, text);
  return out;
}

using Findings = std::vector<Finding> advice::Lint::*;

/// `2 errors, 1 warning`, the worst first; empty when there is nothing.
std::string counts_of(const LintReport& report, Findings which) {
  std::string out;
  for (const Severity severity :
       {Severity::error, Severity::silent, Severity::warning, Severity::info}) {
    std::ptrdiff_t count = 0;
    for (const advice::LintedText& linted : report.texts) {
      count += std::ranges::count_if(linted.lint.*which, [&](const Finding& finding) {
        return finding.rule->severity == severity;
      });
    }
    if (count == 0) continue;
    const bool plural = count > 1 && (severity == Severity::error || severity == Severity::warning);
    out += fmt::format("{}{} {}{}", out.empty() ? "" : ", ", count, advice::text(severity),
                       plural ? "s" : "");
  }
  return out;
}

std::string first_line(const LintReport& report) {
  std::string out = counts_of(report, &advice::Lint::findings);
  if (out.empty()) out = "nothing found";
  const std::string left = counts_of(report, &advice::Lint::left);
  if (!left.empty()) out += fmt::format("; once that is fixed: {}", left);
  if (report.lookup_failed()) out += "; not all could be looked up";
  return report.domain.empty() ? out : fmt::format("{}: {}", escaped(report.domain), out);
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
  const auto or_null = [](const std::optional<std::string>& text) {
    return text ? boost::json::value(json_text(*text)) : nullptr;
  };
  return boost::json::object{{"text", json_text(linted.text)},
                             {"findings", findings_json(linted.lint.findings, linted.text)},
                             {"fixed", or_null(fixed)},
                             {"left", findings_json(linted.lint.left, fixed.value_or(""))},
                             {"left_fixed", or_null(linted.lint.left_fixed)},
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

std::string unchecked_text(const LintReport& report, bool names) {
  std::string out;
  for (const Unchecked& unchecked : report.unchecked) {
    const std::size_t count = unchecked.rules.size();
    const bool first = out.empty();
    if (names || first) out += "\nnot checked: ";
    out += fmt::format("{}{}{} that need{} {}", names || first ? "" : ", ", count,
                       names || first ? (count == 1 ? " rule" : " rules") : "",
                       count == 1 ? "s" : "", printable(unchecked.need));
    if (names) out += "\n" + ids_text(unchecked.rules);
  }
  if (!names && !out.empty()) out += "; --not-checked names them\n";
  return out;
}

/// Each id once, in the order of the rules.
boost::json::array ids_json(const auto& is_listed) {
  boost::json::array out;
  for (const advice::Rule& rule : advice::rules()) {
    if (is_listed(&rule)) out.push_back(boost::json::value(rule.id));
  }
  return out;
}

bool is_unchecked(const LintReport& report, const advice::Rule* rule) {
  return std::ranges::any_of(report.unchecked, [rule](const Unchecked& unchecked) {
    return std::ranges::find(unchecked.rules, rule) != unchecked.rules.end();
  });
}

bool is_ignored(const LintReport& report, const advice::Rule* rule) {
  return std::ranges::find(report.ignored, rule) != report.ignored.end();
}

}  // namespace

bool LintReport::lookup_failed() const {
  return std::ranges::any_of(unchecked, &Unchecked::lookup_failed);
}

std::string lint_text(const LintReport& report, bool names_unchecked, const Palette& palette) {
  std::string out = palette.strong(first_line(report)) + "\n";
  const auto add = [&](const std::vector<Finding>& findings, std::string_view text,
                       const std::optional<std::string>& fixed) {
    for (const Finding& finding : findings) out += finding_text(finding, text, palette);
    if (!fixed) return;
    out += fmt::format("\nwith every fix\n  {}\n", palette.good(escaped(*fixed)));
  };
  for (const advice::LintedText& linted : report.texts) {
    add(linted.lint.findings, linted.text, linted.lint.fixed);
    if (linted.lint.fixed) add(linted.lint.left, *linted.lint.fixed, linted.lint.left_fixed);
  }
  out += unchecked_text(report, names_unchecked);
  if (!report.ignored.empty()) out += "\nignored:\n" + ids_text(report.ignored);
  return out;
}

boost::json::value lint_json(const LintReport& report) {
  boost::json::array records;
  for (const advice::LintedText& linted : report.texts) records.push_back(linted_json(linted));
  const bool given = report.domain.empty();
  return boost::json::object{
      {"version", 1},
      {"domain", given ? nullptr : boost::json::value(json_text(report.domain))},
      {"dns_checked", report.dns_checked},
      {"not_checked", ids_json([&](const auto* rule) { return is_unchecked(report, rule); })},
      {"ignored", ids_json([&](const auto* rule) { return is_ignored(report, rule); })},
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
