#include "advice/return_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "advice/shown.h"
#include "advice/wildcard.h"
#include "dns/alias.h"
#include "dns/mail_exchange.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using dns::RecordType;
using Verdict = Publication::Verdict;

constexpr std::array kTypes{RecordType::cname, RecordType::mx, RecordType::txt};

/// No MX record, or the one that says so (RFC 7505): there is no mail that an MX would take away.
bool takes_no_mail(const Fact& mx) {
  return std::ranges::all_of(dns::first_exchanges(mx), &dns::Name::is_root);
}

std::string quoted(const dns::Name& name) {
  return shown(name.text());
}

/// Plans on as far as the facts reach.
class ReturnPathPlanner {
 public:
  ReturnPathPlanner(const ReturnPathRequest& request, const dns::Facts& facts)
      : request_(request), facts_(facts), own_(facts) {}

  std::variant<ReturnPathPlan, spf::Questions> run() {
    look_up();
    if (!lacking_.empty()) return std::move(lacking_);
    if (auto lacking = plan_policy(facts_)) return std::move(*lacking);
    plan_bounces(*mx());
    note_alias();
    if (is_done()) return std::move(plan_);
    if (set_wildcard_aside()) {
      if (auto lacking = plan_policy(own_)) return std::move(*lacking);
      plan_bounces(*own_.find({request_.return_path, RecordType::mx}));
      note_wildcard();
    }
    if (const auto target = dns::alias_target(request_.return_path, own_)) refuse_beside(*target);
    offer_alias();
    return std::move(plan_);
  }

 private:
  void look_up();
  std::optional<spf::Questions> plan_policy(const dns::Facts& facts);
  void plan_bounces(const Fact& mx);
  bool set_wildcard_aside();
  void note_alias();
  void note_wildcard();
  void refuse_beside(const dns::Name& target);
  void offer_alias();

  bool is_done() const {
    return plan_.spf.verdict == Verdict::nothing_to_do &&
           plan_.bounces.verdict == Verdict::nothing_to_do;
  }
  const Fact* at_wildcard(RecordType type) const {
    return wildcard_ ? facts_.find({*wildcard_, type}) : nullptr;
  }
  const Fact* mx() const { return facts_.find({request_.return_path, RecordType::mx}); }

  const ReturnPathRequest& request_;
  const dns::Facts& facts_;
  dns::Facts own_;  ///< the facts without what the wildcard answers
  std::optional<dns::Name> wildcard_;
  ReturnPathPlan plan_;
  spf::Questions lacking_;
};

void ReturnPathPlanner::look_up() {
  const auto ask = [&](const dns::Question& question) {
    if (facts_.find(question) == nullptr) lacking_.push_back(question);
  };
  for (const RecordType type : kTypes) ask({request_.return_path, type});
  ask({request_.include_name, RecordType::mx});
  const auto wildcard = wildcard_beside(request_.return_path);
  if (!wildcard) return;
  wildcard_ = wildcard->name;
  for (const RecordType type : kTypes) ask({*wildcard_, type});
}

/// An alias of the very name that would be included passes by that name's own record, though no
/// include leads there.
std::optional<spf::Questions> ReturnPathPlanner::plan_policy(const dns::Facts& facts) {
  const bool is_alias = dns::alias_target(request_.return_path, facts) == request_.include_name;
  const PlanRequest asked{.domain = request_.return_path,
                          .include_name = request_.include_name,
                          .pool = request_.pool,
                          .shared_name = is_alias ? std::nullopt : request_.shared_name,
                          .shared_stays = request_.shared_stays,
                          .exclusive = true};
  auto planned = plan(asked, facts);
  if (auto* lacking = std::get_if<spf::Questions>(&planned)) return std::move(*lacking);
  plan_.spf = std::get<Plan>(std::move(planned));
  return std::nullopt;
}

