// The wire format of DNS messages (RFC 1035 section 4, RFC 6891): bytes in, bytes out, no socket.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/facts.h"

namespace mandate::dns {

/// The response codes that matter here (RFC 1035 section 4.1.1); any 12-bit number may arrive, of
/// which the upper eight bits stand in OPT (RFC 6891 section 6.1.3).
enum class ResponseCode : std::uint16_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  name_error = 3,
  not_implemented = 4,
  refused = 5,
  bad_version = 16,  ///< of EDNS
};

/// `NOERROR`, `SERVFAIL`, …, `RCODE11`.
MANDATE_API std::string text(ResponseCode code);

struct Message {
  std::uint16_t id = 0;
  bool is_response = false;
  bool authoritative = false;        // AA
  bool truncated = false;            // TC
  bool recursion_desired = false;    // RD
  bool recursion_available = false;  // RA
  bool authentic_data = false;       // AD
  ResponseCode code = ResponseCode::no_error;
  std::vector<Question> questions;
  std::vector<Record> answers;
  std::vector<Record> authority;
  std::vector<Record> additional;  // without OPT
  friend bool operator==(const Message&, const Message&) = default;
};

/// The query for one question. `edns_size`: the UDP payload size announced in an OPT record
/// (RFC 6891 section 6.2.3); without it the message has no OPT record. `recursion`: sets RD, and
/// with EDNS also AD, by which the server tells whether DNSSEC proves its answer (RFC 6840
/// section 5.7).
MANDATE_API std::string encode_query(std::uint16_t id, const Question& question, bool recursion,
                                     std::optional<std::uint16_t> edns_size);

/// Reads a whole message. Compression pointers must point backwards; every length is checked;
/// bytes behind the last record are refused. Records of another class than IN are left out, and so
/// is OPT but for the upper bits of the response code. Work and memory are bounded by the size of
/// `bytes`. The error says what is malformed and at which octet.
MANDATE_API std::expected<Message, std::string> decode(std::string_view bytes);

/// The wire form of any message, without compression, with OPT only where the response code
/// needs it: for servers in tests and for the round trip with `decode`. Each record's data must be
/// of its type, with character-strings of at most 255 octets, as `decode` and `parse_record_data`
/// make them.
MANDATE_API std::string encode(const Message& message);

/// What a response says about a question: follows CNAMEs within the answer section, tells NODATA
/// from NXDOMAIN, and gives negative answers the time to live of their SOA (RFC 2308 section 5).
/// A failure, with the reason as its detail, is what gives no answer: any other response code, a
/// truncated response, CNAMEs in a loop or more than 32 of them, a referral (the server is lame),
/// and records of a name that the response says does not exist.
/// The caller has already matched id, address and question, and asked for the target where the
/// server left its CNAME unfollowed: here such a response is one without data.
MANDATE_API Fact fact_from(const Message& response, const Question& question,
                           std::chrono::sys_seconds now, std::string_view source);

}  // namespace mandate::dns
