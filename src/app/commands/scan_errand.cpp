#include "app/commands/scan_errand.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>
#include <variant>

#include "app/commands/check_report.h"
#include "app/commands/csv_line.h"
#include "app/commands/inquiry.h"
#include "app/commands/line_answers.h"
#include "app/commands/lint_report.h"
#include "app/commands/linting.h"
#include "app/commands/plan_report.h"
#include "app/commands/receiver_check.h"
#include "app/exit_code.h"
#include "dns/trimmed.h"
#include "spf/ascii.h"

namespace mandate::app {
namespace {

constexpr std::size_t kUsualAnswer = 640;  // octets: most checks fit, so that the text grows once
constexpr std::string_view kUnanswered = "unanswered";

/// What a term of a record includes; empty when it is none that does.
std::string_view included_name(std::string_view term) {
  constexpr std::string_view include = "include:";
  const char first = term.front();
  if (first == '+' || first == '-' || first == '?' || first == '~') term.remove_prefix(1);
  if (term.size() < include.size() || (term.front() | 0x20) != 'i') return {};
  const bool is_include = spf::equals_ignoring_case(term.substr(0, include.size()), include);
  return is_include ? term.substr(include.size()) : std::string_view();
}

/// The names that a record includes, as it writes them. Its terms are not read otherwise: the
/// summary counts those of a record that is broken elsewhere too, and of one that is not SPF none.
void add_includes(std::string& names, std::string_view text) {
  if (!spf::is_spf_record(text)) return;
  while (!text.empty()) {
    const std::string_view term = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(term.size() + 1, text.size()));
    if (term.empty()) continue;
    if (const std::string_view name = included_name(term); !name.empty()) (names += name) += ' ';
  }
}

void add_includes(std::string& names, const std::string& domain, const dns::Facts& facts) {
  const auto name = dns::Name::parse(domain);
  const dns::Fact* fact = name ? facts.find(dns::Question{*name, dns::RecordType::txt}) : nullptr;
  if (fact == nullptr) return;
  for (const dns::RecordData& data : fact->records) {
    const auto* txt = std::get_if<dns::TxtData>(&data);
    if (txt == nullptr) continue;
    if (txt->strings.size() == 1) {
      add_includes(names, txt->strings.front());
    } else {
      add_includes(names, txt->joined());
    }
  }
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The domain or mailbox of a check's line without blanks beside it: up to a blank that is not
/// within the quotes of a local part (RFC 5321 section 4.1.2).
std::string_view subject_of(std::string_view line) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && is_blank(line[i])) {
      return line.substr(0, i);
    }
  }
  return line;
}

void tell(const ReceiverCheck& check, const ScanWork& work, std::string_view line_of_check,
          const dns::Facts& facts, ScanAnswer& answer) {
  const spf::Verdict& verdict = check.verdict;
  if (work.format == ScanFormat::jsonl) {
    answer.text.reserve(kUsualAnswer);
    append_check_json(answer.text, check, Detail::brief);
    answer.text += '\n';
  } else {
    const auto& term = verdict.decided_by;
    CsvLine line(answer.text);
    line.number(answer.line).text(subject_of(dns::trimmed(line_of_check)));
    line.text(check.request.ip.unmapped().text());
    line.text(spf::text(verdict.result)).text(term ? term->term() : "");
    line.text(term ? term->domain() : "").number(verdict.lookups).number(verdict.voids);
    line.sentence(verdict.problem).end();
  }
  const bool unknown = verdict.result == spf::Result::temperror;
  answer.exit_code = unknown ? exit_code::unknown : exit_code::done;
  answer.tally.outcome = spf::text(verdict.result);
  const auto& decided = verdict.decided_by;
  if (decided && decided->path.size() == 1) {
    add_includes(answer.tally.includes, decided->record);
  } else {
    add_includes(answer.tally.includes, verdict.domain, facts);
  }
}

