#include "app/commands/replay.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "app/commands/answer.h"
#include "app/commands/explain_report.h"
#include "app/commands/paragraph.h"
#include "app/commands/receiver_check.h"
#include "app/configured_store.h"
#include "app/exit_code.h"
#include "app/input_file.h"
#include "registry/evidence.h"
#include "registry/timestamp.h"

namespace mandate::app {
namespace {

constexpr std::size_t kMostOctets = std::size_t{64} << 20;

/// The kept facts as the whole DNS.
class KeptFacts final : public resolver::Lookup {
 public:
  explicit KeptFacts(dns::Facts facts) : facts_(std::move(facts)) {}

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline /*deadline*/) override {
    std::vector<dns::Fact> out;
    for (const dns::Question& question : questions) {
      const dns::Fact* const known = facts_.find(question);
      out.push_back(known != nullptr
                        ? *known
                        : dns::Fact{.question = question, .detail = "the evidence has no answer"});
    }
    return out;
  }

 private:
  dns::Facts facts_;
};

/// Evidence has its own address, sender and answers: what would name others is refused rather than
/// ignored.
Attempt<void> agree(const ExplainOptions& options) {
  const bool names_a_sender =
      options.ip || options.mail_from || options.helo || !options.from.empty();
  const DnsOptions& dns = options.asked.dns;
  if (!names_a_sender && options.asked.words.empty() && dns.zones.empty() && dns.resolver.empty()) {
    return {};
  }
  return fail(exit_code::usage,
              "explain: evidence has its own address, sender and answers of the DNS: leave --ip, "
              "--mail-from, --helo, --from, @SERVER, --resolver and --zone out, or ask without "
              "--evidence and --evidence-file");
}

Attempt<std::string> evidence_text(const ExplainOptions& options) {
  if (!options.evidence_file.empty()) {
    auto text = read_input_file(options.evidence_file, kMostOctets);
    if (!text) return fail(exit_code::no_input, text.error());
    return std::move(*text);
  }
  if (options.config.empty()) {
    return fail(exit_code::usage, "explain: --evidence is of a store; give --config FILE too");
  }
  const auto store = open_existing_store(options.config);
  if (!store) return std::unexpected(store.error());
  auto kept = (*store)->evidence_json(std::nullopt, options.evidence);
  if (!kept) return fail(exit_code::store, kept.error().message);
  if (*kept) return std::move(**kept);
  return fail(exit_code::no_input,
              fmt::format("explain: there is no evidence \"{}\"; its id is the evidence_id of a "
                          "domain or of an entry of the audit log, and that of a check which "
                          "changed nothing makes way for the next one's",
                          escaped(options.evidence)));
}

Attempt<registry::Evidence> read_evidence(const ExplainOptions& options) {
  const auto text = evidence_text(options);
  if (!text) return std::unexpected(text.error());
  auto evidence = registry::parse_evidence(*text);
  if (evidence) return std::move(*evidence);
  const std::string& asked =
      options.evidence_file.empty() ? options.evidence : options.evidence_file;
  return fail(exit_code::data, fmt::format("explain: {}: {}", escaped(asked), evidence.error()));
}

/// What the evidence comes to today.
struct Replay {
  registry::Judgement again;
  std::string difference;  ///< the first from what was kept, in words; empty of the same verdict
  std::string lacking;     ///< the first question that it has no answer to
  bool same() const { return difference.empty() && lacking.empty(); }
};

std::string check_text(const registry::PoolCheck& check) {
  return fmt::format("{} from {} with HELO {} got {}{}", check.mail_from, check.ip.text(),
                     check.helo, spf::text(check.result),
                     check.decided_by.empty() ? "" : " by " + check.decided_by);
}

std::string difference_of(const std::vector<registry::PoolCheck>& then,
                          const std::vector<registry::PoolCheck>& now) {
  const auto [kept, again] = std::ranges::mismatch(then, now);
  if (kept == then.end() && again == now.end()) return {};
  if (kept == then.end()) return "a check more: " + check_text(*again);
  if (again == now.end()) return "a check less: " + check_text(*kept);
  if (check_text(*kept) != check_text(*again)) {
    return fmt::format("{}, and today {}", check_text(*kept), check_text(*again));
  }
  return fmt::format("{} for another reason, or with other counts", check_text(*kept));
}

std::string difference_of(const registry::Evidence& then, const registry::Judgement& now) {
  const registry::Assessment& kept = then.assessment;
  const registry::Assessment& again = now.assessment;
  if (kept.kind != again.kind || kept.reason_code != again.reason_code) return "the finding";
  if (auto difference = difference_of(kept.checks, again.checks); !difference.empty()) {
    return difference;
  }
  return then.votes == now.votes ? "" : "what the servers' votes came to";
}

Replay judge_again(const registry::Evidence& kept) {
  auto outcome = registry::judge(kept);
  if (const auto* lacking = std::get_if<spf::Questions>(&outcome)) {
    return {.again = {}, .difference = {}, .lacking = dns::text(lacking->front())};
  }
  auto& again = std::get<registry::Judgement>(outcome);
  std::string difference = difference_of(kept, again);
  return {.again = std::move(again), .difference = std::move(difference), .lacking = {}};
}

/// The check to tell of: the first one without a pass, else the first.
const registry::PoolCheck* told_check(const std::vector<registry::PoolCheck>& checks) {
  const auto failed = std::ranges::find_if(
      checks, [](const registry::PoolCheck& check) { return check.result != spf::Result::pass; });
  if (failed != checks.end()) return &*failed;
  return checks.empty() ? nullptr : &checks.front();
}

/// Nothing but the policy: what was kept answers for no DMARC record, and no other reading.
advice::Evaluation evaluate(const registry::Evidence& kept, const registry::PoolCheck& check) {
  spf::Request request;
  request.ip = check.ip;
  request.mail_from = check.mail_from;
  request.helo = check.helo;
  request.now = kept.at;
  KeptFacts facts(registry::current_facts(kept));
  ReceiverCheck found = check_as_receiver(request, facts, std::chrono::seconds{10}, Detail::full);
  return {.request = std::move(found.request),
          .verdict = std::move(found.verdict),
          .near_miss = std::move(found.near_miss),
          .asked_at = registry::timestamp(kept.at)};
}

/// Of an assessment, or of a vote.
std::string verdict_text(const auto& verdict) {
  const std::string_view kind = registry::text(verdict.kind);
  if (verdict.reason_code.empty()) return std::string(kind);
  return fmt::format("{} {}", kind, verdict.reason_code);
}

std::string servers_text(const registry::Evidence& kept) {
  if (!kept.zone) return paragraph("  ", "They were not asked.");
  std::string out;
  for (std::size_t at = 0; at < kept.zone->servers.size(); ++at) {
    const registry::ServerAnswers& server = kept.zone->servers[at];
    const auto vote = std::ranges::find_if(kept.votes, [at](const registry::Vote& candidate) {
      return std::ranges::count(candidate.servers, at) != 0;
    });
    const std::string said = vote == kept.votes.end() ? server.detail : verdict_text(*vote);
    out += fmt::format("  {} {}  {}\n", escaped(server.name.text()), escaped(server.address),
                       escaped(said));
  }
  if (kept.votes.empty()) {
    out += paragraph("  ", "None of them answered, so the resolver's word alone was taken.");
  }
  return out;
}

std::string comparison_text(const Replay& replayed, const Palette& palette) {
  if (replayed.same()) return palette.good("The verdict is the same");
  return palette.bad(replayed.lacking.empty() ? "The verdict is another one"
                                              : "There is no verdict to compare");
}

std::string replay_text(const registry::Evidence& kept, const Replay& replayed,
                        const Palette& palette) {
  std::string out =
      palette.strong(fmt::format("{} of account {}, checked at {}\n", escaped(kept.domain.text()),
                                 escaped(kept.account_id), registry::timestamp(kept.at)));
  out += fmt::format("  kept       {}\n", escaped(verdict_text(kept.assessment)));
  const std::string again = replayed.lacking.empty() ? verdict_text(replayed.again.assessment)
                                                     : "it has no answer to " + replayed.lacking;
  out += fmt::format("  replayed   {}\n", escaped(again));
  out += fmt::format("  ownership  {}\n", registry::text(kept.assessment.ownership));
  const std::string which =
      kept.rules == registry::kRules
          ? ""
          : fmt::format(" (made by rules {}, today's are {})", kept.rules, registry::kRules);
  out += comparison_text(replayed, palette) + which + ".\n";
  if (!replayed.difference.empty()) {
    out += paragraph("  ", "What differs first: " + printable(replayed.difference) + ".");
  }
  if (!kept.assessment.reason.empty()) {
    out += "\n" + palette.strong("What the domain's admin was told") + "\n" +
           paragraph("  ", printable(kept.assessment.reason));
  }
  return out + "\n" + palette.strong("What the servers of the zone said") + "\n" +
         servers_text(kept);
}

boost::json::object verdict_json(const registry::Assessment& assessment) {
  return {{"finding", registry::text(assessment.kind)},
          {"reason_code", assessment.reason_code},
          {"reason", printable(assessment.reason)}};
}

}  // namespace

