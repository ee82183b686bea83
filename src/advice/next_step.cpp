#include "advice/next_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/shown.h"

namespace mandate::advice {
namespace {

using spf::Result;

std::string plan_text(std::string_view domain) {
  return fmt::format(
      "`mandate plan {} --include NAME` has the exact record, where NAME is the include name that "
      "the provider gave you",
      domain);
}

/// Whose record or name servers an error comes from. Where no record could be had there is no step
/// of the error, and the innermost result is the first.
std::string broken_domain(const spf::Verdict& verdict) {
  const auto at = std::ranges::find_if(verdict.trace, [](const spf::Step& step) {
    return step.kind == spf::Step::Kind::error ||
           (step.kind == spf::Step::Kind::result && (step.text == spf::text(Result::permerror) ||
                                                     step.text == spf::text(Result::temperror)));
  });
  return at == verdict.trace.end() ? verdict.domain : at->domain;
}

/// A term behind the version comes before every other one, whatever the record has.
Passage allow(const Evaluation& evaluation) {
  const std::string domain = shown(evaluation.verdict.domain);
  const dns::IpAddress ip = evaluation.request.ip.unmapped();
  const std::string own = fmt::format(
      "If {0} is a server of your own, put `{1}:{0}` into the record of {2}, right behind "
      "`v=spf1`.",
      ip.text(), ip.is_v4() ? "ip4" : "ip6", domain);
  if (evaluation.request.mail_from.empty()) return {own + " If not, there is nothing to do.", {}};
  return {
      fmt::format("{} If it is one of a provider that sends for you, {}. If it is neither, there "
                  "is nothing to do.",
                  own, plan_text(domain)),
      {}};
}

Passage publish(const Evaluation& evaluation) {
  const std::string domain = shown(evaluation.verdict.domain);
  if (evaluation.near_miss) {
    return {fmt::format("Replace that TXT record of {} by this one:", domain),
            evaluation.near_miss->fixed};
  }
  if (!evaluation.request.mail_from.empty() && !evaluation.request.mail_from.contains('@')) {
    return {fmt::format("MAIL FROM {} has no domain, so there is nothing that SPF could look up. "
                        "Let the mail leave with a whole address, as news@customer.example is one.",
                        shown(evaluation.request.mail_from)),
            {}};
  }
  if (!checked_domain(evaluation.verdict)) {
    return {fmt::format("{} is no domain name in the DNS, so there is nothing that SPF could look "
                        "up. {}, as mail.example.com is one.",
                        domain,
                        evaluation.request.mail_from.empty()
                            ? "Let the sending server give its full name"
                            : "Let MAIL FROM be at a full name"),
            {}};
  }
  if (evaluation.request.mail_from.empty()) {
    return {fmt::format("If {0} is a server of yours, publish a record at {0}. This one allows the "
                        "addresses that the name itself has:",
                        domain),
            "v=spf1 a -all"};
  }
  return {fmt::format("If mail is to leave in the name of {0}, publish an SPF record there: {1}.",
                      domain, plan_text(domain)),
          {}};
}

Passage mend(const Evaluation& evaluation) {
  const spf::Verdict& verdict = evaluation.verdict;
  const std::string domain = shown(verdict.domain);
  const std::string broken = shown(broken_domain(verdict));
  // RFC 7208 section 4.5: of several records none is chosen.
  if (std::ranges::find(verdict.trace, spf::Step::Kind::record, &spf::Step::kind) ==
      verdict.trace.end()) {
    return {fmt::format("Put one SPF record in the place of those of {0}: `mandate plan {0} "
                        "--include NAME` writes the merged one, where NAME is the include name of "
                        "a provider that sends for you.",
                        domain),
            {}};
  }
  // The limits are of the whole, and the term that reached one need not be what has to go.
  const spf::Limits limits;
  const bool over = verdict.lookups > limits.lookups || verdict.voids > limits.voids;
  if (broken == domain || over) {
    return {fmt::format("Mend the record of {0}: `mandate lint {0}` names what is wrong with it, "
                        "and the fix.",
                        domain),
            {}};
  }
  return {
      fmt::format("The fault is in the record of {0}, which {1} relies on, and whoever runs {0} "
                  "can mend it; `mandate lint {0}` names it. Where you no longer need {0}, take "
                  "it out of the record of {1}.",
                  broken, domain),
      {}};
}

Passage ask_again(const std::string& domain) {
  return {fmt::format("Ask again in some minutes. If it stays so while other names are answered, "
                      "whoever runs the name servers of {} has to look after them.",
                      domain),
          {}};
}

std::optional<Passage> for_spf(const Evaluation& evaluation) {
  switch (evaluation.verdict.result) {
    case Result::pass:
      return std::nullopt;
    case Result::fail:
    case Result::softfail:
    case Result::neutral:
      return allow(evaluation);
    case Result::none:
      return publish(evaluation);
    case Result::permerror:
      return mend(evaluation);
    case Result::temperror:
      break;
  }
  return ask_again(shown(broken_domain(evaluation.verdict)));
}

/// How what passes comes to be aligned. A bounce has to have an empty MAIL FROM (RFC 5321 section
/// 4.5.5), so its HELO name has to be.
Passage align(const Evaluation& evaluation) {
  const std::string from = shown(evaluation.dmarc->from.text());
  const auto checked = checked_domain(evaluation.verdict);
  const bool is_near = checked && aligned(*checked, evaluation.dmarc->from, Alignment::relaxed);
  const std::string where = from + (is_near ? " itself" : " or below it");
  std::string text =
      evaluation.request.mail_from.empty()
          ? fmt::format(
                "While MAIL FROM is empty, the HELO name counts. Let the server go by a name "
                "at {}, or have the mail signed with DKIM as {}",
                where, from)
          : fmt::format(
                "Let the mail leave with MAIL FROM at {}{}, or have it signed with DKIM as {}",
                where, is_near ? " (apex_include)" : "", from);
  if (is_near) text += ", or take `aspf=s` out of the DMARC record: relaxed, it is aligned";
  return {text + ".", {}};
}

/// What there is to mend of the policy itself.
std::optional<Passage> for_policy(const DmarcDiscovery& dmarc) {
  const std::string holder = shown(dmarc.holder.text());
  switch (dmarc.status) {
    case DmarcDiscovery::Status::found:
      if (dmarc.record->faults.empty()) return std::nullopt;
      return Passage{
          fmt::format("Mend the DMARC record at _dmarc.{}, which receivers do not read as "
                      "it stands.",
                      holder),
          {}};
    case DmarcDiscovery::Status::absent:
      if (!dmarc.near_miss.empty()) {
        return Passage{fmt::format("Mend that TXT of _dmarc.{} so that it begins with "
                                   "`v=DMARC1; p=`, rather than publish a second one.",
                                   holder),
                       {}};
      }
      return Passage{
          fmt::format("A DMARC record would tell receivers what to do with mail that "
                      "forges the domain. This TXT at _dmarc.{} is a beginning that asks "
                      "for nothing yet:",
                      holder),
          "v=DMARC1; p=none"};
    case DmarcDiscovery::Status::several:
    case DmarcDiscovery::Status::unusable:
      return Passage{fmt::format("Mend the DMARC record at _dmarc.{}: one TXT that begins with "
                                 "`v=DMARC1; p=` and none, quarantine or reject.",
                                 holder),
                     {}};
    case DmarcDiscovery::Status::failed:
      break;
  }
  return ask_again(holder);
}

}  // namespace

std::vector<Passage> next_steps(const Evaluation& evaluation,
                                const std::optional<DmarcOutcome>& outcome) {
  std::vector<Passage> out;
  if (auto step = for_spf(evaluation)) out.push_back(std::move(*step));
  if (outcome) {
    const bool fails = outcome->status == DmarcOutcome::Status::fails;
    if (fails && !outcome->is_aligned) out.push_back(align(evaluation));
    // To ask again is said once, though neither SPF nor the policy was answered.
    auto step = for_policy(*evaluation.dmarc);
    if (step && (out.empty() || step->text != out.front().text)) out.push_back(std::move(*step));
  }
  if (out.empty()) out.push_back({"Nothing: mail like this is in order.", {}});
  return out;
}

}  // namespace mandate::advice
