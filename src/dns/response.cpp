// What a response says about a question (dns/message.h).
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mandate/dns/message.h"

namespace mandate::dns {
namespace {

constexpr std::uint32_t kMostTtl = 0x7fffffff;  // RFC 2181 section 8

// Each step looks through all records, of which a hostile answer over TCP may have thousands.
constexpr int kAliasLimit = 32;

/// The name at the end of the CNAMEs, and the least of their times to live.
struct Chain {
  Name end;
  std::uint32_t ttl = kMostTtl;
  bool is_endless = false;
};

const Record* find_alias(const Message& response, const Name& owner) {
  const Record* alias = nullptr;
  for (const Record& record : response.answers) {
    if (record.type == RecordType::cname && record.owner == owner) alias = &record;
  }
  return alias;
}

Chain follow(const Message& response, const Question& question) {
  Chain chain{.end = question.name};
  if (question.type == RecordType::cname) return chain;
  for (int aliases = 0; aliases <= kAliasLimit; ++aliases) {
    const Record* alias = find_alias(response, chain.end);
    if (alias == nullptr) return chain;
    chain.ttl = std::min(chain.ttl, alias->ttl);
    chain.end = std::get<NameData>(alias->data).target;
  }
  chain.is_endless = true;
  return chain;
}

const Record* find_type(const std::vector<Record>& records, RecordType type) {
  const auto found = std::ranges::find(records, type, &Record::type);
  return found == records.end() ? nullptr : &*found;
}

/// A delegation to other servers: an authoritative server without the zone (RFC 2308 section 2.2).
/// A server that resolves for others may put NS records beside an empty answer and means it.
bool is_referral(const Message& response) {
  return response.code == ResponseCode::no_error && response.answers.empty() &&
         !response.authoritative && !response.recursion_available &&
         find_type(response.authority, RecordType::soa) == nullptr &&
         find_type(response.authority, RecordType::ns) != nullptr;
}

/// Why a response is no answer at all; empty of one that is.
std::string why_unusable(const Message& response, const Chain& chain) {
  if (response.truncated) return "the answer is truncated";
  if (response.code != ResponseCode::no_error && response.code != ResponseCode::name_error) {
    return fmt::format("the server answered {}", text(response.code));
  }
  if (chain.is_endless) {
    return fmt::format("the CNAMEs run in a loop, or are more than {}", kAliasLimit);
  }
  if (is_referral(response)) return "the answer is a referral to other servers: the server is lame";
  return {};
}

/// RFC 2308 section 5: the lesser of the SOA's time to live and its minimum. Without an SOA a
/// negative answer is not kept.
std::uint32_t negative_ttl(const Message& response) {
  const Record* soa = find_type(response.authority, RecordType::soa);
  return soa == nullptr ? 0 : std::min(soa->ttl, std::get<SoaData>(soa->data).minimum);
}

}  // namespace

Fact fact_from(const Message& response, const Question& question, std::chrono::sys_seconds now,
               std::string_view source) {
  Fact fact{.question = question,
            .status = Fact::Status::failed,
            .records = {},
            .ttl = 0,
            .learned_at = now,
            .source = std::string(source),
            .detail = {},
            .authenticated = false};
  const Chain chain = follow(response, question);
  fact.detail = why_unusable(response, chain);
  if (!fact.detail.empty()) return fact;
  const bool is_denied = response.code == ResponseCode::name_error;
  std::uint32_t ttl = chain.ttl;
  for (const Record& record : response.answers) {
    if (record.type != question.type || record.owner != chain.end) continue;
    fact.records.push_back(record.data);
    ttl = std::min(ttl, record.ttl);
  }
  if (fact.records.empty()) {
    fact.status = is_denied ? Fact::Status::no_such_name : Fact::Status::no_data;
    fact.ttl = std::min(ttl, negative_ttl(response));
  } else if (is_denied) {
    fact.records.clear();
    fact.detail = "the answer has records of a name that it says does not exist (NXDOMAIN)";
  } else {
    fact.status = Fact::Status::found;
    fact.ttl = ttl;
  }
  fact.authenticated = fact.status != Fact::Status::failed && response.authentic_data;
  return fact;
}

}  // namespace mandate::dns
