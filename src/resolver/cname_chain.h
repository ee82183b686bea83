// Where the CNAMEs of an answer lead, and whether the answer says what is there.
#pragma once

#include <cstdint>

#include "dns/message_view.h"

namespace mandate::resolver {

struct CnameChain {
  enum class End : std::uint8_t {
    here,       ///< the response settles the question, in whichever way
    elsewhere,  ///< the last target must be asked for: the response is silent about it
    endless,    ///< a circle, or more CNAMEs (over 32) than an honest answer has
  };
  End end = End::here;
  dns::Name target = {};  ///< of the last CNAME; the root where there is none
  std::uint32_t ttl = 0;  ///< the least of the CNAMEs', in seconds; without one, the greatest TTL
};

/// Follows the CNAMEs of a response from the question's name (RFC 1034 section 3.6.2). A server
/// that does not resolve for others stops where its zone ends, and then says nothing of the target:
/// neither records, nor NXDOMAIN, nor the SOA of a zone that the target is in.
CnameChain follow_cnames(const dns::Message& response, const dns::Question& question);
CnameChain follow_cnames(const dns::MessageView& response, const dns::Question& question);

/// True of an answer that only points to other servers (RFC 2308 section 2.2): the server does not
/// know, and does not resolve for others.
bool is_referral(const dns::Message& response);
bool is_referral(const dns::MessageView& response);

}  // namespace mandate::resolver
