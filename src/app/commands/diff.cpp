#include "app/commands/diff.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "app/commands/compared.h"
#include "app/commands/diff_report.h"
#include "app/exit_code.h"

namespace mandate::app {
namespace {

constexpr std::string_view kExample = "mandate diff customer.example 'v=spf1 mx -all'";

/// A side's policy, and what it was learned from.
struct LearnedPolicy {
  advice::Policy policy;
  dns::Facts facts;
};

/// The DNS as each side has it. A record beside a zone file stands in that zone.
class ComparedDns {
 public:
  ComparedDns(resolver::Lookup& lookup, std::array<ComparedSide, 2>& sides)
      : placed_(no_domain(), lookup), shared_(placed_) {
    for (std::size_t side = 0; side < sides.size(); ++side) {
      if (sides[side].zone) zones_[side].emplace(std::move(*sides[side].zone), shared_);
      of_[side] = sides[side].record ? 1 - side : side;
    }
  }
  resolver::Lookup& of(std::size_t side) {
    if (auto& zone = zones_[of_[side]]) return *zone;
    return shared_;
  }

 private:
  AbsentName placed_;
  RememberingLookup shared_;
  std::array<std::optional<ZoneInFront>, 2> zones_;
  std::array<std::size_t, 2> of_{};  // whose zone a side has
};

/// A word that was taken for a domain, and names none, is more likely a file that is not there:
/// what does not exist is nothing to compare with.
Attempt<void> refuse_absent(const ComparedSide& side, const dns::Fact* txt) {
  if (!side.domain || txt == nullptr || txt->status != dns::Fact::Status::no_such_name) return {};
  return fail(exit_code::no_input, fmt::format("diff: there is no file {}, and no domain of that "
                                               "name",
                                               escaped(side.given)));
}

Attempt<LearnedPolicy> learn(const ComparedSide& side, const PolicySubject& subject,
                             resolver::Lookup& lookup, resolver::Deadline deadline) {
  dns::Facts facts = facts_of(subject);
  advice::Policy policy = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
    return advice::policy_of(subject.domain, known);
  });
  const dns::Fact* txt = facts.find({subject.domain, dns::RecordType::txt});
  if (txt != nullptr && txt->status == dns::Fact::Status::failed) {
    return fail(exit_code::unknown, fmt::format("diff: {} could not be looked up: {}",
                                                dns::text(txt->question), txt->detail));
  }
  if (auto there = refuse_absent(side, txt); !there) {
    return std::unexpected(std::move(there.error()));
  }
  return LearnedPolicy{std::move(policy), std::move(facts)};
}

/// Whether a policy was made of the same answers: a pure function of them is the same then, also
/// where it depends on the sender.
bool same_answers(const dns::Facts& before, const dns::Facts& after) {
  if (before.size() != after.size()) return false;
  return std::ranges::all_of(before, [&](const auto& known) {
    const auto& [question, fact] = known;
    const dns::Fact* other = after.find(question);
    return other != nullptr && fact.status != dns::Fact::Status::failed &&
           other->status == fact.status && other->records == fact.records;
  });
}

std::vector<std::string> not_looked_up(const dns::Facts& before, const dns::Facts& after) {
  std::vector<std::string> out;
  for (const dns::Facts* facts : {&before, &after}) {
    for (const auto& [question, fact] : *facts) {
      if (fact.status == dns::Fact::Status::failed) out.push_back(dns::text(question));
    }
  }
  std::ranges::sort(out);
  const auto doubles = std::ranges::unique(out);
  out.erase(doubles.begin(), doubles.end());
  return out;
}

bool has_record(const LearnedPolicy& learned, const dns::Name& domain) {
  const dns::Fact* txt = learned.facts.find({domain, dns::RecordType::txt});
  return txt != nullptr && std::ranges::any_of(txt->records, is_spf_txt);
}

Attempt<NameDiff> compare(const ComparedName& name, const std::array<ComparedSide, 2>& sides,
                          ComparedDns& dns, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto& [old_subject, new_subject] = name.subjects;
  auto before = learn(sides[0], old_subject, dns.of(0), deadline);
  if (!before) return std::unexpected(std::move(before.error()));
  auto after = learn(sides[1], new_subject, dns.of(1), deadline);
  if (!after) return std::unexpected(std::move(after.error()));
  NameDiff out{
      .title = name.title,
      .before = old_subject.domain.text(),
      .after = new_subject.domain.text(),
      .shift = {},
      .cost_before = before->policy.cost,
      .cost_after = after->policy.cost,
      .not_looked_up = not_looked_up(before->facts, after->facts),
      .lacks_domain = asked_of_no_domain(before->facts) || asked_of_no_domain(after->facts),
      .has_record =
          has_record(*before, old_subject.domain) || has_record(*after, new_subject.domain)};
  const bool same =
      old_subject.domain == new_subject.domain && same_answers(before->facts, after->facts);
  if (!same) out.shift = advice::policy_shift(before->policy.map, after->policy.map);
  return out;
}

Attempt<DiffReport> report_of(const DiffOptions& options) {
  const auto inquiry = read_inquiry(options.asked, {"diff", 2, "OLD and NEW", kExample});
  if (!inquiry) return std::unexpected(inquiry.error());
  const auto domain = domain_option("diff", options.domain);
  if (!domain) return std::unexpected(domain.error());
  std::array<ComparedSide, 2> sides;
  for (std::size_t side = 0; side < sides.size(); ++side) {
    auto found = read_side(inquiry->subjects[side]);
    if (!found) return std::unexpected(std::move(found.error()));
    sides[side] = std::move(*found);
  }
  const auto names = names_to_compare(sides, *domain);
  if (!names) return std::unexpected(names.error());
  const auto lookup = open_dns(inquiry->dns);
  if (!lookup) return std::unexpected(lookup.error());

  DiffReport out{sides[0].given, sides[1].given, {}};
  ComparedDns dns(**lookup, sides);
  for (const ComparedName& name : *names) {
    auto compared = compare(name, sides, dns, inquiry->timeout);
    if (!compared) return std::unexpected(std::move(compared.error()));
    out.names.push_back(std::move(*compared));
  }
  return out;
}

int exit_code_of(const DiffReport& report) {
  if (std::ranges::any_of(report.names, &NameDiff::changes)) return exit_code::refused;
  const bool failed = std::ranges::any_of(
      report.names, [](const NameDiff& name) { return !name.not_looked_up.empty(); });
  if (failed) return exit_code::unknown;
  return std::ranges::all_of(report.names, &NameDiff::is_proven) ? exit_code::done
                                                                 : exit_code::refused;
}

}  // namespace

int diff(const DiffOptions& options) {
  const auto found = report_of(options);
  if (!found) return report(found.error());
  if (options.asked.json) {
    fmt::print("{}\n", boost::json::serialize(diff_json(*found)));
  } else {
    fmt::print("{}", diff_text(*found, Palette(shows_colour(STDOUT_FILENO)), options.all));
  }
  return exit_code_of(*found);
}

}  // namespace mandate::app