void tell(const LintReport& report, const ScanWork& work, const std::string& subject,
          const dns::Facts& /*facts*/, ScanAnswer& answer) {
  std::optional<advice::Severity> worst;
  for (const advice::LintedText& linted : report.texts) {
    worst = std::max(worst, advice::worst(linted.lint));
    for (const advice::Finding& finding : linted.lint.findings) {
      answer.tally.findings.push_back(finding.rule->id);
    }
    add_includes(answer.tally.includes, linted.text);
  }
  const std::string_view nothing = report.lookup_failed() ? kUnanswered : "clean";
  answer.tally.outcome = worst ? advice::text(*worst) : nothing;
  answer.exit_code = exit_code_of(report, work.fail_on);
  if (work.format == ScanFormat::jsonl) {
    answer.text = boost::json::serialize(lint_json(report)) + "\n";
    return;
  }
  std::string ids;
  for (const std::string_view id : answer.tally.findings) {
    ids += fmt::format("{}{}", ids.empty() ? "" : " ", id);
  }
  CsvLine(answer.text)
      .number(answer.line)
      .text(subject)
      .text(answer.tally.outcome)
      .text(ids)
      .sentence(report.lookup_failed() ? "not all could be looked up" : "")
      .end();
}

void tell(const Failure& failure, const ScanWork& work, const std::string& subject,
          ScanAnswer& answer) {
  answer = scan_error(work, failure, answer.line, subject);
}

void tell(const Attempt<LintReport>& linted, const ScanWork& work, const std::string& subject,
          const dns::Facts& facts, ScanAnswer& answer) {
  if (linted) return tell(*linted, work, subject, facts, answer);
  tell(linted.error(), work, subject, answer);
}

void tell(const Planned& planned, const ScanWork& work, const std::string& subject,
          const dns::Facts& /*facts*/, ScanAnswer& answer) {
  if (work.format == ScanFormat::jsonl) {
    answer.text = boost::json::serialize(plan_json(planned)) + "\n";
  } else {
    CsvLine line(answer.text);
    line.number(answer.line).text(subject).text(advice::text(planned.plan.verdict));
    line.text(planned.plan.proven() ? "proven" : "").text(planned.plan.value).text("").end();
  }
  answer.exit_code = planned.exit_code();
  answer.tally.outcome = advice::text(planned.plan.verdict);
  for (const std::string& text : planned.plan.observed) add_includes(answer.tally.includes, text);
}

/// A step of `settle`, and the telling of what it comes to.
template <class Step>
class StepErrand final : public ScanErrand {
 public:
  template <class... Arguments>
  StepErrand(const ScanWork& work, std::string_view subject, Arguments&&... of_step)
      : work_(work), subject_(subject), step_{std::forward<Arguments>(of_step)...} {}

  std::vector<dns::Question> go_on(const dns::Facts& facts) override {
    auto outcome = step_(facts);
    if (auto* lacking = std::get_if<spf::Questions>(&outcome)) return std::move(*lacking);
    tell(std::get<0>(outcome), work_, subject_, facts, answer);
    return {};
  }

 private:
  const ScanWork& work_;
  std::string subject_;
  Step step_;
};

/// `DOMAIN`, `DOMAIN IP` or `MAILBOX IP`.
Attempt<spf::Request> check_request(const ScanWork& work, std::string_view line) {
  line = dns::trimmed(line);
  const std::string_view subject = subject_of(line);
  std::string_view ip = dns::trimmed(line.substr(subject.size()));
  if (ip.empty()) ip = work.ip;
  std::string sender;
  if (subject.find('@') == subject.npos) {
    if (auto domain = domain_argument("scan", subject); !domain) {
      return std::unexpected(std::move(domain.error()));
    }
    constexpr std::string_view postmaster = "postmaster@";
    sender.reserve(postmaster.size() + subject.size());
    sender = postmaster;
  }
  sender += subject;
  if (ip.empty()) {
    return fail(exit_code::usage, "the line has no address: write it as DOMAIN IP, or give --ip");
  }
  auto request = receiver_request(ip, std::move(sender), std::nullopt);
  if (!request) return fail(exit_code::usage, "scan: " + request.error());
  return std::move(*request);
}

