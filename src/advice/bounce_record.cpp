#include "advice/bounce_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advice/shown.h"
#include "advice/zone_apex.h"
#include "dns/mail_exchange.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

using State = BounceChange::State;

void lack(spf::Questions& lacking, const spf::Questions& more) {
  for (const dns::Question& question : more) {
    if (std::ranges::find(lacking, question) == lacking.end()) lacking.push_back(question);
  }
}

/// What the answer to the question for its MX comes to.
void judge(BounceChange& change, const dns::Fact& mx) {
  if (mx.status == dns::Fact::Status::failed) {
    change.state = State::unanswered;
    change.problem = fmt::format("{} could not be looked up: {}", dns::text(mx.question),
                                 dns::printable(mx.detail));
  } else if (mx.records.empty()) {
    change.state = State::to_publish;
  } else if (!dns::delivers_to(mx, change.record.exchange.exchange)) {
    change.state = State::has_other;
    if (const auto* const held = std::get_if<dns::MxData>(&mx.records.front())) {
      change.other = shown(dns::text(*held));
    }
  }
}

}  // namespace

std::vector<BounceRecord> bounce_records(const ProviderNames& names) {
  const auto wildcard = dns::Name::parse("*." + names.include_name.text());
  if (!names.bounce_host || !wildcard) return {};
  const dns::MxData exchange{10, *names.bounce_host};
  return {{names.include_name, exchange}, {*wildcard, exchange}};
}

std::string as_zone_line(const BounceRecord& record, std::uint32_t ttl) {
  return fmt::format("{}. {} IN MX {}\n", record.name.text(), ttl,
                     dns::text(dns::RecordData(record.exchange)));
}

std::variant<std::vector<BounceChange>, spf::Questions> bounce_changes(
    const std::vector<BounceRecord>& records, const dns::Facts& facts) {
  std::vector<BounceChange> out;
  spf::Questions lacking;
  const auto ask = [&](const dns::Question& question) {
    const dns::Fact* const known = facts.find(question);
    if (known == nullptr) lack(lacking, {question});
    return known;
  };
  for (const BounceRecord& record : records) {
    BounceChange change{.record = record, .zone = {}, .other = {}, .problem = {}};
    const dns::Fact* const mx = ask({record.name, dns::RecordType::mx});
    auto apex = zone_apex(record.name, facts);
    if (const auto* more = std::get_if<spf::Questions>(&apex)) {
      lack(lacking, *more);
    } else {
      change.zone = std::get<ZoneApex>(std::move(apex)).name;
    }
    if (mx != nullptr) judge(change, *mx);
    out.push_back(std::move(change));
  }
  if (!lacking.empty()) return lacking;
  return out;
}

std::string as_nsupdate(const BounceChange& change, std::uint32_t ttl) {
  return fmt::format("zone {}.\nprereq nxrrset {}. IN MX\nupdate add {}send\n", change.zone.text(),
                     change.record.name.text(), as_zone_line(change.record, ttl));
}

}  // namespace mandate::advice
