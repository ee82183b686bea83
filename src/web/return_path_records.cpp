#include "web/return_path_records.h"

#include <fmt/format.h>

#include <utility>

#include "advice/alignment_forecast.h"
#include "web/representation.h"

namespace mandate::web {
namespace {

namespace json = boost::json;
using Verdict = advice::Publication::Verdict;

PublishedRecord bounces_of(const advice::ReturnPathPlan& plan) {
  return {.purpose = "bounces",
          .type = "MX",
          .publication = plan.bounces,
          .proven = plan.bounces.verdict == Verdict::add || plan.bounces.verdict == Verdict::change,
          .unanswered = plan.bounces_unanswered};
}

PublishedRecord alias_to(const dns::Name& target) {
  return {.purpose = "spf_and_bounces",
          .type = "CNAME",
          .publication =
              {.verdict = Verdict::add,
               .value = target.text(),
               .observed = {},
               .notes = {"This one record does as well as the TXT and the MX together. Beside a "
                         "CNAME no other record can stand, so publish it alone."}},
          .proven = true,
          .required = false};
}

PublishedRecord no_bounce_host() {
  return {.purpose = "bounces",
          .type = "MX",
          .publication = {.verdict = Verdict::cannot,
                          .value = {},
                          .observed = {},
                          .notes = {"The provider has configured no host that takes bounces, so "
                                    "that nothing can be proposed for a return path."}}};
}

/// What DMARC makes of the return path, if that is no good.
std::optional<std::string> alignment_note(const dns::Name& from, const dns::Name& return_path,
                                          resolver::Lookup& lookup, resolver::Deadline deadline) {
  dns::Facts facts;
  return advice::unaligned_return_path(
      resolver::settle(
          lookup, facts, deadline,
          [&](const dns::Facts& known) { return advice::discover_dmarc(from, known); }),
      return_path);
}

}  // namespace

json::array return_path_records(const dns::Name& from, const std::optional<dns::Name>& bounce_host,
                                advice::ReturnPathRequest request, resolver::Lookup& lookup,
                                resolver::Deadline deadline, std::chrono::sys_seconds checked_at) {
  const dns::Name& name = request.return_path;
  json::array out;
  if (!bounce_host) {
    out.push_back(record_to_json(name, no_bounce_host(), checked_at));
    return out;
  }
  request.bounce_host = *bounce_host;
  dns::Facts facts;
  advice::ReturnPathPlan plan = resolver::settle(
      lookup, facts, deadline,
      [&](const dns::Facts& known) { return advice::return_path_plan(request, known); });
  if (auto note = alignment_note(from, name, lookup, deadline)) {
    plan.spf.notes.insert(plan.spf.notes.begin(), std::move(*note));
  }
  out.push_back(record_to_json(name, plan.spf, true, checked_at));
  out.push_back(record_to_json(name, bounces_of(plan), checked_at));
  if (plan.alias) out.push_back(record_to_json(name, alias_to(*plan.alias), checked_at));
  return out;
}

}  // namespace mandate::web
