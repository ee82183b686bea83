#include "resolver/server_standing.h"

#include <fmt/format.h>

#include <algorithm>

#include "resolver/cname_chain.h"

namespace mandate::resolver {
namespace {

using dns::ResponseCode;

ServerStanding without_authority(const dns::Message& message, const dns::Name& zone) {
  if (is_referral(message)) {
    return {ServerStatus::lame,
            fmt::format("only refers to other servers: it does not serve {}", zone.text())};
  }
  if (message.recursion_available && !message.answers.empty()) {
    return {ServerStatus::recursion_only, "answers out of its cache, not from the zone"};
  }
  return {ServerStatus::lame,
          fmt::format("answers without authority: it does not serve {}", zone.text())};
}

ServerStanding standing_of(const dns::Message& message, const dns::Question& question,
                           const dns::Name& zone) {
  constexpr auto not_authoritative = static_cast<ResponseCode>(9);  // NOTAUTH, RFC 8945
  const ResponseCode code = message.code;
  if (code == ResponseCode::refused || code == not_authoritative) {
    return {ServerStatus::lame, fmt::format("answers {}: it does not serve {}, or not to us",
                                            dns::text(code), zone.text())};
  }
  if (code == ResponseCode::server_failure) {
    return {ServerStatus::server_failure, "answers SERVFAIL: it cannot serve the zone at present"};
  }
  if (code != ResponseCode::no_error && code != ResponseCode::name_error) {
    return {ServerStatus::broken, fmt::format("answers {}", dns::text(code))};
  }
  if (!message.authoritative) return without_authority(message, zone);
  const bool is_about_the_zone = question.name == zone && question.type == dns::RecordType::soa;
  const bool has_soa = std::ranges::any_of(message.answers, [&](const dns::Record& record) {
    return record.type == dns::RecordType::soa && record.owner == zone;
  });
  if (is_about_the_zone && !has_soa) {
    return {ServerStatus::broken, "claims authority, and has no SOA of " + zone.text()};
  }
  return {};
}

}  // namespace

std::string_view text(ServerStatus status) {
  switch (status) {
    case ServerStatus::answers:
      return "answers";
    case ServerStatus::no_edns:
      return "no_edns";
    case ServerStatus::no_tcp:
      return "no_tcp";
    case ServerStatus::recursion_only:
      return "recursion_only";
    case ServerStatus::lame:
      return "lame";
    case ServerStatus::server_failure:
      return "server_failure";
    case ServerStatus::broken:
      return "broken";
    case ServerStatus::silent:
      return "silent";
    case ServerStatus::unreachable:
      return "unreachable";
    case ServerStatus::no_address:
      return "no_address";
    case ServerStatus::not_asked:
      return "not_asked";
  }
  return "";
}

ServerStanding standing_of(const Reply& reply, const dns::Question& question,
                           const dns::Name& zone) {
  switch (reply.kind) {
    case Reply::Kind::silent:
      return {ServerStatus::silent, reply.reason};
    case Reply::Kind::unreachable:
      return {ServerStatus::unreachable, reply.reason};
    case Reply::Kind::no_tcp:
      return {ServerStatus::no_tcp, reply.reason};
    case Reply::Kind::not_public:
      return {ServerStatus::no_address, reply.reason};
    case Reply::Kind::not_asked:
      return {ServerStatus::not_asked, reply.reason};
    case Reply::Kind::answered:
      break;
  }
  ServerStanding standing = standing_of(reply.message, question, zone);
  if (standing.status == ServerStatus::answers && reply.without_edns) {
    return no_edns_standing();
  }
  return standing;
}

ServerStanding no_edns_standing() {
  return {ServerStatus::no_edns, "answers only when it is asked without EDNS"};
}

}  // namespace mandate::resolver
