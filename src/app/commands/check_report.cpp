#include "app/commands/check_report.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/commands/marked_text.h"
#include "app/json_writer.h"
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

void write_deciding(JsonWriter& json, const std::optional<spf::DecidingTerm>& term) {
  json.key("decided_by");
  if (!term) return json.null();
  json.begin_object();
  json.string("term", term->term());
  json.string("domain", term->domain());
  json.string("record", term->record);
  json.key("path");
  json.begin_array();
  for (const std::string& domain : term->path) json.string(domain);
  json.end_array();
  json.end_object();
}

void write_near_miss(JsonWriter& json, const std::optional<advice::NearMiss>& miss) {
  json.key("near_miss");
  if (!miss) return json.null();
  json.begin_object();
  json.string("id", miss->id);
  json.string("message", miss->message);
  json.string("fixed", miss->fixed);
  json.end_object();
}

void write_trace(JsonWriter& json, const std::vector<spf::Step>& trace) {
  json.key("trace");
  json.begin_array();
  for (const spf::Step& step : trace) {
    json.begin_object();
    json.string("kind", spf::text(step.kind));
    json.number("depth", step.depth);
    json.string("domain", step.domain);
    json.string("term", step.term);
    json.string("text", step.text);
    json.number("lookups", step.lookups);
    json.number("voids", step.voids);
    json.end_object();
  }
  json.end_array();
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
  return fmt::format("elsewhere    {} with {}: {}, where Mandate holds that {} ({})\n",
                     coloured(other.result, palette), rule.held_by, rule.theirs, rule.ours,
                     section(rule));
}

void write_other_readings(JsonWriter& json, const std::vector<spf::OtherReading>& others) {
  json.key("other_readings");
  json.begin_array();
  for (const spf::OtherReading& other : others) {
    json.begin_object();
    json.string("id", other.rule->id);
    json.string("result", spf::text(other.result));
    json.string("problem", other.problem);
    json.string("held_by", other.rule->held_by);
    json.string("theirs", other.rule->theirs);
    json.string("ours", other.rule->ours);
    json.string("section", section(*other.rule));
    json.end_object();
  }
  json.end_array();
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

void append_check_json(std::string& out, const ReceiverCheck& check, Detail detail) {
  const spf::Verdict& verdict = check.verdict;
  const dns::IpAddress client = check.request.ip.unmapped();
  const std::string ip = client.text();
  const auto address = [&](const dns::IpAddress& of) { return of == client ? ip : of.text(); };
  JsonWriter json(out);
  json.begin_object();
  json.number("version", 1);
  json.string("result", spf::text(verdict.result));
  json.string("domain", verdict.domain);
  json.string("ip", ip);
  json.string("mail_from", check.request.mail_from);
  json.string("helo", check.request.helo);
  write_deciding(json, verdict.decided_by);
  json.string("problem", verdict.problem);
  json.string("explanation", verdict.explanation);
  json.number("lookups", verdict.lookups);
  json.number("voids", verdict.voids);
  json.number("ttl", verdict.ttl);
  json.string("holds_until", holds_until(check));
  json.key("range");
  json.begin_object();
  json.string("first", address(verdict.range.first));
  json.string("last", address(verdict.range.last));
  json.boolean("dynamic", verdict.dynamic);
  json.end_object();
  write_near_miss(json, check.near_miss);
  if (detail == Detail::full) {
    write_other_readings(json, check.other_readings);
    json.string("received_spf", received_spf_field(check));
    json.string("authentication_results", authentication_results_field(check));
    write_trace(json, verdict.trace);
  }
  json.end_object();
}

std::string check_json(const ReceiverCheck& check, Detail detail) {
  std::string out;
  append_check_json(out, check, detail);
  return out;
}

}  // namespace mandate::app
