#include "fuzzed_policy.h"

#include <algorithm>
#include <string>

namespace mandate::fuzz {
namespace {

std::string_view take_text(std::string_view& octets) {
  const std::size_t end = std::min(octets.find('\0'), octets.size());
  const std::string_view text = octets.substr(0, end);
  octets.remove_prefix(std::min(end + 1, octets.size()));
  return text;
}

std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9U;
  value = (value ^ value >> 27) * 0x94d049bb133111ebU;
  return value ^ value >> 31;
}

dns::Name name_of(std::string_view prefix, std::uint64_t number) {
  return dns::Name::parse(std::string(prefix) + std::to_string(number) + ".test").value();
}

}  // namespace

// Settings: 0 family of the client, 1 to 4 where it is, 5 to 8 limits, 9 seed of the DNS.
FuzzedPolicy::FuzzedPolicy(std::string_view octets) {
  const std::size_t size = std::min(settings_.size(), octets.size());
  std::ranges::copy(octets.substr(0, size), settings_.begin());
  octets.remove_prefix(size);
  request_.ip = address(settings_[1], settings_[0] % 2 == 0 ? dns::Family::v4 : dns::Family::v6);
  limits_ = {.lookups = settings_[5] % 12,
             .voids = settings_[6] % 4,
             .mx_names = settings_[7] % 12,
             .ptr_names = settings_[8] % 12};
  request_.mail_from = take_text(octets);
  request_.helo = take_text(octets);
  while (!octets.empty() && records_.size() < 8) records_.emplace_back(take_text(octets));
  domain_ = request_.mail_from.substr(request_.mail_from.rfind('@') + 1);
}

dns::IpAddress FuzzedPolicy::address(std::uint64_t choice, dns::Family family) const {
  const auto low = static_cast<std::uint8_t>(choice & 3);
  const auto middle = static_cast<std::uint8_t>(choice >> 2 & 3);
  if (family == dns::Family::v4) {
    return dns::IpAddress::v4({settings_[2], settings_[3], middle, low});
  }
  dns::IpAddress::Bytes octets{};
  octets[0] = settings_[2];
  octets[1] = settings_[3];
  if (settings_[4] % 4 == 0) octets[10] = octets[11] = 0xff;  // IPv4-mapped, with the two above 0
  octets[14] = middle;
  octets[15] = low;
  return dns::IpAddress::v6(octets);
}

std::uint64_t FuzzedPolicy::hash(const dns::Question& question) const {
  std::uint64_t out = settings_[9] + (static_cast<std::uint64_t>(question.type) << 16);
  for (const char c : question.name.wire()) out = mixed(out + static_cast<unsigned char>(c));
  return out;
}

void FuzzedPolicy::answer_txt(std::uint64_t choice, dns::Fact& fact) const {
  if (records_.empty()) return;
  for (std::uint64_t count = choice % 8 == 0 ? 2 : 1; count > 0; --count, choice = mixed(choice)) {
    const std::string& text = records_[choice % records_.size()];
    // A character-string has 255 octets at most.
    dns::TxtData txt;
    for (std::size_t at = 0; at < text.size(); at += 255) {
      txt.strings.push_back(text.substr(at, 255));
    }
    fact.records.emplace_back(std::move(txt));
  }
}

void FuzzedPolicy::answer_names(std::uint64_t choice, dns::Fact& fact) const {
  for (std::uint64_t count = 1 + choice % 12; count > 0; --count, choice = mixed(choice)) {
    if (fact.question.type == dns::RecordType::mx) {
      fact.records.emplace_back(dns::MxData{10, name_of("mx", choice % 8)});
    } else {
      fact.records.emplace_back(dns::NameData{name_of("n", choice % 8)});
    }
  }
}

dns::Fact FuzzedPolicy::answer(const dns::Question& question) const {
  using Status = dns::Fact::Status;
  dns::Fact fact;
  fact.question = question;
  std::uint64_t choice = hash(question);
  fact.ttl = static_cast<std::uint32_t>(choice >> 40 & 0xfff);
  fact.status = choice % 16 == 0 ? Status::failed : Status::no_data;
  if (choice % 16 == 1) fact.status = Status::no_such_name;
  if (fact.status == Status::failed) fact.detail = "SERVFAIL";
  if (choice % 16 < 4) return fact;
  choice = mixed(choice);
  switch (question.type) {
    case dns::RecordType::txt:
      answer_txt(choice, fact);
      break;
    case dns::RecordType::a:
    case dns::RecordType::aaaa:
      for (std::uint64_t count = 1 + choice % 3; count > 0; --count, choice = mixed(choice)) {
        const bool v4 = question.type == dns::RecordType::a;
        fact.records.emplace_back(
            dns::AddressData{address(choice, v4 ? dns::Family::v4 : dns::Family::v6)});
      }
      break;
    default:
      answer_names(choice, fact);
  }
  if (!fact.records.empty()) fact.status = Status::found;
  return fact;
}

}  // namespace mandate::fuzz
