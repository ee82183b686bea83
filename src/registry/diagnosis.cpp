#include "registry/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "dns/printable.h"
#include "mandate/spf/record.h"
#include "registry/ownership.h"
#include "spf/policy_records.h"

namespace mandate::registry {
namespace {

using spf::Directive;
using spf::Mechanism;
using spf::Result;

// How near an include comes to the one that is wanted; the nearest decides what is said.
enum class Nearness { lookalike, after_all, not_pass, in_force };

struct Found {
  Nearness nearness = Nearness::lookalike;
  dns::Name domain;  // whose record
  std::string term;
};

// The include name stands in the text, but the text names something else: a longer name that ends
// in it without a dot between, or one of which it is only the left part.
bool is_lookalike(std::string_view domain_spec, const dns::Name& include_name) {
  const std::string lowered = spf::plain_name(domain_spec);
  const std::string wanted = include_name.text();
  return lowered.find(wanted) != lowered.npos && lowered != wanted &&
         !lowered.ends_with("." + wanted);
}

// The include name that all accounts share, and those of single accounts, bring the pool: the
// provider's wildcard answers for all of them alike. Whose they are is for `find_ownership` to say.
bool brings_pool(std::string_view name, const WantedInclude& include) {
  if (name == include.shared.text() || name == include.wanted.text()) return true;
  const std::size_t dot = name.find('.');
  return dot != name.npos && name.substr(dot + 1) == include.shared.text() &&
         is_account_token(name.substr(0, dot));
}

std::optional<Found> nearest_include(const WantedInclude& include, const dns::Name& domain,
                                     const dns::Facts& facts) {
  std::optional<Found> best;
  for (const auto& [owner, record] : spf::policy_records(domain, facts).records) {
    bool behind_all = false;
    for (const Directive& directive : record.directives) {
      behind_all = behind_all || spf::is_all(directive);
      if (directive.mechanism != Mechanism::include) continue;
      const std::string& spec = record.domain(directive)->text();
      Nearness nearness = Nearness::in_force;
      if (brings_pool(spf::plain_name(spec), include)) {
        if (directive.qualifier != Result::pass) nearness = Nearness::not_pass;
        if (behind_all) nearness = Nearness::after_all;
      } else if (is_lookalike(spec, include.shared)) {
        nearness = Nearness::lookalike;
      } else {
        continue;
      }
      if (!best || nearness > best->nearness) {
        best = Found{nearness, owner, dns::printable(directive.span.in(record.text), 120)};
      }
    }
  }
  return best;
}

// The order in which results are worth telling.
int gravity(Result result) {
  constexpr std::array kOrder = {Result::temperror, Result::permerror, Result::none, Result::fail,
                                 Result::softfail,  Result::neutral,   Result::pass};
  return static_cast<int>(std::ranges::find(kOrder, result) - kOrder.begin());
}

// What one address met, as half a sentence.
std::string outcome_of(const PoolCheck& check) {
  std::string out = fmt::format("{} gets {}", check.ip.text(), spf::text(check.result));
  if (!check.decided_by.empty()) out += fmt::format(" by {}", check.decided_by);
  return out;
}

// What is wrong with the domain's own record, before any of its terms is followed.
std::optional<Diagnosis> of_record(const WantedInclude& include, const dns::Name& domain,
                                   const dns::Facts& facts) {
  const std::string name = domain.text();
  const std::string wanted = include.wanted.text();
  const dns::Fact* fact = facts.find({domain, dns::RecordType::txt});
  if (fact != nullptr && fact->status == dns::Fact::Status::no_such_name) {
    return Diagnosis{"no_record",
                     fmt::format("{} does not exist in the DNS: check its spelling, then publish "
                                 "an SPF record with `include:{}` there.",
                                 name, wanted)};
  }
  const auto texts = spf::spf_texts(domain, facts);
  if (texts.empty()) {
    return Diagnosis{
        "no_record",
        fmt::format("{} has no SPF record: publish one with `include:{}`.", name, wanted)};
  }
  if (texts.size() > 1) {
    return Diagnosis{"multiple_records",
                     fmt::format("{} has {} SPF records, so receivers use none of them (RFC 7208 "
                                 "section 4.5): merge them into one and delete the others.",
                                 name, texts.size())};
  }
  const auto record = spf::parse_record(texts.front());
  if (record) return std::nullopt;
  const spf::SyntaxError& error = record.error();
  return Diagnosis{"record_invalid",
                   fmt::format("The SPF record of {} is not valid at `{}`: {} (RFC 7208 section "
                               "{}). Correct that term.",
                               name, dns::printable(error.span.in(texts.front()), 120),
                               dns::printable(error.message), error.section)};
}

// An evaluation that went over a limit (RFC 7208 section 4.6.4).
std::optional<Diagnosis> of_limits(const dns::Name& domain, const PoolCheck& check) {
  const spf::Limits limits;
  if (check.lookups > limits.lookups) {
    return Diagnosis{"too_many_lookups",
                     fmt::format("The SPF record of {} needs more than {} DNS lookups, so "
                                 "receivers end with permerror (RFC 7208 section 4.6.4): {}. "
                                 "Remove includes that are no longer needed, or put addresses in "
                                 "the place of `a` and `mx`.",
                                 domain.text(), limits.lookups, check.problem)};
  }
  if (check.voids > limits.voids) {
    return Diagnosis{"too_many_voids",
                     fmt::format("More than {} DNS lookups of the SPF record of {} find nothing, "
                                 "so receivers end with permerror (RFC 7208 section 4.6.4): {}. "
                                 "Remove the terms whose names do not exist.",
                                 limits.voids, domain.text(), check.problem)};
  }
  return std::nullopt;
}

Diagnosis of_policy(const WantedInclude& include, const dns::Name& domain, const dns::Facts& facts,
                    const PoolCheck& check) {
  const std::string wanted = include.wanted.text();
  const std::string met = outcome_of(check);
  const auto found = nearest_include(include, domain, facts);
  if (!found) {
    return {
        "include_missing",
        fmt::format("The SPF record of {} does not have `include:{}`, and {}: publish the record "
                    "that is proposed for the domain.",
                    domain.text(), wanted, met)};
  }
  const std::string owner = found->domain.text();
  switch (found->nearness) {
    case Nearness::lookalike:
      return {"include_lookalike",
              fmt::format("The SPF record of {} has `{}`, which is another name than {}, and {}: "
                          "write `include:{}` and make sure who owns the other name.",
                          owner, found->term, wanted, met, wanted)};
    case Nearness::after_all:
      return {"include_after_all",
              fmt::format("In the SPF record of {} `{}` stands behind `all`, where nothing is read "
                          "any more (RFC 7208 section 5.1), and {}: move it in front of `all`.",
                          owner, found->term, met)};
    case Nearness::not_pass:
      return {"include_not_pass",
              fmt::format("In the SPF record of {} the qualifier of `{}` makes a match something "
                          "other than pass, and {}: write `include:{}`.",
                          owner, found->term, met, wanted)};
    case Nearness::in_force:
      break;
  }
  return {"pool_not_covered",
          fmt::format("The SPF record of {} has `{}`, but {}: put it in front of the terms that "
                      "match this address; when there are none, the provider's own record at {} "
                      "lacks the address.",
                      owner, found->term, met, wanted)};
}

Diagnosis of_error(const WantedInclude& include, const dns::Name& domain, const dns::Facts& facts,
                   const PoolCheck& check) {
  if (auto diagnosis = of_record(include, domain, facts)) return std::move(*diagnosis);
  if (auto diagnosis = of_limits(domain, check)) return std::move(*diagnosis);
  // A look-alike that does not exist ends in permerror, and is still the thing to mend.
  const auto found = nearest_include(include, domain, facts);
  if (found && found->nearness == Nearness::lookalike) {
    return of_policy(include, domain, facts, check);
  }
  return {"record_invalid",
          fmt::format("Receivers cannot evaluate the SPF record of {}: {}. Correct or remove the "
                      "term.",
                      domain.text(), check.problem)};
}

}  // namespace

Diagnosis diagnose(const WantedInclude& include, const dns::Name& domain, const dns::Facts& facts,
                   const std::vector<PoolCheck>& checks) {
  const auto worst = std::ranges::min_element(
      checks, {}, [](const PoolCheck& check) { return gravity(check.result); });
  if (worst == checks.end()) {
    return {"pool_not_covered", "No address of the sending pool was checked: configure the pool."};
  }
  const bool error = worst->result == Result::permerror || worst->result == Result::none;
  return error ? of_error(include, domain, facts, *worst)
               : of_policy(include, domain, facts, *worst);
}

}  // namespace mandate::registry
