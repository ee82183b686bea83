#include "advice/dmarc_story.h"

#include <fmt/format.h>

#include <utility>

#include "advice/shown.h"
#include "dns/public_suffix.h"

namespace mandate::advice {
namespace {

std::string named(const dns::Name& name) {
  return shown(name.text());
}

Passage policy_passage(const DmarcDiscovery& discovery) {
  if (discovery.status != DmarcDiscovery::Status::found) {
    const bool failed = discovery.status == DmarcDiscovery::Status::failed;
    return {
        fmt::format("{} {}: {}.",
                    failed ? "The policy is not known for From at" : "No policy applies to From at",
                    named(discovery.from), dns::printable(discovery.problem)),
        discovery.text.empty() ? discovery.near_miss : discovery.text};
  }
  if (!discovery.inherited()) {
    return {fmt::format("The policy for From at {0} is the record of _dmarc.{0}:",
                        named(discovery.from)),
            discovery.text};
  }
  return {fmt::format("There is no DMARC record at _dmarc.{}, so the policy is that of the "
                      "organizational domain, at _dmarc.{}:",
                      named(discovery.from), named(discovery.organizational)),
          discovery.text};
}

/// How what SPF checked is held against From.
std::string alignment_text(const SpfIdentity& spf, const DmarcDiscovery& discovery,
                           const DmarcOutcome& outcome) {
  const bool strict = discovery.record->spf == Alignment::strict;
  std::string out =
      strict ? "It asks for strict alignment of SPF (aspf=s): the domain that SPF checks has to be "
               "the very domain of From. "
             : "It takes relaxed alignment of SPF: the domain that SPF checks and the domain of "
               "From have to be of one organizational domain. ";
  if (!spf.domain) return out + "Here SPF had no domain to check.";
  const std::string from = named(discovery.from);
  const std::string checked = named(*spf.domain);
  if (*spf.domain == discovery.from) {
    return out + fmt::format("Both are {}: aligned.", from);
  }
  if (strict) return out + fmt::format("{} is not {}: not aligned.", checked, from);
  if (outcome.is_aligned) {
    return out + fmt::format("{} and {} are both of {}: aligned.", checked, from,
                             named(discovery.organizational));
  }
  return out + fmt::format("{} is of {}, and {} is of {}: not aligned.", checked,
                           named(dns::registrable_domain(*spf.domain)), from,
                           named(discovery.organizational));
}

/// RFC 7489 section 6.6.4: what the percentage leaves out is for the next milder policy. Not every
/// receiver knows the tag.
std::string percent_text(const DmarcOutcome& outcome) {
  if (outcome.percent == 100 || outcome.requested == DmarcPolicy::none) return "";
  return fmt::format(
      " Receivers that heed pct={0} do so with {0} % of such mail, and {1}; others with all of it.",
      outcome.percent,
      outcome.requested == DmarcPolicy::reject ? "treat the rest as suspicious"
                                               : "let the rest through");
}

std::string signature_text(const DmarcDiscovery& discovery) {
  const bool strict = discovery.record->dkim == Alignment::strict;
  return fmt::format("a valid DKIM signature of {}{}", named(discovery.from),
                     strict ? " itself (adkim=s)" : " or of another domain of its organization");
}

std::string outcome_text(const SpfIdentity& spf, const DmarcDiscovery& discovery,
                         const DmarcOutcome& outcome) {
  const std::string_view result = spf::text(spf.result);
  switch (outcome.status) {
    case DmarcOutcome::Status::passes:
      return "SPF gives pass and is aligned, so DMARC passes, whatever DKIM says.";
    case DmarcOutcome::Status::not_applied:
      return "";
    case DmarcOutcome::Status::unknown:
      return "Whether DMARC passes cannot be said until the DNS answers. Some receivers put such "
             "mail off, others go on without DMARC.";
    case DmarcOutcome::Status::fails:
      break;
  }
  const std::string why = spf.result == spf::Result::pass
                              ? "SPF gives pass, but for a domain that is not aligned"
                              : fmt::format("SPF gives {}, and only pass counts", result);
  return fmt::format("{}. So only {} lets DMARC pass. Without one {}", why,
                     signature_text(discovery), requested_text(discovery, outcome));
}

}  // namespace

std::string_view action(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::none:
      return "take no action";
    case DmarcPolicy::quarantine:
      return "treat the mail as suspicious";
    case DmarcPolicy::reject:
      break;
  }
  return "reject the mail";
}

std::string requested_text(const DmarcDiscovery& discovery, const DmarcOutcome& outcome) {
  const bool by_sp = discovery.inherited() && discovery.record->subdomain_policy;
  return fmt::format("a receiver is asked to {} ({}={}).{}", action(outcome.requested),
                     by_sp ? "sp" : "p", text(outcome.requested), percent_text(outcome));
}

std::vector<Passage> dmarc_story(const SpfIdentity& spf, const DmarcDiscovery& discovery,
                                 const DmarcOutcome& outcome) {
  std::vector<Passage> out{policy_passage(discovery)};
  if (discovery.record) {
    for (const std::string& fault : discovery.record->faults) out.push_back({fault, {}});
    out.push_back({alignment_text(spf, discovery, outcome), {}});
  }
  if (outcome.status != DmarcOutcome::Status::not_applied) {
    out.push_back({outcome_text(spf, discovery, outcome), {}});
  }
  if (!dns::knows_public_suffixes()) {
    out.push_back(
        {"This machine has no list of public suffixes, so every domain is taken for an "
         "organizational domain of its own.",
         {}});
  }
  return out;
}

}  // namespace mandate::advice
