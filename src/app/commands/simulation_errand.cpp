#include "app/commands/simulation_errand.h"

#include <fmt/core.h>

#include <utility>

#include "app/exit_code.h"
#include "app/json_writer.h"
#include "app/terminal.h"
#include "registry/evidence.h"

namespace mandate::app {
namespace {

using Fate = SimulatedDomain::Fate;

/// Of a check what an evaluation came to: the reason is written for the domain's admin.
std::string text_line(const registry::SendingDomain& domain, const SimulatedDomain& found) {
  const std::string why = found.check
                              ? fmt::format("{} gets {}: {}", found.check->ip.text(),
                                            spf::text(found.check->result), found.check->problem)
                              : found.reason;
  return fmt::format("{:<10}  {}  {}  {}: {}\n", text(found.fate), escaped(domain.account_id),
                     escaped(domain.domain.text()), found.reason_code, printable(why));
}

void write_check(JsonWriter& json, const registry::PoolCheck& check) {
  json.begin_object();
  json.string("ip", check.ip.text());
  json.string("mail_from", check.mail_from);
  json.string("helo", check.helo);
  json.string("result", spf::text(check.result));
  json.string("decided_by", check.decided_by);
  json.string("problem", check.problem);
  json.end_object();
}

std::string json_line(const registry::SendingDomain& domain, const SimulatedDomain& found) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.string("account", domain.account_id);
  json.string("domain", domain.domain.text());
  json.string("status", registry::text(domain.status));
  json.string("fate", text(found.fate));
  json.string("reason_code", found.reason_code);
  json.string("reason", found.reason);
  json.key("check");
  if (found.check) {
    write_check(json, *found.check);
  } else {
    json.null();
  }
  json.end_object();
  return out + "\n";
}

int exit_code_of(Fate fate) {
  switch (fate) {
    case Fate::breaks:
      return exit_code::refused;
    case Fate::unknown:
      return exit_code::unknown;
    case Fate::holds:
    case Fate::not_proven:
      break;
  }
  return exit_code::done;
}

class SimulationErrand final : public ScanErrand {
 public:
  SimulationErrand(const SimulationWork& work, SimulatedRow row)
      : json_(work.json),
        step_(work.change, std::move(row.domain), std::move(row.token)),
        evidence_(std::move(row.evidence)) {
    answer.line = row.number;
    answer.octets = 1;
  }

  std::vector<dns::Question> go_on(const dns::Facts& facts) override {
    if (!evidence_) return go_on_with(facts);
    if (!has_kept_ && !read_evidence()) return {};
    for (const auto& [question, fact] : facts) kept_.add(fact);
    return go_on_with(kept_);
  }

 private:
  std::vector<dns::Question> go_on_with(const dns::Facts& facts) {
    auto outcome = step_(facts);
    if (auto* lacking = std::get_if<spf::Questions>(&outcome)) return std::move(*lacking);
    tell(std::get<SimulatedDomain>(outcome));
    return {};
  }

  /// On a worker's thread, since this takes longer than reading the row.
  bool read_evidence() {
    has_kept_ = true;
    if (evidence_->empty()) return cannot("no evidence of a check is kept for it: verify it first");
    auto evidence = registry::parse_evidence(*evidence_);
    evidence_->clear();
    if (!evidence) return cannot("its evidence cannot be read: " + evidence.error());
    kept_ = registry::current_facts(*evidence);
    return true;
  }

  bool cannot(std::string reason) {
    tell({.fate = Fate::unknown, .reason_code = "no_evidence", .reason = std::move(reason)});
    return false;
  }

  void tell(const SimulatedDomain& found) {
    answer.exit_code = exit_code_of(found.fate);
    answer.tally.outcome = text(found.fate);
    if (found.fate == Fate::holds) return;
    answer.text = json_ ? json_line(step_.domain(), found) : text_line(step_.domain(), found);
  }

  bool json_;
  SimulationStep step_;
  std::optional<std::string> evidence_;
  bool has_kept_ = false;
  dns::Facts kept_;
};

}  // namespace

std::unique_ptr<ScanErrand> simulation_errand(const SimulationWork& work, SimulatedRow row) {
  return std::make_unique<SimulationErrand>(work, std::move(row));
}

}  // namespace mandate::app
