#include "resolver/cname_chain.h"

#include <algorithm>
#include <variant>

namespace mandate::resolver {
namespace {

using dns::Message;
using dns::Question;
using dns::Record;
using dns::RecordType;

constexpr std::uint32_t greatest_ttl = 0x7fffffff;  // RFC 2181 section 8

// Each step looks through all records, of which a hostile answer over TCP may have thousands.
constexpr int most_aliases = 32;

// The last of several, which RFC 1034 section 3.6.2 forbids, as dns::fact_from has it.
const Record* find_alias(const Message& response, const dns::Name& owner) {
  const Record* alias = nullptr;
  for (const Record& record : response.answers) {
    if (record.type == RecordType::cname && record.owner == owner) alias = &record;
  }
  return alias;
}

bool answers(const Message& response, const dns::Name& owner, RecordType type) {
  return std::ranges::any_of(response.answers, [&](const Record& record) {
    return record.owner == owner && record.type == type;
  });
}

bool denies(const Message& response, const dns::Name& name) {
  return response.code == dns::ResponseCode::name_error ||
         std::ranges::any_of(response.authority, [&](const Record& record) {
           return record.type == RecordType::soa && name.is_at_or_below(record.owner);
         });
}

bool has_authority(const Message& response, RecordType type) {
  return std::ranges::any_of(response.authority,
                             [&](const Record& record) { return record.type == type; });
}

}  // namespace

CnameChain follow_cnames(const Message& response, const Question& question) {
  CnameChain chain{.end = CnameChain::End::here, .target = question.name, .ttl = greatest_ttl};
  if (question.type == RecordType::cname || question.type == RecordType::any) return chain;
  for (int steps = 0; steps <= most_aliases; ++steps) {
    const Record* const alias = find_alias(response, chain.target);
    const auto* const data = alias ? std::get_if<dns::NameData>(&alias->data) : nullptr;
    if (data == nullptr) {
      const bool settled = steps == 0 || answers(response, chain.target, question.type) ||
                           denies(response, chain.target);
      if (!settled) chain.end = CnameChain::End::elsewhere;
      return chain;
    }
    chain.ttl = std::min(chain.ttl, alias->ttl);
    chain.target = data->target;
  }
  chain.end = CnameChain::End::endless;
  return chain;
}

bool is_referral(const Message& response) {
  return response.code == dns::ResponseCode::no_error && !response.authoritative &&
         response.answers.empty() && has_authority(response, RecordType::ns) &&
         !has_authority(response, RecordType::soa);
}

}  // namespace mandate::resolver
