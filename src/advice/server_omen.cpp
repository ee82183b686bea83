#include "advice/server_omen.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "advice/asked_name.h"
#include "advice/known_policy.h"
#include "advice/publication.h"
#include "advice/shown.h"

namespace mandate::advice {
namespace {

using Texts = std::vector<std::string>;

constexpr std::string_view kCode = "server_differs";
constexpr std::string_view kMend =
    "Raise the serial of the zone so that all servers fetch it, or take those out that do not.";

std::string_view verb(const Texts& servers, std::string_view one, std::string_view many) {
  return servers.size() == 1 ? one : many;
}

/// Of the includes, each once, those that an answer has in force.
std::set<std::string> includes_of(const dns::Fact& txt, const std::vector<dns::Name>& includes) {
  std::set<std::string> out;
  for (const dns::Name& include : includes) {
    if (publication(txt, include).verdict != Publication::Verdict::nothing_to_do) continue;
    out.insert(fmt::format("`include:{}`", include.text()));
  }
  return out;
}

std::vector<Omen> omens_of_include(const ForecastRequest& request) {
  Texts with;
  Texts without;
  std::set<std::string> included;  // by any of those with
  for (const ServerAnswer& answer : request.servers) {
    if (!is_known(&answer.txt)) continue;
    auto includes = includes_of(answer.txt, request.includes);
    (includes.empty() ? without : with).push_back(answer.server);
    included.merge(includes);
  }
  if (with.empty() || without.empty()) return {};
  return {
      {std::string(kCode),
       fmt::format("{} {} for {} without {}, which {} {}: it is chance which of them a "
                   "receiver asks. {}",
                   listed(without), verb(without, "answers", "answer"), request.domain.text(),
                   fmt::join(included, " or "), listed(with), verb(with, "has", "have"), kMend)}};
}

std::vector<Omen> omens_of_record(const ForecastRequest& request) {
  std::map<Texts, Texts> servers_by_answer;
  for (const ServerAnswer& answer : request.servers) {
    if (!is_known(&answer.txt)) continue;
    servers_by_answer[policy_answer(answer.txt)].push_back(answer.server);
  }
  if (servers_by_answer.size() < 2) return {};
  const auto most = std::ranges::max_element(servers_by_answer, {},
                                             [](const auto& entry) { return entry.second.size(); });
  std::vector<Omen> out;
  for (const auto& entry : servers_by_answer) {
    if (&entry == &*most) continue;
    const auto& [answer, servers] = entry;
    const std::string what =
        answer.empty() ? "no SPF record" : fmt::format("`{}`", shown(answer.front()));
    out.push_back({std::string(kCode),
                   fmt::format("{} {} {} at {}, otherwise than {}: it is chance which of them a "
                               "receiver asks. {}",
                               listed(servers), verb(servers, "has", "have"), what,
                               request.domain.text(), listed(most->second), kMend)});
  }
  return out;
}

}  // namespace

std::vector<Omen> server_omens(const ForecastRequest& request) {
  std::vector<Omen> out = omens_of_include(request);
  return out.empty() ? omens_of_record(request) : out;
}

}  // namespace mandate::advice
