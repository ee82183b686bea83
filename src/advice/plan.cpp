#include "advice/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "advice/include_tree.h"
#include "advice/record_edit.h"
#include "advice/shown.h"
#include "advice/wildcard.h"
#include "dns/alias.h"
#include "dns/public_suffix.h"
#include "mandate/spf/record.h"
#include "spf/policy_records.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using spf::PolicyMap;
using spf::Result;
using Verdict = Publication::Verdict;

bool lookups_failed(const Proof& proof) {
  const auto failed = [](const Standing& standing) { return standing.result == Result::temperror; };
  return std::ranges::any_of(proof.pool, failed, &PoolStanding::standing) ||
         std::ranges::any_of(proof.undecided, [&](const Shift& shift) {
           return failed(shift.before) || failed(shift.after);
         });
}

/// Thrown nowhere: a step that lacks facts leaves its questions here, and the plan ends.
class Planner {
 public:
  Planner(const PlanRequest& request, const dns::Facts& facts)
      : request_(request),
        facts_(facts),
        sender_{request.include_name, request.pool,
                request.shared_name.value_or(request.include_name)} {}

  std::variant<Plan, spf::Questions> run() {
    look_up();
    if (lacking_.empty() && can_look_up() && has_pool() && !passes_today() && !is_alias()) edit();
    if (!lacking_.empty()) return std::move(lacking_);
    return std::move(plan_);
  }

 private:
  void look_up();
  void look_for_wildcard();
  bool is_alias();
  bool can_look_up();
  bool has_pool();
  bool refuse_include(const PolicyMap& map, const PolicyMap::Outcome& outcome,
                      const std::string& whom);
  bool passes_today();
  std::optional<bool> is_included();
  bool is_lacking() const;
  void edit();
  void edit(const std::string& value);
  std::optional<std::string> in_a_place_that_passes(const std::string& value);
  bool passes(const std::string& value);
  void settle_for(const std::string& value, Proof proof);
  void explain_failure(const Proof& proof);
  void find_remedies(const std::string& value, const Proof& proof);
  void note_dependence(const dns::Name& holder);
  void note_redirect(const std::string& value);

  void note(std::string text) { plan_.notes.push_back(std::move(text)); }
  void refuse(std::string why) {
    plan_.verdict = Verdict::cannot;
    plan_.value.clear();
    plan_.notes.insert(plan_.notes.begin(), std::move(why));
  }
  /// The result of a step, or nothing and its questions kept.
  template <class T>
  std::optional<T> take(std::variant<T, spf::Questions> outcome) {
    if (auto* result = std::get_if<T>(&outcome)) return std::move(*result);
    lacking_ = std::get<spf::Questions>(std::move(outcome));
    return std::nullopt;
  }

  const PlanRequest& request_;
  const dns::Facts& facts_;
  Sender sender_;
  const dns::Fact* txt_ = nullptr;
  const dns::Fact* alias_ = nullptr;
  Publication naive_;  ///< the edit by the domain's own TXT records alone
  Plan plan_;
  spf::Questions lacking_;
};

void Planner::look_up() {
  const dns::Question txt{request_.domain, RecordType::txt};
  const dns::Question alias{request_.domain, RecordType::cname};
  txt_ = facts_.find(txt);
  alias_ = facts_.find(alias);
  look_for_wildcard();
  if (txt_ == nullptr) lacking_.push_back(txt);
  if (alias_ == nullptr) lacking_.push_back(alias);
}

void Planner::look_for_wildcard() {
  const auto question = wildcard_beside(request_.domain);
  if (!question) return;
  const dns::Fact* known = facts_.find(*question);
  if (known == nullptr) lacking_.push_back(*question);
  if (known != nullptr && txt_ != nullptr) plan_.by_wildcard = answers_alike(*known, *txt_);
}

/// RFC 1034 section 3.6.2: beside a CNAME nothing else can stand.
bool Planner::is_alias() {
  if (alias_->status != dns::Fact::Status::found) return false;
  const auto alias = dns::alias_target(*alias_);
  const std::string target = alias ? shown(alias->text()) : "another name";
  const std::string domain = request_.domain.text();
  refuse(
      fmt::format("{} is an alias (CNAME) of {}: no record can be put beside it, and its SPF "
                  "record is that of {}.",
                  domain, target, target));
  note(
      fmt::format("Have the record of {} changed by whoever runs it, or send with MAIL FROM at "
                  "another subdomain: `mandate plan bounce.{}` has its record.",
                  target, dns::registrable_domain(request_.domain).text()));
  return true;
}

bool Planner::can_look_up() {
  if (txt_->status == dns::Fact::Status::failed) {
    plan_.unanswered = true;
    refuse(fmt::format("The DNS could not be asked for {}: {}. Try again later.",
                       dns::text(txt_->question), dns::printable(txt_->detail)));
    return false;
  }
  plan_.ttl = txt_->status == dns::Fact::Status::found ? txt_->ttl : 0;
  for (const dns::RecordData& data : txt_->records) {
    if (const auto* held = std::get_if<dns::TxtData>(&data)) plan_.texts.push_back(*held);
  }
  const auto shared = request_.shared_name.transform(
      [&](const dns::Name& name) { return SharedInclude{name, request_.shared_stays}; });
  naive_ = publication(*txt_, request_.include_name, shared, request_.exclusive);
  plan_.observed = naive_.observed;
  return true;
}

