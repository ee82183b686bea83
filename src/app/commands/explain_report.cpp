#include "app/commands/explain_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "app/commands/paragraph.h"

namespace mandate::app {
namespace {

using advice::DmarcOutcome;
using advice::Passage;
using advice::Story;
using advice::StoryStep;

constexpr std::string_view kIndent = "  ";

std::string heading(std::string_view text, const Palette& palette) {
  return "\n" + palette.strong(text) + "\n";
}

/// Each line marked by itself, since a pager may begin at any.
template <class Mark>
std::string marked_lines(std::string_view lines, const Mark& mark) {
  std::string out;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    out += mark(lines.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return out;
}

/// A quote stands on a line of its own and is not broken, to be compared or pasted.
std::string quoted(std::size_t indent, std::string_view quote) {
  constexpr std::size_t kOctets = 2048;  // more than a record that is used has
  if (quote.empty()) return "";
  return fmt::format("{:{}}{}{}\n", "", indent, escaped(quote.substr(0, kOctets)),
                     quote.size() > kOctets ? "..." : "");
}

/// Each behind its lead.
std::string passages_text(std::string_view lead, const std::vector<Passage>& passages) {
  std::string out;
  for (const Passage& passage : passages) {
    out += paragraph(lead, printable(passage.text)) + quoted(lead.size() + 2, passage.quote);
  }
  return out;
}

/// The number of a step stands where its record begins to be read; deep ones stay within the line.
std::string step_text(std::size_t number, const StoryStep& step, const Palette& palette) {
  constexpr int kDeepest = 8;
  const auto depth = static_cast<std::size_t>(std::clamp(step.depth, 0, kDeepest));
  const std::string lead = fmt::format("{:{}}{:>4}. ", "", 3 * depth, number);
  const std::string text = paragraph(lead, printable(step.passage.text));
  const std::string record = quoted(lead.size() + 2, step.passage.quote);
  if (!step.fails && !step.decides) return text + record;
  const auto mark = [&](std::string_view line) {
    return step.fails ? palette.bad(line) : palette.strong(line);
  };
  return marked_lines(text, mark) + record;
}

/// Green is only what DMARC does not ask to be acted upon.
std::string coloured(spf::Result result, const std::optional<DmarcOutcome>& dmarc,
                     std::string_view text, const Palette& palette) {
  const bool fails = dmarc && dmarc->status == DmarcOutcome::Status::fails;
  switch (result) {
    case spf::Result::pass:
      return fails ? palette.doubtful(text) : palette.good(text);
    case spf::Result::fail:
    case spf::Result::permerror:
      return palette.bad(text);
    default:
      return palette.doubtful(text);
  }
}

std::string_view alignment_word(bool aligned) {
  return aligned ? "aligned" : "not aligned";
}

std::string modes_text(const advice::Evaluation& evaluation, const Story& story) {
  std::size_t width = std::string_view("MAIL FROM at").size();
  for (const advice::SendingMode& mode : story.modes) {
    width = std::max(width, escaped(mode.mail_from.text()).size());
  }
  std::string out =
      paragraph(kIndent, fmt::format("How SPF is aligned with From at {} in either way of sending:",
                                     escaped(evaluation.dmarc->from.text())));
  const auto row = [&](std::string_view id, std::string_view mail_from, std::string_view relaxed,
                       std::string_view strict) {
    out += fmt::format("    {:<14}{:<{}}  {:<13}{}\n", id, mail_from, width, relaxed, strict);
  };
  row("", "MAIL FROM at", "relaxed", "strict");
  for (const advice::SendingMode& mode : story.modes) {
    row(mode.id, escaped(mode.mail_from.text()), alignment_word(mode.relaxed),
        alignment_word(mode.strict));
  }
  return out;
}

boost::json::array passages_json(const std::vector<Passage>& passages) {
  boost::json::array out;
  for (const Passage& passage : passages) {
    out.push_back(boost::json::object{{"text", json_text(passage.text)},
                                      {"quote", json_text(passage.quote)}});
  }
  return out;
}

boost::json::array steps_json(const std::vector<StoryStep>& steps) {
  boost::json::array out;
  for (const StoryStep& step : steps) {
    out.push_back(boost::json::object{{"depth", step.depth},
                                      {"text", json_text(step.passage.text)},
                                      {"quote", json_text(step.passage.quote)},
                                      {"decides", step.decides},
                                      {"fails", step.fails},
                                      {"lookups", step.lookups},
                                      {"voids", step.voids}});
  }
  return out;
}

boost::json::array modes_json(const std::vector<advice::SendingMode>& modes) {
  boost::json::array out;
  for (const advice::SendingMode& mode : modes) {
    out.push_back(boost::json::object{{"mode", mode.id},
                                      {"mail_from", json_text(mode.mail_from.text())},
                                      {"relaxed", mode.relaxed},
                                      {"strict", mode.strict}});
  }
  return out;
}

boost::json::value dmarc_json(const advice::Evaluation& evaluation, const Story& story) {
  if (!evaluation.dmarc) return nullptr;
  const advice::DmarcDiscovery& found = *evaluation.dmarc;
  const DmarcOutcome& outcome = *story.outcome;
  const bool fails = outcome.status == DmarcOutcome::Status::fails;
  boost::json::object out{{"from", json_text(found.from.text())},
                          {"organizational", json_text(found.organizational.text())},
                          {"discovery", advice::text(found.status)},
                          {"holder", json_text(found.holder.text())},
                          {"record", json_text(found.text)},
                          {"near_miss", json_text(found.near_miss)},
                          {"problem", json_text(found.problem)},
                          {"ttl", found.ttl},
                          {"alignment", nullptr},
                          {"aligned", outcome.is_aligned},
                          {"outcome", advice::text(outcome.status)},
                          {"requested", nullptr},
                          {"percent", outcome.percent},
                          {"story", passages_json(story.dmarc)},
                          {"modes", modes_json(story.modes)}};
  if (found.record) out["alignment"] = advice::text(found.record->spf);
  if (fails) out["requested"] = advice::text(outcome.requested);
  return out;
}

}  // namespace

std::string explain_text(const advice::Evaluation& evaluation, const Story& story,
                         const Palette& palette) {
  std::string out =
      marked_lines(paragraph("", printable(story.conclusion)), [&](std::string_view line) {
        return coloured(evaluation.verdict.result, story.outcome, line, palette);
      });
  const bool past = !evaluation.asked_at.empty();
  out += heading(
      past ? "How it came to that, by what the DNS said then" : "How a receiver comes to it",
      palette);
  std::size_t number = 0;
  for (const StoryStep& step : story.steps) out += step_text(++number, step, palette);
  if (past) return out + (story.meaning.empty() ? "" : "\n") + passages_text("", story.meaning);
  out += heading("What it concludes from SPF", palette) + passages_text(kIndent, story.meaning);
  out += heading("What DMARC makes of it", palette);
  if (evaluation.dmarc) {
    out += passages_text(kIndent, story.dmarc) + modes_text(evaluation, story);
  } else {
    out += paragraph(kIndent, "No domain of From is known; --from DOMAIN tells it.");
  }
  return out + heading("What to do", palette) + passages_text("  - ", story.to_do);
}

boost::json::object explain_json(const advice::Evaluation& evaluation, const Story& story) {
  const spf::Verdict& verdict = evaluation.verdict;
  return {{"version", 1},
          {"conclusion", json_text(story.conclusion)},
          {"result", spf::text(verdict.result)},
          {"domain", json_text(verdict.domain)},
          {"ip", evaluation.request.ip.unmapped().text()},
          {"mail_from", json_text(evaluation.request.mail_from)},
          {"helo", json_text(evaluation.request.helo)},
          {"steps", steps_json(story.steps)},
          {"meaning", passages_json(story.meaning)},
          {"dmarc", dmarc_json(evaluation, story)},
          {"to_do", passages_json(story.to_do)}};
}

}  // namespace mandate::app
