// What a response says about a question (dns/message.h).
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dns/message_view.h"

namespace mandate::dns {
namespace {

constexpr std::uint32_t kMostTtl = 0x7fffffff;  // RFC 2181 section 8

// Each step looks through all records, of which a hostile answer over TCP may have thousands.
constexpr int kAliasLimit = 32;

// All of this is of messages held either way, as `Message` or as `MessageView`.

template <class Records>
const auto* find_type(const Records& records, RecordType type) {
  const auto found = std::ranges::find_if(records, [=](const auto& it) { return it.type == type; });
  return found == records.end() ? nullptr : &*found;
}

template <class Records>
auto find_alias(const Records& records, const Name& owner) -> decltype(&records.front()) {
  decltype(&records.front()) alias = nullptr;
  for (const auto& record : records) {
    if (record.type == RecordType::cname && record.owner == owner) alias = &record;
  }
  return alias;
}

/// What the CNAMEs lead to, and the least of their times to live.
struct Chain {
  std::optional<Name> target;  ///< nothing where there is no CNAME
  std::uint32_t ttl = kMostTtl;
  bool is_endless = false;
};

template <class AnyMessage>
Chain follow(const AnyMessage& response, const Question& question) {
  Chain chain;
  if (question.type == RecordType::cname) return chain;
  for (int aliases = 0; aliases <= kAliasLimit; ++aliases) {
    const Name& name = chain.target ? *chain.target : question.name;
    const auto* const alias = find_alias(response.answers, name);
    if (alias == nullptr) return chain;
    chain.ttl = std::min(chain.ttl, alias->ttl);
    chain.target = std::get<NameData>(data_of(*alias)).target;
  }
  chain.is_endless = true;
  return chain;
}

/// A delegation to other servers: an authoritative server without the zone (RFC 2308 section 2.2).
/// A server that resolves for others may put NS records beside an empty answer and means it.
template <class AnyMessage>
bool is_referral(const AnyMessage& response) {
  return response.code == ResponseCode::no_error && response.answers.empty() &&
         !response.authoritative && !response.recursion_available &&
         find_type(response.authority, RecordType::soa) == nullptr &&
         find_type(response.authority, RecordType::ns) != nullptr;
}

/// Why a response is no answer at all; empty of one that is.
template <class AnyMessage>
std::string why_unusable(const AnyMessage& response, const Chain& chain) {
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
template <class AnyMessage>
std::uint32_t negative_ttl(const AnyMessage& response) {
  const auto* const soa = find_type(response.authority, RecordType::soa);
  return soa == nullptr ? 0 : std::min(soa->ttl, std::get<SoaData>(data_of(*soa)).minimum);
}

/// Without its question.
template <class AnyMessage>
Fact answer_in(const AnyMessage& response, const Question& question, std::chrono::sys_seconds now,
               std::string_view source) {
  Fact fact{.learned_at = now, .source = std::string(source)};
  const Chain chain = follow(response, question);
  fact.detail = why_unusable(response, chain);
  if (!fact.detail.empty()) return fact;
  const bool is_denied = response.code == ResponseCode::name_error;
  const Name& name = chain.target ? *chain.target : question.name;
  std::uint32_t ttl = chain.ttl;
  for (const auto& record : response.answers) {
    if (record.type != question.type || record.owner != name) continue;
    fact.records.push_back(data_of(record));
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

}  // namespace

Fact fact_from(const Message& response, const Question& question, std::chrono::sys_seconds now,
               std::string_view source) {
  Fact fact = answer_in(response, question, now, source);
  fact.question = question;
  return fact;
}

Fact answer_in(const MessageView& response, const Question& question, std::chrono::sys_seconds now,
               std::string_view source) {
  if (!response.is_brief()) return answer_in(response.message(), question, now, source);
  return answer_in<MessageView>(response, question, now, source);
}

}  // namespace mandate::dns
