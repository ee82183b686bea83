#include "advice/trace_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/shown.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::Mechanism;
using spf::Step;
using Kind = Step::Kind;

/// The mechanism of a term as it stands in a record.
std::optional<Mechanism> mechanism_of(std::string_view term) {
  const auto record = spf::parse_record("v=spf1 " + std::string(term));
  if (!record || record->directives.size() != 1) return std::nullopt;
  return record->directives.front().mechanism;
}

std::string_view qualifier_of(std::string_view term) {
  if (term.starts_with('-')) return "fail";
  if (term.starts_with('~')) return "softfail";
  return term.starts_with('?') ? "neutral" : "pass";
}

bool is_network(std::string_view term) {
  const auto mechanism = mechanism_of(term);
  return mechanism == Mechanism::ip4 || mechanism == Mechanism::ip6;
}

/// What a mechanism that asks the DNS is for.
std::string_view purpose_of(Mechanism mechanism) {
  switch (mechanism) {
    case Mechanism::a:
      return " names the addresses of a host: ";
    case Mechanism::mx:
      return " names the hosts that take mail for a domain: ";
    case Mechanism::ptr:
      return " goes by the name that the address has in reverse DNS: ";
    case Mechanism::exists:
      return " asks whether a name exists that is made for this very mail: ";
    default:
      return " ";
  }
}

std::string code(std::string_view term) {
  return "`" + shown(term) + "`";
}

/// Tells one trace. Steps are taken in their order; `at_` is the one that is told.
class TraceStory {
 public:
  TraceStory(const spf::Request& request, const spf::Verdict& verdict)
      : verdict_(verdict), trace_(verdict.trace), ip_(request.ip.unmapped().text()) {}

  std::vector<StoryStep> tell() {
    for (at_ = 0; at_ < trace_.size(); ++at_) tell_step(trace_[at_]);
    return std::move(story_);
  }

 private:
  void tell_step(const Step& step);
  bool leads_back(const Step& record) const;
  void tell_entry(std::string text);
  void tell_record(const Step& step);
  void tell_circle(const Step& step);
  void tell_match(const Step& step);
  void tell_no_match(const Step& step);
  void tell_networks();
  void tell_result(const Step& step);

  StoryStep& say(std::string text) {
    const Step& step = trace_[at_];
    return story_.emplace_back(StoryStep{.passage = {std::move(text), {}},
                                         .depth = std::min(step.depth, deepest_),
                                         .lookups = step.lookups,
                                         .voids = step.voids});
  }

  const Step* previous() const { return at_ == 0 ? nullptr : &trace_[at_ - 1]; }
  /// Whether the step comes behind the end of a record that it had entered.
  bool is_behind_record() const {
    return previous() != nullptr && previous()->depth > trace_[at_].depth;
  }
  std::string spent() const;
  std::string with_address(std::string_view phrase) const;
  bool decides(const Step& step) const {
    return verdict_.decided_by && step.term == verdict_.decided_by->term() &&
           step.domain == verdict_.decided_by->domain() &&
           static_cast<std::size_t>(step.depth) + 1 == verdict_.decided_by->path.size();
  }

  const spf::Verdict& verdict_;
  const std::vector<Step>& trace_;
  const std::string ip_;
  std::vector<StoryStep> story_;
  std::vector<std::string> open_;  // the domains whose records are being read, the first first
  int deepest_ = 1000;             // nothing is told deeper: a circle was found there
  bool decision_is_due_ = false;   // the term that decides was told, and not yet as what
  std::size_t at_ = 0;
};

/// What the step cost, where it cost something.
std::string TraceStory::spent() const {
  const spf::Limits limits;
  const Step& step = trace_[at_];
  const int lookups = step.lookups - (previous() == nullptr ? 0 : previous()->lookups);
  const int voids = step.voids - (previous() == nullptr ? 0 : previous()->voids);
  std::string out;
  if (lookups > 0) out = fmt::format("lookup {} of {}", step.lookups, limits.lookups);
  if (voids > 0) out += fmt::format(", empty answer {} of {}", step.voids, limits.voids);
  return out.empty() ? "" : " (" + out + ")";
}

/// The phrase of a step with the very address, as a person looks for it.
std::string TraceStory::with_address(std::string_view phrase) const {
  constexpr std::string_view kAddress = "the client address";
  std::string out(phrase);
  if (const std::size_t at = out.find(kAddress); at != out.npos) {
    out.replace(at, kAddress.size(), ip_);
  }
  return dns::printable(out);
}

void TraceStory::tell_step(const Step& step) {
  switch (step.kind) {
    case Kind::record:
      tell_record(step);
      return;
    case Kind::matched:
      tell_match(step);
      return;
    case Kind::no_match:
      tell_no_match(step);
      return;
    case Kind::include:
      tell_entry(
          fmt::format("{} asks the record of {}{}", code(step.term), shown(step.text), spent()));
      return;
    case Kind::redirect:
      tell_entry(
          fmt::format("No term matched, so {} puts the record of {} in the place of this one{}",
                      code(step.term), shown(step.text), spent()));
      return;
    case Kind::result:
      tell_result(step);
      return;
    case Kind::error:
      say(fmt::format("Here the check breaks off: {}.", dns::printable(step.text))).fails = true;
      return;
    case Kind::note:
      say(with_address(step.text) + ".");
      return;
  }
}

/// Whether the record of a step is being read already, and so would be read again until the lookups
/// are spent: with the same sender the same terms match.
bool TraceStory::leads_back(const Step& record) const {
  const auto depth = std::min(static_cast<std::size_t>(record.depth), open_.size());
  return std::any_of(
      open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(depth),
      [&](const std::string& domain) { return spf::equals_ignoring_case(domain, record.domain); });
}

