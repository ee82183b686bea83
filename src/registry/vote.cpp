#include "registry/vote.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;
using Standing = ServerAnswers::Standing;

bool say_the_same(const ServerAnswers& a, const ServerAnswers& b) {
  return std::ranges::equal(a.facts, b.facts, is_same_answer);
}

bool is_lost(Kind kind) {
  return kind == Kind::not_proven || kind == Kind::refused;
}

// A judgement in the making: one assessment a vote.
struct Session {
  const ZoneAnswers& zone;
  std::vector<Vote> votes;
  std::vector<Assessment> assessments;

  std::size_t asked() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        zone.servers,
        [](const ServerAnswers& server) { return server.standing != Standing::not_asked; }));
  }

  std::size_t servers_that(const std::function<bool(Kind)>& say) const {
    std::size_t out = 0;
    for (const Vote& vote : votes) out += say(vote.kind) ? vote.servers.size() : 0;
    return out;
  }
};

std::string said_by(const Session& session) {
  std::string out;
  for (const Vote& vote : session.votes) {
    std::vector<std::string> names;
    for (const std::size_t at : vote.servers) {
      const ServerAnswers& server = session.zone.servers[at];
      names.push_back(fmt::format("{} ({})", server.name.text(), server.address));
    }
    out += fmt::format("{}{} {} {}", out.empty() ? "" : "; ", fmt::join(names, ", "),
                       names.size() == 1 ? "says" : "say",
                       vote.reason_code.empty() ? text(vote.kind) : vote.reason_code);
  }
  return out;
}

Assessment disagreement(const Session& session) {
  const std::size_t lost = session.servers_that(is_lost);
  Assessment out = session.assessments.front();
  out.kind = Kind::unavailable;
  out.reason_code = "servers_disagree";
  out.reason = fmt::format(
      "Only {} of the {} servers of {} that could be asked {} that the permission is gone, and "
      "more "
      "than half have to, so nothing changes: {}. See `mandate dns` for what is wrong with the "
      "others.",
      lost, session.asked(), session.zone.zone.text(), lost == 1 ? "says" : "say",
      said_by(session));
  return out;
}

bool is_undecided(const Session& session) {
  return is_lost(session.assessments.front().kind) &&
         session.servers_that(is_lost) * 2 <= session.asked();
}

// The first is the current one. Where the servers leave it open, `seen` is what the resolver's
// answer comes to, which then has a vote beside them.
Assessment count(const Session& session, std::optional<Kind> seen) {
  const Assessment& current = session.assessments.front();
  if (current.kind == Kind::proven) return current;
  const std::size_t voters = session.asked() + (seen ? 1 : 0);
  std::size_t lost = session.servers_that(is_lost);
  std::size_t refused = session.servers_that([](Kind kind) { return kind == Kind::refused; });
  if (seen) {
    if (is_lost(*seen)) ++lost;
    if (*seen == Kind::refused) ++refused;
  }
  if (lost * 2 <= voters) {
    return current.kind == Kind::unavailable ? current : disagreement(session);
  }
  const auto found = std::ranges::find_if(
      session.assessments, [](const Assessment& assessment) { return is_lost(assessment.kind); });
  Assessment out = *found;
  out.kind = refused * 2 > voters ? Kind::refused : Kind::not_proven;
  return out;
}

}  // namespace

dns::Facts as_told_by(const ServerAnswers& server, const dns::Facts& facts) {
  dns::Facts out = facts;
  for (const dns::Fact& fact : server.facts) out.add(fact);
  return out;
}

std::vector<std::vector<std::size_t>> like_minded(const ZoneAnswers& zone) {
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t at = 0; at < zone.servers.size(); ++at) {
    const ServerAnswers& server = zone.servers[at];
    if (server.standing != Standing::answers) continue;
    const auto known = std::ranges::find_if(groups, [&](const std::vector<std::size_t>& group) {
      return say_the_same(zone.servers[group.front()], server);
    });
    if (known == groups.end()) {
      groups.push_back({at});
    } else {
      known->push_back(at);
    }
  }
  std::ranges::stable_sort(groups, std::greater{}, [&](const std::vector<std::size_t>& group) {
    const auto newest =
        std::ranges::count_if(group, [&](std::size_t at) { return zone.servers[at].newest; });
    return std::tuple(newest, group.size());
  });
  return groups;
}

std::variant<Judgement, spf::Questions> judge(const AuthorizationRequest& request,
                                              const ZoneAnswers& zone, const dns::Facts& facts) {
  auto groups = like_minded(zone);
  if (groups.empty()) {
    auto outcome = assess(request, facts);
    if (auto* lacking = std::get_if<spf::Questions>(&outcome)) return std::move(*lacking);
    return Judgement{std::get<Assessment>(std::move(outcome)), {}};
  }
  if (groups.size() > kMostVotes) groups.resize(kMostVotes);
  Session session{zone, {}, {}};
  std::set<dns::Question> lacking;
  // What receivers see, whatever the servers say.
  if (const dns::Question seen{request.policy_name(), dns::RecordType::txt}; !facts.find(seen)) {
    lacking.insert(seen);
  }
  for (auto& group : groups) {
    auto outcome = assess(request, as_told_by(zone.servers[group.front()], facts));
    if (const auto* more = std::get_if<spf::Questions>(&outcome)) {
      lacking.insert(more->begin(), more->end());
      continue;
    }
    auto& assessment = std::get<Assessment>(outcome);
    session.votes.push_back({std::move(group), assessment.kind, assessment.reason_code});
    session.assessments.push_back(std::move(assessment));
  }
  if (!lacking.empty()) return spf::Questions(lacking.begin(), lacking.end());
  std::optional<Kind> seen;
  if (is_undecided(session)) {
    auto outcome = assess(request, facts);
    if (auto* more = std::get_if<spf::Questions>(&outcome)) return std::move(*more);
    seen = std::get<Assessment>(outcome).kind;
  }
  return Judgement{count(session, seen), std::move(session.votes)};
}

}  // namespace mandate::registry
