#include "resolver/cname_chain.h"

#include <algorithm>
#include <variant>

namespace mandate::resolver {
namespace {

using dns::Message;
using dns::Question;
using dns::RecordType;

constexpr std::uint32_t greatest_ttl = 0x7fffffff;  // RFC 2181 section 8

// Each step looks through all records, of which a hostile answer over TCP may have thousands.
constexpr int most_aliases = 32;

// All of this is of messages held either way, as `Message` or as `MessageView`.

// The last of several, which RFC 1034 section 3.6.2 forbids, as dns::fact_from has it.
template <class Records>
auto find_alias(const Records& records, const dns::Name& owner) -> decltype(&records.front()) {
  decltype(&records.front()) alias = nullptr;
  for (const auto& record : records) {
    if (record.type == RecordType::cname && record.owner == owner) alias = &record;
  }
  return alias;
}

template <class Records>
bool answers(const Records& records, const dns::Name& owner, RecordType type) {
  return std::ranges::any_of(
      records, [&](const auto& record) { return record.type == type && record.owner == owner; });
}

const dns::Name& name_of(const dns::Name& name) {
  return name;
}
dns::Name name_of(const dns::NameView& name) {
  return name.name();
}

template <class AnyMessage>
bool denies(const AnyMessage& response, const dns::Name& name) {
  return response.code == dns::ResponseCode::name_error ||
         std::ranges::any_of(response.authority, [&](const auto& record) {
           return record.type == RecordType::soa && name.is_at_or_below(name_of(record.owner));
         });
}

template <class Records>
bool has(const Records& records, RecordType type) {
  return std::ranges::any_of(records, [&](const auto& record) { return record.type == type; });
}

template <class AnyMessage>
CnameChain follow(const AnyMessage& response, const Question& question) {
  CnameChain chain{.end = CnameChain::End::here, .ttl = greatest_ttl};
  if (question.type == RecordType::cname || question.type == RecordType::any) return chain;
  for (int steps = 0; steps <= most_aliases; ++steps) {
    const dns::Name& name = steps == 0 ? question.name : chain.target;
    const auto* const alias = find_alias(response.answers, name);
    if (alias == nullptr) {
      const bool settled =
          steps == 0 || answers(response.answers, name, question.type) || denies(response, name);
      if (!settled) chain.end = CnameChain::End::elsewhere;
      return chain;
    }
    chain.ttl = std::min(chain.ttl, alias->ttl);
    chain.target = std::get<dns::NameData>(dns::data_of(*alias)).target;
  }
  chain.end = CnameChain::End::endless;
  return chain;
}

template <class AnyMessage>
bool only_refers(const AnyMessage& response) {
  return response.code == dns::ResponseCode::no_error && !response.authoritative &&
         response.answers.empty() && has(response.authority, RecordType::ns) &&
         !has(response.authority, RecordType::soa);
}

}  // namespace

CnameChain follow_cnames(const Message& response, const Question& question) {
  return follow(response, question);
}

CnameChain follow_cnames(const dns::MessageView& response, const Question& question) {
  if (!response.is_brief()) return follow(response.message(), question);
  return follow(response, question);
}

bool is_referral(const Message& response) {
  return only_refers(response);
}

bool is_referral(const dns::MessageView& response) {
  return only_refers(response);
}

}  // namespace mandate::resolver
