#include "app/commands/check_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/commands/marked_text.h"
#include "mandate/spf/authentication_results.h"
#include "mandate/spf/received_spf.h"
#include "registry/timestamp.h"

namespace mandate::app {
namespace {

std::string coloured(spf::Result result, const Palette& palette) {
  const std::string_view word = spf::text(result);
  switch (result) {
    case spf::Result::pass:
      return palette.good(word);
    case spf::Result::fail:
    case spf::Result::permerror:
      return palette.bad(word);
    default:
      return palette.doubtful(word);
  }
}

std::string identity(const spf::Request& request) {
  return request.mail_from.empty() ? "HELO " + escaped(request.helo)
                                   : "MAIL FROM " + escaped(request.mail_from);
}

std::string deciding_text(const spf::DecidingTerm& term, const Palette& palette) {
  std::string out = fmt::format("decided by   {} in the record of {}\n",
                                palette.strong(escaped(term.term())), escaped(term.domain()));
  out += marked_text(term.record, term.span, palette);
  if (term.path.size() > 1) {
    std::string path;
    for (const std::string& domain : term.path) {
      path += fmt::format("{}{}", path.empty() ? "" : " -> ", escaped(domain));
    }
    out += fmt::format("reached by   {}\n", path);
  }
  return out;
}

std::string step_text(const spf::Step& step, const spf::Limits& limits, const Palette& palette) {
  std::string what = escaped(step.term.empty() ? step.domain : step.term);
  if (!step.text.empty()) what += ": " + escaped(step.text);
  if (step.kind == spf::Step::Kind::matched) what = palette.strong(what);
  if (step.kind == spf::Step::Kind::error) what = palette.bad(what);
  const auto depth = static_cast<std::size_t>(std::max(step.depth, 0));
  return fmt::format("  {:>2}/{} {}/{}  {:{}}{:<8}  {}\n", step.lookups, limits.lookups, step.voids,
                     limits.voids, "", 2 * depth, spf::text(step.kind), what);
}

boost::json::value deciding_json(const std::optional<spf::DecidingTerm>& term) {
  if (!term) return nullptr;
  boost::json::array path;
  for (const std::string& domain : term->path) path.emplace_back(json_text(domain));
  return boost::json::object{{"term", json_text(term->term())},
                             {"domain", json_text(term->domain())},
                             {"record", json_text(term->record)},
                             {"path", std::move(path)}};
}

boost::json::value near_miss_json(const std::optional<advice::NearMiss>& miss) {
  if (!miss) return nullptr;
  return boost::json::object{{"id", json_text(miss->id)},
                             {"message", json_text(miss->message)},
                             {"fixed", json_text(miss->fixed)}};
}

boost::json::array trace_json(const std::vector<spf::Step>& trace) {
  boost::json::array steps;
  for (const spf::Step& step : trace) {
    steps.push_back(boost::json::object{{"kind", spf::text(step.kind)},
                                        {"depth", step.depth},
                                        {"domain", json_text(step.domain)},
                                        {"term", json_text(step.term)},
                                        {"text", json_text(step.text)},
                                        {"lookups", step.lookups},
                                        {"voids", step.voids}});
  }
  return steps;
}

std::string range_text(const dns::AddressRange& range) {
  if (range.first == range.last) return range.first.text() + " alone";
  return fmt::format("{} to {}", range.first.text(), range.last.text());
}

std::string section(const spf::ReadingRule& rule) {
  return (rule.section.starts_with("RFC") ? "" : "RFC 7208 section ") + std::string(rule.section);
}

std::string other_reading_text(const spf::OtherReading& other, const Palette& palette) {
  const spf::ReadingRule& rule = *other.rule;
  return fmt::format(
      "elsewhere    {} at receivers that use {}: {}, where Mandate holds that {} ({})\n",
      coloured(other.result, palette), rule.held_by, rule.theirs, rule.ours, section(rule));
}

boost::json::array other_readings_json(const std::vector<spf::OtherReading>& others) {
  boost::json::array out;
  for (const spf::OtherReading& other : others) {
    out.push_back(boost::json::object{{"id", other.rule->id},
                                      {"result", spf::text(other.result)},
                                      {"problem", json_text(other.problem)},
                                      {"held_by", other.rule->held_by},
                                      {"theirs", other.rule->theirs},
                                      {"ours", other.rule->ours},
                                      {"section", section(*other.rule)}});
  }
  return out;
}

std::string received_spf_field(const ReceiverCheck& check) {
  return spf::text(spf::received_spf(check.request, check.verdict));
}

std::string authentication_results_field(const ReceiverCheck& check) {
  return spf::text(spf::AuthenticationResults{
      check.request.receiver, {spf::authentication_result(check.request, check.verdict)}});
}

std::string holds_until(const ReceiverCheck& check) {
  return registry::timestamp(check.request.now + std::chrono::seconds(check.verdict.ttl));
}

}  // namespace

std::string header_fields_text(const ReceiverCheck& check) {
  std::string out;
  for (const char c : received_spf_field(check) + authentication_results_field(check)) {
    if (c != '\r') out += c;  // lines of a terminal, or of a file
  }
  return out;
}

std::string check_text(const ReceiverCheck& check, const Palette& palette) {
  const spf::Verdict& verdict = check.verdict;
  const spf::Limits limits;
  std::string out = fmt::format("{}  {} from {}\n", coloured(verdict.result, palette),
                                identity(check.request), check.request.ip.unmapped().text());
  if (verdict.decided_by) out += deciding_text(*verdict.decided_by, palette);
  if (!verdict.problem.empty()) out += fmt::format("problem      {}\n", escaped(verdict.problem));
  if (check.near_miss) {
    out += fmt::format("near miss    {}\nmended       {}\n", escaped(check.near_miss->message),
                       palette.strong(escaped(check.near_miss->fixed)));
  }
  if (!verdict.explanation.empty()) {
    // RFC 7208 section 6.2: the text is a third party's, and is to be shown as such.
    out += fmt::format("explanation  {} says: \"{}\"\n", escaped(verdict.domain),
                       escaped(verdict.explanation));
  }
  out += fmt::format("spent        lookups {}/{}, voids {}/{}, holds for {} s\n", verdict.lookups,
                     limits.lookups, verdict.voids, limits.voids, verdict.ttl);
  out += fmt::format("the same for {}\n", verdict.dynamic
                                              ? "this very address: the policy depends on it"
                                              : range_text(verdict.range));
  for (const spf::OtherReading& other : check.other_readings) {
    out += other_reading_text(other, palette);
  }
  if (!verdict.trace.empty()) out += "trace        (lookups, voids, step)\n";
  for (const spf::Step& step : verdict.trace) out += step_text(step, limits, palette);
  return out;
}

boost::json::object check_json(const ReceiverCheck& check, Detail detail) {
  const spf::Verdict& verdict = check.verdict;
  boost::json::object object{{"version", 1},
                             {"result", spf::text(verdict.result)},
                             {"domain", json_text(verdict.domain)},
                             {"ip", check.request.ip.unmapped().text()},
                             {"mail_from", json_text(check.request.mail_from)},
                             {"helo", json_text(check.request.helo)},
                             {"decided_by", deciding_json(verdict.decided_by)},
                             {"problem", json_text(verdict.problem)},
                             {"explanation", json_text(verdict.explanation)},
                             {"lookups", verdict.lookups},
                             {"voids", verdict.voids},
                             {"ttl", verdict.ttl},
                             {"holds_until", holds_until(check)},
                             {"range",
                              {{"first", verdict.range.first.text()},
                               {"last", verdict.range.last.text()},
                               {"dynamic", verdict.dynamic}}},
                             {"near_miss", near_miss_json(check.near_miss)}};
  if (detail == Detail::brief) return object;
  object["other_readings"] = other_readings_json(check.other_readings);
  object["received_spf"] = received_spf_field(check);
  object["authentication_results"] = authentication_results_field(check);
  object["trace"] = trace_json(verdict.trace);
  return object;
}

}  // namespace mandate::app