int replay(const ExplainOptions& options) {
  if (const auto agreed = agree(options); !agreed) return report(agreed.error());
  const auto kept = read_evidence(options);
  if (!kept) return report(kept.error());
  const Replay replayed = judge_again(*kept);
  const registry::PoolCheck* const check = told_check(replayed.again.assessment.checks);
  std::optional<advice::Evaluation> evaluation;
  if (check != nullptr) evaluation = evaluate(*kept, *check);
  if (options.asked.json) {
    boost::json::object out{{"object", "replay"},
                            {"evidence_id", printable(kept->id)},
                            {"account", printable(kept->account_id)},
                            {"domain", kept->domain.text()},
                            {"checked_at", registry::timestamp(kept->at)},
                            {"same", replayed.same()},
                            {"difference", nullptr},
                            {"kept", verdict_json(kept->assessment)},
                            {"replayed", nullptr},
                            {"story", nullptr}};
    if (!replayed.difference.empty()) out["difference"] = printable(replayed.difference);
    if (replayed.lacking.empty()) out["replayed"] = verdict_json(replayed.again.assessment);
    if (evaluation) out["story"] = explain_json(*evaluation, advice::story(*evaluation));
    print_json(out);
  } else {
    const Palette palette(shows_colour(STDOUT_FILENO));
    fmt::print("{}", replay_text(*kept, replayed, palette));
    if (evaluation) {
      fmt::print("\n{}", explain_text(*evaluation, advice::story(*evaluation), palette));
    }
  }
  return replayed.same() ? exit_code::done : exit_code::refused;
}

}  // namespace mandate::app