/// Of a check, which most scans are made of: used again and again. Its line is read when it is
/// begun, by the thread that then goes on with it.
class CheckErrand final : public ScanErrand {
 public:
  explicit CheckErrand(const ScanWork& work) : work_(work) {}

  void begin(std::string_view line) {
    line_ = line;
    has_begun_ = false;
  }

  std::vector<dns::Question> go_on(const dns::Facts& facts) override {
    if (!std::exchange(has_begun_, true)) {
      auto request = check_request(work_, line_);
      if (!request) {
        tell(request.error(), work_, line_, answer);
        return {};
      }
      check_.begin(std::move(*request));
    }
    thread_local ReceiverCheck check;  // one is told at a time, and its memory stays in the cache
    spf::Questions lacking;
    if (check_.go_on(facts, lacking, check)) tell(check, work_, line_, facts, answer);
    return lacking;
  }

 private:
  const ScanWork& work_;
  std::string line_;
  bool has_begun_ = false;
  BriefCheck check_;
};

/// A record's text asks nothing.
struct TextStep {
  std::string text;
  std::variant<LintReport, spf::Questions> operator()(const dns::Facts&) const {
    return lint_record(text);
  }
};

}  // namespace

Attempt<std::unique_ptr<ScanErrand>> scan_errand(const ScanWork& work, std::string_view line,
                                                 std::uint64_t number,
                                                 std::unique_ptr<ScanErrand> spent) {
  Attempt<std::unique_ptr<ScanErrand>> out = std::move(spent);
  if (work.task == ScanTask::check) {
    if (!*out) out = std::make_unique<CheckErrand>(work);
    static_cast<CheckErrand&>(**out).begin(line);  // all are
  } else if (work.task == ScanTask::lint && is_record_text(line)) {
    out = std::make_unique<StepErrand<TextStep>>(work, line, std::string(line));
  } else {
    const bool lints = work.task == ScanTask::lint;
    auto name = domain_argument(lints ? "lint" : "plan", line);
    if (!name) return std::unexpected(std::move(name.error()));
    if (lints) {
      const LintScope scope{work.is_in_memory, std::nullopt};
      out = std::make_unique<StepErrand<LintStep>>(work, line, std::move(*name), scope);
    } else {
      out = std::make_unique<StepErrand<PlanStep>>(work, line, std::move(*name), work.provider);
    }
  }
  (*out)->answer.renew(number, line.size() + 1);
  return out;
}

void ScanAnswer::renew(std::uint64_t number, std::size_t octets_of_line) {
  line = number;
  octets = octets_of_line;
  is_empty = false;
  text.clear();
  exit_code = 0;
  tally.outcome = {};
  tally.findings.clear();
  tally.includes.clear();
}

ScanAnswer scan_error(const ScanWork& work, const Failure& failure, std::uint64_t number,
                      const std::optional<std::string>& subject) {
  ScanAnswer answer;
  answer.line = number;
  answer.octets = subject.value_or("").size() + 1;
  answer.exit_code = line_exit_code(failure);
  answer.tally.outcome = kUnanswered;
  if (work.format == ScanFormat::jsonl) {
    answer.text = boost::json::serialize(line_error(failure, number, subject)) + "\n";
    return answer;
  }
  const bool has_ip = work.task == ScanTask::check;
  const auto columns = std::ranges::count(scan_header(work.task, work.format), ',') + 1;
  CsvLine line(answer.text);
  line.number(number).text(subject.value_or(""));
  if (has_ip) line.text("");
  line.text(kUnanswered);
  for (auto column = has_ip ? 5 : 4; column < columns; ++column) line.text("");
  line.sentence(failure.message).end();
  return answer;
}

std::string_view scan_header(ScanTask task, ScanFormat format) {
  if (format == ScanFormat::jsonl) return "";
  switch (task) {
    case ScanTask::check:
      return "line,subject,ip,result,term,term_domain,lookups,voids,problem\n";
    case ScanTask::lint:
      return "line,subject,worst,findings,problem\n";
    case ScanTask::plan:
      break;
  }
  return "line,subject,verdict,proof,value,problem\n";
}

}  // namespace mandate::app
