#include "advice/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/dmarc_story.h"
#include "advice/next_step.h"
#include "advice/shown.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::Result;

std::string sender_of(const spf::Request& request) {
  return request.mail_from.empty()
             ? fmt::format("the HELO name {} (MAIL FROM is empty)", shown(request.helo))
             : shown(request.mail_from);
}

std::string dmarc_conclusion(const Evaluation& evaluation, const DmarcOutcome& outcome) {
  const bool passes = evaluation.verdict.result == Result::pass;
  switch (outcome.status) {
    case DmarcOutcome::Status::passes:
      return ", and DMARC passes by it.";
    case DmarcOutcome::Status::not_applied:
      return ", and no DMARC policy applies.";
    case DmarcOutcome::Status::unknown:
      return ", and what DMARC comes to is open until the DNS answers.";
    case DmarcOutcome::Status::fails:
      break;
  }
  const std::string asked =
      outcome.requested == DmarcPolicy::none
          ? "DMARC does not pass by it; the policy asks for no action."
          : fmt::format("DMARC asks it to {} unless DKIM passes{}.", action(outcome.requested),
                        outcome.percent < 100 ? fmt::format(" (pct={})", outcome.percent) : "");
  if (!passes) return ", and " + asked;
  return fmt::format(", but that is not aligned with From at {}: {}",
                     shown(evaluation.dmarc->from.text()), asked);
}

std::string conclusion(const Evaluation& evaluation, const std::optional<DmarcOutcome>& outcome) {
  const spf::Verdict& verdict = evaluation.verdict;
  const std::string asks = evaluation.asked_at.empty()
                               ? "asks now gets"
                               : fmt::format("asked at {} got", evaluation.asked_at);
  std::string out =
      fmt::format("A receiver that {} {} for {} from {}", asks, spf::text(verdict.result),
                  sender_of(evaluation.request), evaluation.request.ip.unmapped().text());
  if (!outcome) return out + ".";
  const bool says_from =
      verdict.result == Result::pass && outcome->status == DmarcOutcome::Status::fails;
  if (!says_from && checked_domain(verdict) != evaluation.dmarc->from) {
    out += fmt::format(", with From at {}", shown(evaluation.dmarc->from.text()));
  }
  return out + dmarc_conclusion(evaluation, *outcome);
}

/// Where the address was neither allowed nor refused by anybody's word.
std::string meaning_without_answer(Result result, std::string_view domain) {
  if (result == Result::none) {
    return fmt::format(
        "none: SPF has nothing to say about {}. The receiver has only DKIM and its own filters to "
        "go by; large mailbox providers want at least one of SPF and DKIM to pass.",
        domain);
  }
  if (result == Result::permerror) {
    return fmt::format(
        "permerror: the policy of {} cannot be evaluated, and nobody passes by it until it is "
        "mended. Most receivers go on as if there were no SPF record; some refuse the mail.",
        domain);
  }
  return fmt::format(
      "temperror: the DNS did not answer, so there is no result for {} yet. Receivers usually ask "
      "the sending server to try again later, or go on without SPF.",
      domain);
}

std::string meaning_of(const spf::Verdict& verdict, std::string_view ip) {
  const std::string domain = shown(verdict.domain);
  switch (verdict.result) {
    case Result::pass:
      return fmt::format(
          "pass: {} says that {} may send mail in its name. The receiver now knows who answers for "
          "the mail; whether it is wanted, other checks decide.",
          domain, ip);
    case Result::fail:
      return fmt::format(
          "fail: {} says that {} may not send mail in its name. Many receivers refuse such mail at "
          "once; others let it in and file it as spam.",
          domain, ip);
    case Result::softfail:
      return fmt::format(
          "softfail: {} says that {} is probably not one of its senders. Receivers usually accept "
          "such mail, look at it more closely, and often file it as spam.",
          domain, ip);
    case Result::neutral:
      return fmt::format(
          "neutral: {} says neither that {} may send in its name nor that it may not. Receivers "
          "treat the mail as if there were no SPF record (RFC 7208 section 8.2).",
          domain, ip);
    default:
      return meaning_without_answer(verdict.result, domain);
  }
}