/// An include or a redirect, and the record that it leads to.
void TraceStory::tell_entry(std::string text) {
  const Step* next = at_ + 1 < trace_.size() ? &trace_[at_ + 1] : nullptr;
  const bool has_record = next != nullptr && next->kind == Kind::record && !leads_back(*next);
  say(text + (has_record ? ":" : ".")).passage.quote = has_record ? next->text : "";
}

void TraceStory::tell_record(const Step& step) {
  const bool is_circle = leads_back(step);
  open_.resize(std::min(static_cast<std::size_t>(step.depth), open_.size()));
  open_.push_back(step.domain);
  if (is_circle) {
    tell_circle(step);
  } else if (step.depth == 0) {  // others are told where they are entered
    say(fmt::format("The SPF record of {}:", shown(step.domain))).passage.quote = step.text;
  }
}

void TraceStory::tell_circle(const Step& step) {
  say(
      fmt::format("The record of {} is being read already: it leads back to itself, and so it goes "
                  "round until the lookups are spent.",
                  shown(step.domain)));
  deepest_ = step.depth;
  const auto end = std::find_if(trace_.begin() + static_cast<std::ptrdiff_t>(at_), trace_.end(),
                                [](const Step& later) { return later.kind == Kind::error; });
  if (end != trace_.end()) at_ = static_cast<std::size_t>(end - trace_.begin()) - 1;
}

void TraceStory::tell_match(const Step& step) {
  const auto mechanism = mechanism_of(step.term);
  const std::string_view answer = qualifier_of(step.term);
  const bool is_innermost = decides(step);
  decision_is_due_ = decision_is_due_ || is_innermost;
  // The include is told what its record gives; that nobody was named says no more.
  if (mechanism == Mechanism::all && step.depth > 0 && !is_innermost) return;
  std::string text;
  if (is_behind_record()) {
    text = fmt::format("The record of {} lets {} pass, so {} matches: {}.",
                       shown(previous()->domain), ip_, code(step.term), answer);
  } else if (mechanism == Mechanism::all) {
    text = fmt::format("{} is for every address that no term before it named: {}.", code(step.term),
                       answer);
  } else {
    text = fmt::format("{}{}{}{}: {}.", code(step.term),
                       purpose_of(mechanism.value_or(Mechanism::ip4)), with_address(step.text),
                       spent(), answer);
  }
  // What passes inside an include that has a qualifier decides by that one.
  const bool decided = decision_is_due_ && answer == spf::text(verdict_.result);
  if (decided) {
    text += " This decides it.";
    decision_is_due_ = false;
  }
  say(std::move(text)).decides = decided;
}

void TraceStory::tell_no_match(const Step& step) {
  if (is_network(step.term)) {
    tell_networks();
    return;
  }
  if (is_behind_record()) {
    say(fmt::format("The record of {} gives {}; to the include that is no match.",
                    shown(previous()->domain), dns::printable(previous()->text)));
    return;
  }
  const auto mechanism = mechanism_of(step.term).value_or(Mechanism::ip4);
  say(fmt::format("{}{}{}{}.", code(step.term),
                  mechanism == Mechanism::include ? " is not asked: " : purpose_of(mechanism),
                  with_address(step.text), spent()));
}

/// This network and those that follow it.
void TraceStory::tell_networks() {
  constexpr std::size_t kNamed = 4;
  const std::size_t first = at_;
  const auto goes_on = [&](const Step& next) {
    return next.kind == Kind::no_match && next.depth == trace_[first].depth &&
           is_network(next.term);
  };
  while (at_ + 1 < trace_.size() && goes_on(trace_[at_ + 1])) ++at_;
  const std::size_t count = at_ + 1 - first;
  const std::size_t named = count <= kNamed ? count : kNamed - 1;
  std::string terms = code(trace_[first].term);
  for (std::size_t i = 1; i < named; ++i) {
    terms += (i + 1 == count ? " and " : ", ") + code(trace_[first + i].term);
  }
  if (named < count) terms += fmt::format(" and {} more networks", count - named);
  say(fmt::format("{} {} not contain {}.", terms, count == 1 ? "does" : "do", ip_));
}

/// Most results are told by the term that made them, and by the include that takes them.
void TraceStory::tell_result(const Step& step) {
  const Step* before = previous();
  const bool ends_record = before != nullptr && before->depth == step.depth;
  if (step.text == spf::text(spf::Result::neutral)) {
    if (ends_record && step.depth == 0 && before->kind != Kind::matched) {
      say("The record ends without a match, so the answer is neutral.");
    }
    return;
  }
  // No record was read: there is none, or more than one, or the DNS did not answer.
  const bool unread =
      before == nullptr || before->kind == Kind::include || before->kind == Kind::redirect;
  const bool told_next = at_ + 1 < trace_.size() && trace_[at_ + 1].kind == Kind::error;
  if (!unread || told_next) return;
  const bool names_it = verdict_.problem.starts_with(step.domain);
  StoryStep& told = say(fmt::format("{}{}.", names_it ? "" : shown(step.domain) + ": ",
                                    dns::printable(verdict_.problem)));
  told.fails = step.text != spf::text(spf::Result::none);
}

}  // namespace

std::vector<StoryStep> trace_story(const spf::Request& request, const spf::Verdict& verdict) {
  return TraceStory(request, verdict).tell();
}

}  // namespace mandate::advice
