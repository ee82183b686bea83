// What a command is asked about, in free-form order: `mandate lint customer.example @192.0.2.53`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "app/dns_source.h"
#include "mandate/dns/ip_address.h"
#include "mandate/dns/name.h"

namespace mandate::app {

struct InquiryOptions {
  std::vector<std::string> words;  ///< what is asked about, and `@SERVER` among it
  DnsOptions dns;
  bool json = false;
};

/// The words told apart, and the DNS that is to be asked.
struct Inquiry {
  std::vector<std::string> subjects;  ///< the words but the server, in their order
  DnsOptions dns;
  std::chrono::milliseconds timeout{};  ///< of one subject
};

/// How many subjects a command takes, and what they are, for its messages.
struct Expected {
  std::string_view command;
  std::size_t count = 1;
  std::string_view what;     ///< such as `a domain, or a record in quotes`
  std::string_view example;  ///< of a right call
  bool takes_record = true;  ///< a record in quotes, beside a domain
  bool takes_lines = false;  ///< `-`, for lines of subjects on stdin
};

/// The failure is one of usage: too many or too few subjects, two servers, no duration.
Attempt<Inquiry> read_inquiry(const InquiryOptions& options, const Expected& expected);

/// A domain as people type it, U-labels included, blanks beside it passed over; not the root. Its
/// labels are of letters, digits, hyphens and underscores, the first may be a `*`: other octets
/// come of a record or a slip. The failure names the command.
Attempt<dns::Name> domain_argument(std::string_view command, std::string_view text);

/// A network, or a single address, with zeros behind its length. The failure names the command.
Attempt<dns::Prefix> prefix_argument(std::string_view command, const std::string& text);

/// Whether a subject is a record rather than a domain: it has what records cannot do without.
bool is_record_text(std::string_view subject);

}  // namespace mandate::app
