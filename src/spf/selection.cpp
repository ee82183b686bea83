#include "spf/selection.h"

#include <string>
#include <utility>

namespace mandate::spf {
namespace {

using Status = SelectedRecord::Status;

Status status_without_record(dns::Fact::Status status) {
  switch (status) {
    case dns::Fact::Status::failed:
      return Status::failed;
    case dns::Fact::Status::no_such_name:
      return Status::no_such_name;
    default:
      return Status::none;
  }
}

/// The strings of a TXT record joined (RFC 7208 section 3.3), in `joined` if need be.
std::string_view text_of(const dns::TxtData& txt, std::string& joined) {
  if (txt.strings.size() == 1) return txt.strings.front();
  joined = txt.joined();
  return joined;
}

void read(std::string_view text, Readings readings, SelectedRecord& out) {
  out.status = Status::found;
  auto error = parse_terms(text, out.record, readings);
  if (!error) return;
  out.status = Status::malformed;
  out.error = std::move(*error);
}

}  // namespace

void select_record(const dns::Fact& txt, Readings readings, SelectedRecord& out) {
  out.ttl = txt.ttl;
  out.status = status_without_record(txt.status);
  if (out.status == Status::failed) out.detail = txt.detail;
  std::string joined;
  const dns::TxtData* chosen = nullptr;
  for (const dns::RecordData& data : txt.records) {
    const auto* candidate = std::get_if<dns::TxtData>(&data);
    if (candidate == nullptr || !is_record(text_of(*candidate, joined), readings)) continue;
    // RFC 7208 section 4.5: more than one is an error, whatever they say.
    if (chosen != nullptr) {
      out.status = Status::several;
      return;
    }
    chosen = candidate;
  }
  if (chosen != nullptr) read(text_of(*chosen, joined), readings, out);
}

KnownRecords::KnownRecords(const dns::Facts& facts) {
  for (const auto& [question, fact] : facts) {
    if (question.type == dns::RecordType::txt) add(fact);
  }
}

std::uint32_t KnownRecords::number_of(std::string_view wire) const {
  return index_.find(dns::hash_of_wire(wire),
                     [&](std::uint32_t number) { return records_[number - 1].first == wire; });
}

void KnownRecords::add(const dns::Fact& txt) {
  const std::string& wire = txt.question.name.wire();
  if (const std::uint32_t number = number_of(wire); number != 0) {
    select_record(txt, {}, records_[number - 1].second = {});
    return;
  }
  select_record(txt, {}, records_.emplace_back(wire, SelectedRecord()).second);
  index_.add(dns::hash_of_wire(wire), records_.size());
}

const SelectedRecord* KnownRecords::find(std::string_view wire) const {
  const std::uint32_t number = number_of(wire);
  return number == 0 ? nullptr : &records_[number - 1].second;
}

}  // namespace mandate::spf
