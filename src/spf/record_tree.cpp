#include "spf/record_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "spf/ascii.h"
#include "spf/progress_state.h"
#include "spf/selection.h"

namespace mandate::spf {
namespace {

bool includes_itself(const Record& record, const Place& place) {
  return std::ranges::any_of(record.directives, [&](const Directive& directive) {
    return directive.mechanism == Mechanism::include &&
           equals_ignoring_case(record.domain(directive)->text(), place.domain);
  });
}

}  // namespace

RecordTree::RecordTree(Evaluation& evaluation, KnownRecords* learned, Progress* progress)
    : evaluation_(evaluation), learned_(learned) {
  if (evaluation.traces() || !evaluation.readings().empty()) return;
  progress_ = progress;
  if (progress_ != nullptr && progress_->state_) {
    resumed_ = static_cast<int>(progress_->state_->frames.size());
  }
}

Reached RecordTree::run() {
  const SenderDomain& domain = evaluation_.sender_domain();
  const Reached reached = run({.domain = domain.text(), .name = &domain.name()});
  if (reached && progress_ != nullptr) progress_->clear();
  return reached;
}

Reached RecordTree::conclude(Result result, const Place& place, std::string problem) {
  evaluation_.verdict().problem = std::move(problem);
  return conclude(result, place);
}

Reached RecordTree::conclude(Result result, const Place& place) {
  evaluation_.step(Step::Kind::result, place, {}, [=] { return std::string(text(result)); });
  return result;
}

Reached RecordTree::conclude(Match error, const Place& place) {
  if (error == Match::lacking) return std::unexpected(Stop::lacking);
  if (error == Match::dynamic) return std::unexpected(Stop::dynamic);
  return conclude(error == Match::temperror ? Result::temperror : Result::permerror, place);
}

const SelectedRecord* RecordTree::known_record(std::string_view wire) const {
  if (!evaluation_.readings().empty()) return nullptr;
  if (const KnownRecords* known = evaluation_.known_records()) {
    if (const SelectedRecord* selected = known->find(wire)) return selected;
  }
  return learned_ != nullptr ? learned_->find(wire) : nullptr;
}

Reached RecordTree::run(const Place& place) {
  // RFC 7208 section 4.3: a malformed name or one of a single label gives none without a query.
  const dns::WireName& name = *place.name;
  const bool legal = name.labels() > 0 && name.is_ascii() &&
                     (place.parent != nullptr || evaluation_.sender_domain().is_host());
  const int least = evaluation_.reads(Reading::single_label) ? 1 : 2;
  if (!legal || name.labels() < least) {
    return conclude(Result::none, place, "there is no legal domain name of two labels or more");
  }
  if (const SelectedRecord* selected = known_record(name.view())) {
    return evaluate_selected(*selected, place);
  }
  return read_record(name, place);
}

Reached RecordTree::read_record(const dns::WireName& name, const Place& place) {
  const dns::Fact* fact = evaluation_.fact(name.view(), dns::RecordType::txt);
  if (fact == nullptr) return std::unexpected(Stop::lacking);
  if (learned_ != nullptr) {
    learned_->add(*fact);
    return evaluate_selected(*learned_->find(name.view()), place);
  }
  std::optional<SelectedRecord> selected = take_record(place);
  if (!selected) select_record(*fact, evaluation_.readings(), selected.emplace());
  const Reached reached = evaluate_selected(*selected, place);
  if (has_stopped_) progress_->state_->frames[frame_of(place)].record = std::move(selected);
  return reached;
}

std::optional<SelectedRecord> RecordTree::take_record(const Place& place) {
  if (place.depth >= resumed_) return std::nullopt;
  return std::exchange(progress_->state_->frames[frame_of(place)].record, std::nullopt);
}

std::size_t RecordTree::resume(const Place& place) {
  if (place.depth >= resumed_) return 0;
  if (place.depth + 1 == resumed_) resumed_ = 0;
  const Progress::State::Frame& frame = progress_->state_->frames[frame_of(place)];
  evaluation_.set_counts(frame.counts);
  return frame.directive;
}

void RecordTree::stop(std::size_t directive, const Evaluation::Counts& counts, const Place& place) {
  if (!progress_->state_) progress_->state_ = std::make_unique<Progress::State>();
  auto& frames = progress_->state_->frames;
  const std::size_t frame = frame_of(place);
  // The first to stop is the last record of the way, out of which the walk goes now.
  if (!std::exchange(has_stopped_, true)) frames.resize(frame + 1, {std::nullopt, 0, counts});
  frames[frame].directive = directive;
  frames[frame].counts = counts;
}

/// RFC 7208 sections 4.4 and 4.5: exactly one record, else the check has ended.
Reached RecordTree::evaluate_selected(const SelectedRecord& selected, const Place& place) {
  using Status = SelectedRecord::Status;
  evaluation_.count_ttl(selected.ttl);
  switch (selected.status) {
    case Status::found:
    case Status::malformed:
      return evaluate(selected, place);
    case Status::several:
      return conclude(Result::permerror, place,
                      fmt::format("{} has more than one SPF record; keep one", place.domain));
    case Status::none:
      return conclude(Result::none, place, fmt::format("{} has no SPF record", place.domain));
    case Status::no_such_name:
      return conclude(Result::none, place, fmt::format("{} does not exist", place.domain));
    case Status::failed:
      return conclude(
          Result::temperror, place,
          fmt::format("{} TXT could not be looked up: {}", place.domain, selected.detail));
  }
  return conclude(Result::none, place);
}

Reached RecordTree::evaluate(const SelectedRecord& selected, const Place& place) {
  const Record& record = selected.record;
  evaluation_.step(Step::Kind::record, place, {}, [&] { return record.text; });
  // RFC 7208 section 4.6: an error anywhere ends it, also behind a term that would match.
  const bool malformed = selected.status == SelectedRecord::Status::malformed;
  if (malformed && !evaluation_.reads(Reading::syntax_behind_match)) {
    return syntax_error(selected, place);
  }
  if (evaluation_.reads(Reading::self_include) && includes_itself(record, place)) {
    return conclude(evaluation_.error(Match::permerror, place, {}, "the record includes itself"),
                    place);
  }
  std::size_t at = 0;
  if (progress_ == nullptr) return go_through(selected, place, at, nullptr);
  at = resume(place);
  Evaluation::Counts before = evaluation_.counts();
  const Reached reached = go_through(selected, place, at, &before);
  if (!reached && reached.error() == Stop::lacking) stop(at, before, place);
  return reached;
}

Reached RecordTree::go_through(const SelectedRecord& selected, const Place& place, std::size_t& at,
                               Evaluation::Counts* before) {
  const Record& record = selected.record;
  // What most records are made of, and nobody asks to see each step of.
  const bool plain = !evaluation_.traces() && evaluation_.readings().empty();
  for (; at < record.directives.size(); ++at) {
    const Directive& directive = record.directives[at];
    const bool is_plain = plain && !directive.asks_dns() && directive.mechanism != Mechanism::all;
    if (is_plain && !evaluation_.is_in(directive.network)) continue;
    if (before != nullptr) *before = evaluation_.counts();
    if (is_plain) return matched(record, directive, place);
    if (evaluation_.reads(Reading::redirect_beside_all) && record.redirect &&
        record.redirect->span.begin < directive.span.begin) {
      return follow_redirect(record, place);
    }
    const Match outcome = match(record, directive, place);
    if (outcome == Match::no) continue;
    if (outcome == Match::yes) return matched(record, directive, place);
    return conclude(outcome, place);
  }
  if (selected.status == SelectedRecord::Status::malformed) return syntax_error(selected, place);
  if (before != nullptr) *before = evaluation_.counts();
  return follow_redirect(record, place);
}

Reached RecordTree::syntax_error(const SelectedRecord& selected, const Place& place) {
  return conclude(
      evaluation_.error(Match::permerror, place, selected.error.span.in(selected.record.text),
                        fmt::format("syntax error in the record of {}: {}", place.domain,
                                    selected.error.message)),
      place);
}

Reached RecordTree::matched(const Record& record, const Directive& directive, const Place& place) {
  // An include that matched was decided by a term inside it, which stays the deciding one.
  if (directive.mechanism != Mechanism::include && decides(place, directive.qualifier)) {
    evaluation_.decide(record, directive.span, place);
  }
  const bool final_fail = directive.qualifier == Result::fail && !is_included(place);
  if (final_fail && record.exp && evaluation_.identity() == Identity::known &&
      !explain(record.exp->value, place)) {
    return std::unexpected(Stop::lacking);
  }
  return conclude(directive.qualifier, place);
}

Match RecordTree::match(const Record& record, const Directive& directive, const Place& place) {
  switch (directive.mechanism) {
    case Mechanism::all:
      evaluation_.step(Step::Kind::matched, place, directive.span.in(record.text),
                       [] { return std::string("matches every address"); });
      return Match::yes;
    case Mechanism::ip4:
    case Mechanism::ip6:
      break;
    default:
      if (!evaluation_.spend_lookup(place, directive.span.in(record.text))) return Match::permerror;
  }
  if (directive.mechanism == Mechanism::include) return match_include(record, directive, place);
  return match_address(evaluation_, record, directive, place);
}

/// RFC 7208 section 5.2.
Match RecordTree::match_include(const Record& record, const Directive& directive,
                                const Place& place) {
  const std::string_view term = directive.span.in(record.text);
  Target target;
  evaluation_.resolve(record.domain(directive), place, term, target);
  switch (target.kind) {
    case Target::Kind::lacking:
      return Match::lacking;
    case Target::Kind::dynamic:
      return Match::dynamic;
    case Target::Kind::permerror:
      return Match::permerror;
    case Target::Kind::unmatched:
      return Match::no;
    default:
      break;
  }
  evaluation_.step(Step::Kind::include, place, term, [&] { return std::string(target.text()); });
  const auto reached =
      run(below(place, without_final_dot(target.text()), directive.qualifier, target.wire));
  if (!reached) return reached.error() == Stop::lacking ? Match::lacking : Match::dynamic;
  return match_included(*reached, term, place);
}

/// The table of RFC 7208 section 5.2.
Match RecordTree::match_included(Result included, std::string_view term, const Place& place) {
  switch (included) {
    case Result::pass:
      evaluation_.step(Step::Kind::matched, place, term,
                       [] { return std::string("the included record passes the client"); });
      return Match::yes;
    case Result::temperror:
      return evaluation_.reads(Reading::include_failure_ignored) ? Match::no : Match::temperror;
    case Result::permerror:
      return Match::permerror;
    case Result::none:
      return evaluation_.error(
          Match::permerror, place, term,
          fmt::format("{}, so it cannot be included", evaluation_.verdict().problem));
    default:
      evaluation_.step(Step::Kind::no_match, place, term,
                       [&] { return fmt::format("the included record gives {}", text(included)); });
      return Match::no;
  }
}

/// RFC 7208 section 6.1; without a redirect the result is neutral (section 4.7).
Reached RecordTree::follow_redirect(const Record& record, const Place& place) {
  const bool beside_all = evaluation_.reads(Reading::redirect_beside_all);
  if (!record.redirect || (record.has_all() && !beside_all)) {
    return conclude(Result::neutral, place);
  }
  const std::string_view term = record.redirect->span.in(record.text);
  if (!evaluation_.spend_lookup(place, term)) return conclude(Match::permerror, place);
  Target target;
  evaluation_.resolve(&record.redirect->value, place, term, target);
  switch (target.kind) {
    case Target::Kind::lacking:
      return std::unexpected(Stop::lacking);
    case Target::Kind::dynamic:
      return std::unexpected(Stop::dynamic);
    case Target::Kind::permerror:
      return conclude(Match::permerror, place);
    case Target::Kind::unmatched:
      return conclude(Result::neutral, place);
    default:
      break;
  }
  evaluation_.step(Step::Kind::redirect, place, term, [&] { return std::string(target.text()); });
  const auto reached =
      run(below(place, without_final_dot(target.text()), std::nullopt, target.wire));
  if (reached == Result::temperror && evaluation_.reads(Reading::include_failure_ignored)) {
    return conclude(Result::neutral, place);
  }
  if (reached != Result::none) return reached;
  return conclude(evaluation_.error(Match::permerror, place, term,
                                    fmt::format("{}, so the redirect leads nowhere",
                                                evaluation_.verdict().problem)),
                  place);
}

bool RecordTree::explain(const MacroString& spec, const Place& place) {
  // An explanation may depend on the address and spend time; the result does not.
  Verdict& verdict = evaluation_.verdict();
  const bool dynamic = std::exchange(verdict.dynamic, false);
  const std::optional<ClientRange> range = evaluation_.range();
  const auto restore = [&](bool done) {
    verdict.dynamic = dynamic;
    evaluation_.set_range(range);
    return done;
  };
  Target target;
  evaluation_.resolve_explanation(spec, place, target);
  if (target.kind == Target::Kind::lacking) return restore(false);
  if (target.kind != Target::Kind::name) return restore(true);
  const dns::Fact* fact = evaluation_.fact(target.wire.view(), dns::RecordType::txt);
  if (fact == nullptr) return restore(false);
  // RFC 7208 section 6.2: anything but exactly one TXT record means no explanation.
  if (fact->records.size() != 1) return restore(true);
  const auto* txt = std::get_if<dns::TxtData>(&fact->records.front());
  if (txt == nullptr) return restore(true);
  const auto parsed = MacroString::parse(txt->joined(), MacroString::Use::explanation);
  if (!parsed) return restore(true);
  auto expanded = evaluation_.expand_explanation(*parsed, place);
  if (!expanded) return restore(false);
  // Macros may bring octets from outside ASCII in; the explanation is US-ASCII.
  if (std::ranges::all_of(*expanded, is_ascii)) verdict.explanation = std::move(*expanded);
  return restore(true);
}

}  // namespace mandate::spf