/// The provider's own record has to let the pool pass: an include gives no more than that.
bool Planner::has_pool() {
  const auto map = take(spf::compile(sender_.include_name.text(), facts_));
  if (!map) return false;
  if (sender_.pool.empty()) sender_.pool = map->prefixes(Result::pass);
  plan_.pool = sender_.pool;
  if (sender_.pool.empty()) return refuse_include(*map, map->at(dns::IpAddress()), "any address");
  for (const PolicyMap::Piece& piece : map->cover(sender_.pool)) {
    if (!piece.outcome->dynamic && piece.outcome->result == Result::pass) continue;
    return refuse_include(*map, *piece.outcome, range_text(piece.range) + " of the sending pool");
  }
  return true;
}

bool Planner::refuse_include(const PolicyMap& map, const PolicyMap::Outcome& outcome,
                             const std::string& whom) {
  const std::string name = sender_.include_name.text();
  const std::string problem = dns::printable(map.problem(outcome));
  const std::string why = problem.empty() ? "" : ": " + problem;
  plan_.unanswered = outcome.result == Result::temperror;
  if (plan_.unanswered) {
    refuse(fmt::format("The record of {} could not be read{}. Try again later.", name, why));
  } else {
    refuse(
        fmt::format("The record of {} does not let {} pass{}: the provider has to mend it before "
                    "anybody includes it.",
                    name, whom, why));
  }
  return false;
}

bool Planner::passes_today() {
  auto today = take(pool_standing(request_.domain, facts_, sender_));
  if (!today) return true;  // the questions end the plan
  plan_.today = std::move(*today);
  if (!std::ranges::all_of(plan_.today, &PoolStanding::authorized)) return false;
  const auto included = is_included();
  if (!included) return true;
  if (!*included && is_lacking()) return false;
  plan_.verdict = Verdict::nothing_to_do;
  for (const dns::TxtData& data : plan_.texts) {
    if (!spf::is_spf_record(data.joined())) continue;
    plan_.value = data.joined();
  }
  const auto target = dns::alias_target(*alias_);
  if (target) {
    note(fmt::format("{} is an alias (CNAME) of {}, whose record this is.", request_.domain.text(),
                     shown(target->text())));
  }
  if (!*included && target != sender_.include_name) {
    note_dependence(target.value_or(request_.domain));
  }
  return true;
}

/// Whether the domain itself includes the name, in its own record or one that it redirects to, so
/// that whatever else lets the pool pass may go. Nothing, and the question kept, when more has to
/// be known.
std::optional<bool> Planner::is_included() {
  const spf::PolicyRecords policy = spf::policy_records(request_.domain, facts_);
  if (policy.lacking) {
    lacking_ = {*policy.lacking};
    return std::nullopt;
  }
  const dns::Name& name = sender_.include_name;
  const bool by_redirect = !request_.shared_name;  // which does not show whose the domain is
  return std::ranges::any_of(policy.records, [&](const spf::PolicyRecord& held) {
    if (by_redirect && held.domain == name) return true;
    const std::vector<std::string> names = spf::passing_includes(held.record);
    return std::ranges::find(names, name.text()) != names.end();
  });
}

/// Of a pool that passes by something else: whether the include is wanted all the same.
bool Planner::is_lacking() const {
  if (request_.shared_name) return true;
  if (!request_.for_any_account) return false;
  return std::ranges::any_of(plan_.today, [&](const PoolStanding& standing) {
    for (const std::string& domain : standing.path) {
      const auto name = dns::Name::parse(domain);
      if (!name || !name->is_at_or_below(sender_.shared_name)) continue;
      return sender_.is_of_other(*name);
    }
    return false;
  });
}

/// Step 2 of the edit: whose records the pool passes by, beside the domain's and the provider's.
void Planner::note_dependence(const dns::Name& holder) {
  const std::string own = request_.domain.text();
  const std::string provider = sender_.include_name.text();
  std::set<std::string> seen;
  for (const PoolStanding& standing : plan_.today) {
    const std::string& decider = standing.standing.domain;
    for (const std::string& domain : standing.path) {
      const bool between = domain != own && domain != provider;
      if (!between || !seen.insert(domain).second) continue;
      note(fmt::format("{} passes by way of the record of {}: it depends on that record.",
                       range_text(standing.range), domain));
    }
    if (decider != own || !seen.insert(decider).second) continue;
    note(fmt::format(
        "{} passes by `{}` in the record of {} itself, which has to be edited when "
        "the sending pool changes.",
        range_text(standing.range), shown(standing.standing.term), shown(holder.text())));
  }
}

void Planner::edit() {
  plan_.notes = naive_.notes;
  plan_.verdict = naive_.verdict;
  if (plan_.by_wildcard && naive_.verdict == Verdict::change) {
    plan_.verdict = Verdict::add;
    note(
        fmt::format("What {} answers today seems to come from the wildcard *.{}: a record of its "
                    "own ends that for every type, so copy the wildcard's other records as well.",
                    request_.domain.text(), request_.domain.parent().text()));
  }
  if (naive_.verdict != Verdict::cannot) edit(naive_.value);
}