void ReturnPathPlanner::plan_bounces(const Fact& mx) {
  plan_.bounces = {};
  plan_.bounces_unanswered = mx.status == Fact::Status::failed;
  if (plan_.bounces_unanswered) {
    plan_.bounces.notes.push_back(
        fmt::format("The DNS could not be asked for {}: {}. Try again "
                    "later.",
                    dns::text(mx.question), shown(mx.detail)));
    return;
  }
  for (const dns::RecordData& data : mx.records) {
    if (const auto* held = std::get_if<dns::MxData>(&data)) {
      plan_.bounces.observed.push_back(shown(dns::text(*held)));
    }
  }
  if (dns::delivers_to(mx, request_.bounce_host)) {
    plan_.bounces.verdict = Verdict::nothing_to_do;
    plan_.bounces.value = plan_.bounces.observed.front();
  } else if (takes_no_mail(mx)) {
    plan_.bounces.verdict = mx.records.empty() ? Verdict::add : Verdict::change;
    plan_.bounces.value = fmt::format("10 {}", request_.bounce_host.text());
  } else {
    plan_.bounces.notes.push_back(
        fmt::format("{} takes mail already, by an MX record of its own: choose another name for "
                    "the return path; or, if nobody is to get mail there, put `10 {}` in the place "
                    "of that record.",
                    quoted(request_.return_path), quoted(request_.bounce_host)));
  }
}

/// Answers alike are the wildcard's, or as good as that. By an alias it answers for every type.
bool ReturnPathPlanner::set_wildcard_aside() {
  bool any = false;
  bool by_alias = false;
  for (const RecordType type : kTypes) {
    const dns::Question question{request_.return_path, type};
    const Fact* const answer = facts_.find(question);
    const Fact* const of_all = at_wildcard(type);
    if (!by_alias && (of_all == nullptr || !answers_alike(*of_all, *answer))) continue;
    if (answer->status != Fact::Status::found) continue;
    by_alias = by_alias || type == RecordType::cname;
    any = true;
    own_.add({.question = question,
              .status = Fact::Status::no_data,
              .ttl = answer->ttl,
              .learned_at = answer->learned_at,
              .source = answer->source});
  }
  return any;
}

/// As `plan` has it of the policy.
void ReturnPathPlanner::note_alias() {
  const auto target = dns::alias_target(request_.return_path, facts_);
  if (!target || plan_.bounces.verdict != Verdict::nothing_to_do) return;
  plan_.bounces.notes.push_back(fmt::format("{} is an alias (CNAME) of {}, whose record this is.",
                                            quoted(request_.return_path), quoted(*target)));
}

void ReturnPathPlanner::note_wildcard() {
  plan_.spf.notes.push_back(
      fmt::format("What {} answers today comes from the wildcard {}, which ends for it with the "
                  "first record of its own: publish both records at once.",
                  quoted(request_.return_path), quoted(*wildcard_)));
}

/// RFC 1034 section 3.6.2: beside a CNAME nothing else can stand.
void ReturnPathPlanner::refuse_beside(const dns::Name& target) {
  const auto why = [&](const std::string& record) {
    if (target == request_.include_name) {
      return fmt::format(
          "{} is an alias (CNAME) of {}, as it may be: {} is the provider's to publish there, as "
          "`mandate provider zone` has it, and nothing is to be changed at {}.",
          quoted(request_.return_path), quoted(target), record, quoted(request_.return_path));
    }
    return fmt::format(
        "{} is an alias (CNAME) of {}, and no record can be put beside it: choose "
        "another name for the return path, or delete the alias.",
        quoted(request_.return_path), quoted(target));
  };
  const auto refuse = [&](auto& planned, const std::string& record) {
    if (planned.verdict == Verdict::nothing_to_do) return;
    planned.verdict = Verdict::cannot;
    planned.value.clear();
    planned.notes = {why(record)};
  };
  if (!plan_.spf.unanswered) refuse(plan_.spf, "an SPF record that lets the whole pool pass");
  if (!plan_.bounces_unanswered) {
    refuse(plan_.bounces, fmt::format("the MX record `10 {}`", quoted(request_.bounce_host)));
  }
}

void ReturnPathPlanner::offer_alias() {
  const bool is_free = plan_.spf.verdict == Verdict::add && plan_.spf.proven() &&
                       plan_.bounces.verdict == Verdict::add &&
                       own_.find({request_.return_path, RecordType::txt})->records.empty();
  const Fact* const there = facts_.find({request_.include_name, RecordType::mx});
  if (is_free && dns::delivers_to(*there, request_.bounce_host))
    plan_.alias = request_.include_name;
}

}  // namespace

std::variant<ReturnPathPlan, spf::Questions> return_path_plan(const ReturnPathRequest& request,
                                                              const dns::Facts& facts) {
  return ReturnPathPlanner(request, facts).run();
}

}  // namespace mandate::advice
