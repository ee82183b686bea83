#include "mandate/spf/check_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "spf/ascii.h"
#include "spf/evaluation.h"

namespace mandate::spf {
namespace {

using Target = Evaluation::Target;

/// What check_host of one domain came to: its result, or nothing while facts are lacking.
using Reached = std::optional<Result>;

/// One run of check_host over a request, its includes and redirects.
class CheckHost {
 public:
  explicit CheckHost(Evaluation& evaluation) : evaluation_(evaluation) {}

  /// check_host() of RFC 7208 section 4 for the domain of `place`.
  Reached run(const Place& place);
  /// The explanation of a final fail (RFC 7208 section 6.2); false while facts are lacking.
  bool explain();

 private:
  std::optional<std::string> select_record(const Place& place, const dns::Fact& fact,
                                           Reached& ended);
  Reached evaluate(const Record& record, const Place& place);
  Match match(const Record& record, const Directive& directive, const Place& place);
  Match match_include(const Directive& directive, std::string_view term, const Place& place);
  Reached follow_redirect(const Record& record, const Place& place);
  Reached conclude(Match error, const Place& place);
  Reached conclude(Result result, const Place& place, std::string problem = {});
  void decided_by(const Record& record, const Span& span, const Place& place);

  Evaluation& evaluation_;
  /// The exp of the record that decided, and where that stands; never of an included record.
  std::optional<std::pair<MacroString, Place>> explanation_;
};

Place below(const Place& place, const std::string& domain) {
  Place out{domain, place.path};
  out.path.push_back(domain);
  return out;
}

Reached CheckHost::conclude(Result result, const Place& place, std::string problem) {
  if (!problem.empty()) evaluation_.verdict().problem = std::move(problem);
  evaluation_.step(Step::Kind::result, place, {}, std::string(text(result)));
  return result;
}

Reached CheckHost::conclude(Match error, const Place& place) {
  if (error == Match::lacking) return std::nullopt;
  return conclude(error == Match::temperror ? Result::temperror : Result::permerror, place);
}

void CheckHost::decided_by(const Record& record, const Span& span, const Place& place) {
  evaluation_.verdict().decided_by = DecidingTerm{.domain = place.domain,
                                                  .record = record.text,
                                                  .term = std::string(span.in(record.text)),
                                                  .span = span,
                                                  .path = place.path};
}

/// RFC 7208 sections 4.4 and 4.5: exactly one record, else the check has `ended`.
std::optional<std::string> CheckHost::select_record(const Place& place, const dns::Fact& fact,
                                                    Reached& ended) {
  if (fact.status == dns::Fact::Status::failed) {
    ended = conclude(
        Result::temperror, place,
        fmt::format("{} could not be looked up: {}", dns::text(fact.question), fact.detail));
    return std::nullopt;
  }
  std::optional<std::string> record;
  for (const dns::RecordData& data : fact.records) {
    const auto* txt = std::get_if<dns::TxtData>(&data);
    if (txt == nullptr) continue;
    std::string joined = txt->joined();
    if (!is_spf_record(joined)) continue;
    if (record) {
      ended = conclude(Result::permerror, place,
                       fmt::format("{} has more than one SPF record; keep one", place.domain));
      return std::nullopt;
    }
    record = std::move(joined);
  }
  if (!record) {
    const bool missing = fact.status == dns::Fact::Status::no_such_name;
    ended = conclude(
        Result::none, place,
        fmt::format("{} {}", place.domain, missing ? "does not exist" : "has no SPF record"));
  }
  return record;
}

Reached CheckHost::run(const Place& place) {
  // RFC 7208 section 4.3: a malformed name or one of a single label gives none without a query.
  const auto name = usable_name(place.domain);
  if (!name || name->labels().size() < 2 || !std::ranges::all_of(place.domain, is_ascii)) {
    return conclude(Result::none, place, "there is no legal domain name of two labels or more");
  }
  const dns::Fact* fact = evaluation_.fact({*name, dns::RecordType::txt});
  if (fact == nullptr) return std::nullopt;
  Reached ended;
  const auto text = select_record(place, *fact, ended);
  if (!text) return ended;
  evaluation_.step(Step::Kind::record, place, {}, *text);
  const auto record = parse_record(*text);
  if (!record) {
    const SyntaxError& error = record.error();
    return conclude(evaluation_.error(Match::permerror, place, error.span.in(*text),
                                      fmt::format("syntax error in the record of {}: {}",
                                                  place.domain, error.message)),
                    place);
  }
  return evaluate(*record, place);
}

Reached CheckHost::evaluate(const Record& record, const Place& place) {
  for (const Directive& directive : record.directives) {
    const Match matched = match(record, directive, place);
    if (matched == Match::no) continue;
    if (matched != Match::yes) return conclude(matched, place);
    // An include that matched was decided by a term inside it, which stays the deciding one.
    if (directive.mechanism != Mechanism::include) decided_by(record, directive.span, place);
    if (record.exp) explanation_ = {record.exp->value, place};
    return conclude(directive.qualifier, place);
  }
  return follow_redirect(record, place);
}

Match CheckHost::match(const Record& record, const Directive& directive, const Place& place) {
  const std::string_view term = directive.span.in(record.text);
  if (directive.mechanism == Mechanism::all) {
    evaluation_.step(Step::Kind::matched, place, term, "matches every address");
    return Match::yes;
  }
  if (directive.asks_dns() && !evaluation_.spend_lookup(place, term)) return Match::permerror;
  if (directive.mechanism == Mechanism::include) return match_include(directive, term, place);
  return match_address(evaluation_, directive, term, place);
}

/// RFC 7208 section 5.2.
Match CheckHost::match_include(const Directive& directive, std::string_view term,
                               const Place& place) {
  const Target target = evaluation_.target(directive.domain, place, term);
  if (target.kind == Target::Kind::lacking) return Match::lacking;
  if (target.kind == Target::Kind::permerror) return Match::permerror;
  if (target.kind == Target::Kind::unmatched) return Match::no;
  evaluation_.step(Step::Kind::include, place, term, target.text);
  const auto explanation = explanation_;
  const auto reached = run(below(place, target.text));
  explanation_ = explanation;  // RFC 7208 section 6.2: that of an included record is not used
  if (!reached) return Match::lacking;
  switch (*reached) {
    case Result::pass:
      evaluation_.step(Step::Kind::matched, place, term, "the included record passes the client");
      return Match::yes;
    case Result::temperror:
      return Match::temperror;
    case Result::permerror:
      return Match::permerror;
    case Result::none:
      return evaluation_.error(
          Match::permerror, place, term,
          fmt::format("{}, so it cannot be included", evaluation_.verdict().problem));
    default:
      evaluation_.verdict().decided_by.reset();
      evaluation_.step(Step::Kind::no_match, place, term,
                       fmt::format("the included record gives {}", text(*reached)));
      return Match::no;
  }
}

/// RFC 7208 section 6.1; without a redirect the result is neutral (section 4.7).
Reached CheckHost::follow_redirect(const Record& record, const Place& place) {
  const bool has_all = std::ranges::any_of(record.directives, [](const Directive& directive) {
    return directive.mechanism == Mechanism::all;
  });
  if (!record.redirect || has_all) return conclude(Result::neutral, place);
  const std::string_view term = record.redirect->span.in(record.text);
  if (!evaluation_.spend_lookup(place, term)) return conclude(Match::permerror, place);
  const Target target = evaluation_.target(record.redirect->value, place, term);
  if (target.kind == Target::Kind::lacking) return std::nullopt;
  if (target.kind == Target::Kind::permerror) return conclude(Match::permerror, place);
  if (target.kind == Target::Kind::unmatched) return conclude(Result::neutral, place);
  evaluation_.step(Step::Kind::redirect, place, term, target.text);
  const auto reached = run(below(place, target.text));
  if (reached != Result::none) return reached;
  return conclude(evaluation_.error(Match::permerror, place, term,
                                    fmt::format("{}, so the redirect leads nowhere",
                                                evaluation_.verdict().problem)),
                  place);
}

bool CheckHost::explain() {
  if (!explanation_) return true;
  const auto& [spec, place] = *explanation_;
  const Target target = evaluation_.explanation_target(spec, place);
  if (target.kind == Target::Kind::lacking) return false;
  if (target.kind != Target::Kind::name) return true;
  const dns::Fact* fact = evaluation_.fact({target.name, dns::RecordType::txt});
  if (fact == nullptr) return false;
  // RFC 7208 section 6.2: anything but exactly one TXT record means no explanation.
  if (fact->records.size() != 1) return true;
  const auto* txt = std::get_if<dns::TxtData>(&fact->records.front());
  if (txt == nullptr) return true;
  const auto parsed = MacroString::parse(txt->joined(), MacroString::Use::explanation);
  if (!parsed) return true;
  auto expanded = evaluation_.expand_explanation(*parsed, place);
  if (!expanded) return false;
  // Macros may bring octets from outside ASCII in; the explanation is US-ASCII.
  if (std::ranges::all_of(*expanded, is_ascii)) {
    evaluation_.verdict().explanation = std::move(*expanded);
  }
  return true;
}

}  // namespace

std::string_view text(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::record:
      return "record";
    case Step::Kind::matched:
      return "matched";
    case Step::Kind::no_match:
      return "no_match";
    case Step::Kind::redirect:
      return "redirect";
    case Step::Kind::include:
      return "include";
    case Step::Kind::result:
      return "result";
    case Step::Kind::error:
      return "error";
    case Step::Kind::note:
      return "note";
  }
  return "note";
}

Outcome check_host(const Request& request, const dns::Facts& facts, const Limits& limits) {
  Evaluation evaluation(request, facts, limits);
  CheckHost check(evaluation);
  const std::string domain = evaluation.sender_domain();
  const auto reached = check.run({domain, {domain}});
  if (!reached) return std::move(evaluation.lacking());
  Verdict& verdict = evaluation.verdict();
  const bool dynamic = verdict.dynamic;
  if (*reached == Result::fail && !check.explain()) return std::move(evaluation.lacking());
  verdict.dynamic = dynamic;  // an explanation may depend on the address; the result does not
  verdict.result = *reached;
  verdict.domain = domain;
  const bool error = *reached == Result::permerror || *reached == Result::temperror;
  if (error || *reached == Result::none) verdict.decided_by.reset();
  if (!error && *reached != Result::none) verdict.problem.clear();
  if (verdict.ttl == std::numeric_limits<std::uint32_t>::max()) verdict.ttl = 0;
  return std::move(verdict);
}

}  // namespace mandate::spf
