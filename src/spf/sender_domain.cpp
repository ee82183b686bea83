#include "spf/sender_domain.h"

#include <algorithm>
#include <array>

#include "dns/idna.h"
#include "dns/octets8.h"
#include "mandate/spf/check_host.h"
#include "spf/ascii.h"

namespace mandate::spf {
namespace {

bool is_ascii_text(std::string_view text) {
  std::uint64_t octets = 0;
  dns::for_each8(text, [&](std::uint64_t word, std::size_t) { octets |= word; });
  return (octets & dns::kHigh8) == 0;
}

/// Underscores are not for hosts, but people use them.
constexpr auto kHostOctets = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = 0; c < 0x80; ++c) {
    const char octet = static_cast<char>(c);
    out[c] = is_alphanum(octet) || octet == '-' || octet == '.' || octet == '_';
  }
  return out;
}();

/// Where the octets of hosts' names at the end of a text begin.
std::size_t host_at_end(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && kHostOctets[static_cast<unsigned char>(text[begin - 1])]) --begin;
  return begin;
}

}  // namespace

std::string with_a_labels(std::string_view domain) {
  if (is_ascii_text(domain)) return std::string(domain);
  std::string out;
  for (std::size_t at = 0; at <= domain.size();) {
    const std::size_t end = std::min(domain.find('.', at), domain.size());
    const std::string_view label = domain.substr(at, end - at);
    if (at != 0) out += '.';
    out += is_ascii_text(label) ? std::string(label)
                                : dns::to_a_labels(label).value_or(std::string(label));
    at = end + 1;
  }
  return out;
}

/// RFC 7208 section 2.4: a null reverse-path is checked as postmaster@HELO, whatever stands in it.
SenderDomain::SenderDomain(const Request& request) {
  const bool is_helo = request.mail_from.empty();
  const std::string_view identity = is_helo ? request.helo : request.mail_from;
  // Most often the octets of a host's name reach back to the @.
  std::size_t begin = host_at_end(identity);
  is_host_ = begin == 0 || (!is_helo && identity[begin - 1] == '@');
  if (!is_host_) begin = is_helo ? 0 : identity.rfind('@') + 1;  // from 0 where there is none
  text_ = without_final_dot(identity.substr(begin));
  if (name_.assign(text_) && name_.is_ascii()) return;
  if (is_ascii_text(text_)) return;
  converted_ = with_a_labels(text_);
  text_ = converted_;
  name_.assign(text_);
  is_host_ = host_at_end(text_) == 0;
}

}  // namespace mandate::spf