/// What it took, and for what else it holds.
std::string extent_of(const spf::Verdict& verdict, bool past) {
  const spf::Limits limits;
  std::string out = fmt::format("It took {} of the {} lookups that a receiver allows",
                                verdict.lookups, limits.lookups);
  if (verdict.voids > 0) {
    out += fmt::format(", and {} of the {} empty answers", verdict.voids, limits.voids);
  }
  if (verdict.ttl > 0)
    out += fmt::format("; the answers {} for {} s", past ? "held" : "hold", verdict.ttl);
  out += ".";
  if (!verdict.decided_by) return out;
  if (verdict.dynamic) {
    return out + fmt::format(" The policy {} at the very address, so this {} for no other one.",
                             past ? "looked" : "looks", past ? "was" : "is");
  }
  if (verdict.range.first == verdict.range.last) {
    return out + fmt::format(" It {} for this address alone; its neighbours {} otherwise.",
                             past ? "was" : "is", past ? "fared" : "fare");
  }
  return out + fmt::format(" The same {} true of every address from {} to {}.", past ? "was" : "is",
                           verdict.range.first.text(), verdict.range.last.text());
}

std::string meaning_of_near_miss(const Evaluation& evaluation) {
  return fmt::format(
      "none: a TXT record of {} was meant to be its SPF record, but is none to receivers. {} They "
      "go on as if there were nothing.",
      shown(evaluation.verdict.domain), evaluation.near_miss->message);
}

std::vector<Passage> meaning(const Evaluation& evaluation) {
  const spf::Verdict& verdict = evaluation.verdict;
  const bool past = !evaluation.asked_at.empty();
  std::vector<Passage> out;
  if (evaluation.near_miss) {
    out.push_back({meaning_of_near_miss(evaluation), {}});
  } else if (!past) {
    out.push_back({meaning_of(verdict, evaluation.request.ip.unmapped().text()), {}});
  }
  if (!verdict.explanation.empty()) {
    // RFC 7208 section 6.2: the text is a third party's, and is to be shown as such.
    out.push_back({fmt::format("With a refusal the sender may be told what {} has to say:",
                               shown(verdict.domain)),
                   verdict.explanation});
  }
  // Of an error the steps have told what was spent before.
  if (verdict.result == Result::pass || verdict.result == Result::fail ||
      verdict.result == Result::softfail || verdict.result == Result::neutral) {
    out.push_back({extent_of(verdict, past), {}});
  }
  for (const spf::OtherReading& other : evaluation.other_readings) {
    out.push_back({fmt::format("Not all receivers agree. Mandate holds that {}; with {}, {}, and "
                               "the result there is {}.",
                               other.rule->ours, other.rule->held_by, other.rule->theirs,
                               spf::text(other.result)),
                   {}});
  }
  return out;
}

}  // namespace

// RFC 7208 section 4.3: an address literal is none, nor is a name of a single label.
std::optional<dns::Name> checked_domain(const spf::Verdict& verdict) {
  const auto is_of_host = [](char c) {
    return spf::is_alphanum(c) || std::string_view("-_.").contains(c);
  };
  const auto name = dns::Name::parse(verdict.domain);
  const bool legal =
      name && name->labels().size() > 1 && std::ranges::all_of(verdict.domain, is_of_host);
  return legal ? std::optional(*name) : std::nullopt;
}

Story story(const Evaluation& evaluation) {
  Story out;
  out.steps = trace_story(evaluation.request, evaluation.verdict);
  out.meaning = meaning(evaluation);
  if (evaluation.dmarc) {
    const SpfIdentity spf{evaluation.verdict.result, checked_domain(evaluation.verdict)};
    out.outcome = dmarc_outcome(*evaluation.dmarc, spf.result, spf.domain);
    out.dmarc = dmarc_story(spf, *evaluation.dmarc, *out.outcome);
    out.modes = sending_modes(evaluation.dmarc->from);
  }
  out.conclusion = conclusion(evaluation, out.outcome);
  if (evaluation.asked_at.empty()) out.to_do = next_steps(evaluation, out.outcome);
  return out;
}

}  // namespace mandate::advice
