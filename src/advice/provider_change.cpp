#include "advice/provider_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/near_miss.h"
#include "advice/wildcard.h"
#include "advice/zone_apex.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

using State = ProviderChange::State;

/// Finds what is known, and notes what is not.
class Reading {
 public:
  explicit Reading(const dns::Facts& facts) : facts_(facts) {}

  const dns::Fact* ask(const dns::Question& question) {
    const dns::Fact* known = facts_.find(question);
    if (known == nullptr) lack({question});
    return known;
  }

  dns::Name apex_of(const dns::Name& name) {
    auto found = zone_apex(name, facts_);
    if (const auto* lacking = std::get_if<spf::Questions>(&found)) {
      lack(*lacking);
      return {};
    }
    return std::get<ZoneApex>(std::move(found)).name;
  }

  spf::Questions take_lacking() { return std::move(lacking_); }

 private:
  void lack(const spf::Questions& questions) {
    for (const dns::Question& question : questions) {
      if (std::ranges::find(lacking_, question) == lacking_.end()) lacking_.push_back(question);
    }
  }

  const dns::Facts& facts_;
  spf::Questions lacking_;
};

std::vector<dns::TxtData> texts_of(const dns::Fact& fact) {
  std::vector<dns::TxtData> out;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* text = std::get_if<dns::TxtData>(&data)) out.push_back(*text);
  }
  return out;
}

State state_of(const ProviderRecord& record, const std::vector<dns::TxtData>& today) {
  std::vector<std::string> meant;
  for (const dns::TxtData& text : today) {
    if (is_meant_as_record(text.joined())) meant.push_back(text.joined());
  }
  if (meant == std::vector{record.value}) return State::in_place;
  const bool is_helo = record.purpose == ProviderRecord::Purpose::helo;
  return is_helo && !meant.empty() ? State::has_other : State::to_publish;
}

ProviderChange change_of(const ProviderRecord& record, std::uint32_t ttl, Reading& reading) {
  ProviderChange out{.record = record};
  const dns::Fact* txt = reading.ask({record.name, dns::RecordType::txt});
  const auto beside = wildcard_beside(record.name);
  const dns::Fact* wildcard = beside ? reading.ask(*beside) : nullptr;
  const dns::Name apex = reading.apex_of(record.name);
  if (txt == nullptr || (beside && wildcard == nullptr)) return out;
  if (txt->status == dns::Fact::Status::failed) {
    out.state = State::unanswered;
    out.problem = fmt::format("{} could not be looked up: {}", dns::text(txt->question),
                              dns::printable(txt->detail));
    return out;
  }
  const bool by_wildcard = wildcard != nullptr && answers_alike(*wildcard, *txt);
  const auto today = by_wildcard ? std::vector<dns::TxtData>() : texts_of(*txt);
  out.state = state_of(record, today);
  out.change = txt_change(apex, record.name, today.empty() ? ttl : txt->ttl, today, record.value);
  return out;
}

}  // namespace

std::variant<std::vector<ProviderChange>, spf::Questions> provider_changes(
    const ProviderZone& zone, std::uint32_t ttl, const dns::Facts& facts) {
  Reading reading(facts);
  std::vector<ProviderChange> out;
  for (const ProviderRecord& record : zone.records) out.push_back(change_of(record, ttl, reading));
  if (auto lacking = reading.take_lacking(); !lacking.empty()) return lacking;
  return out;
}

}  // namespace mandate::advice