void Planner::edit(const std::string& naive) {
  const auto cost = take(tree_cost(request_.domain, with_record(facts_, request_.domain, naive)));
  if (!cost) return;
  std::string value = naive;
  if (Cost{cost->lookups, cost->voids, 0}.fits()) {
    if (auto better = in_a_place_that_passes(naive)) value = std::move(*better);
    if (!lacking_.empty()) return;
  }
  auto proof =
      take(prove(request_.domain, facts_, with_record(facts_, request_.domain, value), sender_));
  if (!proof) return;
  if (!proof->after.fits()) return find_remedies(value, *proof);
  settle_for(value, std::move(*proof));
}

bool Planner::passes(const std::string& value) {
  const auto standing =
      take(pool_standing(request_.domain, with_record(facts_, request_.domain, value), sender_));
  return standing && std::ranges::all_of(*standing, &PoolStanding::authorized);
}

/// Step 5: where an earlier term decides for some of the pool, the include goes ahead of it; to the
/// last place at which all of the pool passes. Further in front fewer terms come before it, so that
/// the places at which the pool passes are the first ones.
std::optional<std::string> Planner::in_a_place_that_passes(const std::string& value) {
  if (passes(value) || !lacking_.empty()) return std::nullopt;
  const auto record = spf::parse_record(value);
  if (!record) return std::nullopt;
  const auto passes_before = [&](const spf::Directive& directive) {
    const auto moved = with_include_before(*record, request_.include_name, directive.span.begin);
    return moved && passes(*moved);
  };
  const auto& directives = record->directives;
  const auto behind = std::ranges::partition_point(directives, passes_before);
  if (behind == directives.begin() || !lacking_.empty()) return std::nullopt;
  const spf::Span blocking = std::prev(behind)->span;
  note(
      fmt::format("The include stands ahead of `{}`, which would decide for addresses of the "
                  "sending pool first.",
                  shown(blocking.in(value))));
  return with_include_before(*record, request_.include_name, blocking.begin);
}

void Planner::settle_for(const std::string& value, Proof proof) {
  plan_.value = value;
  if (plan_.verdict == Verdict::nothing_to_do) plan_.verdict = Verdict::change;
  note_redirect(value);
  plan_.unanswered = lookups_failed(proof);
  if (plan_.unanswered || !proof.holds()) explain_failure(proof);
  plan_.proof = std::move(proof);
}

/// Step 9: a name that inherits by redirect.
void Planner::note_redirect(const std::string& value) {
  const auto record = spf::parse_record(value);
  if (!record || !record->redirect || record->has_all()) return;
  note(
      fmt::format("The wider choice is to put the include into the record of {}, for every domain "
                  "that redirects there.",
                  shown(record->redirect->value.text())));
}

void Planner::explain_failure(const Proof& proof) {
  if (plan_.unanswered) {
    note("Some of the DNS could not be asked, so that the edit is not proven. Try again later.");
    return;
  }
  if (!proof.pool_passes()) {
    const auto pool = std::ranges::find(proof.pool, false, &PoolStanding::authorized);
    const Standing& standing = pool->standing;
    if (standing.dynamic) {
      return refuse(fmt::format("It cannot be proven that {} of the sending pool passes: {}.",
                                range_text(pool->range), standing.problem));
    }
    refuse(fmt::format(
        "With the include in every possible place {} of the sending pool does not pass: {}.",
        range_text(pool->range),
        !standing.problem.empty() ? standing.problem
                                  : fmt::format("`{}` in the record of {} decides",
                                                shown(standing.term), standing.domain)));
  } else if (!proof.broken.empty()) {
    note("The edit changes the standing of other senders: see the proof, and confirm it.");
  }
}

void Planner::find_remedies(const std::string& value, const Proof& proof) {
  auto found = take(remedies(request_.domain, facts_, sender_, value));
  if (!found) return;
  constexpr spf::Limits kLimits;
  const bool lookups = proof.after.lookups > kLimits.lookups;
  const std::string_view what = lookups ? "DNS lookups" : "lookups that find nothing";
  const int limit = lookups ? kLimits.lookups : kLimits.voids;
  if (!proof.before.fits()) {
    refuse(
        fmt::format("The record takes more than the {} {} that receivers allow already without the "
                    "include (RFC 7208 section 4.6.4).",
                    limit, what));
  } else {
    refuse(
        fmt::format("With the include the record takes {} {}, and receivers stop at {} (RFC 7208 "
                    "section 4.6.4).",
                    lookups ? proof.after.lookups : proof.after.voids, what, limit));
  }
  plan_.remedies = std::move(*found);
}

}  // namespace

bool Plan::proven() const {
  return verdict != Verdict::cannot && proof && proof->holds() && !unanswered;
}

std::variant<Plan, spf::Questions> plan(const PlanRequest& request, const dns::Facts& facts) {
  return Planner(request, facts).run();
}

}  // namespace mandate::advice
