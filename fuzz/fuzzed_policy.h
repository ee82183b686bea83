// A request and a whole DNS out of octets. Sixteen octets of settings, then texts that end in NUL:
// MAIL FROM, HELO and SPF records. What stands at a name is picked from the records and from a
// small stock by a hash of the question, so that includes, hosts and pointers meet.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/policy_map.h"

namespace mandate::fuzz {

class FuzzedPolicy {
 public:
  explicit FuzzedPolicy(std::string_view octets);

  const spf::Request& request() const { return request_; }
  const spf::Limits& limits() const { return limits_; }
  /// As it stands behind the @ of the request's MAIL FROM.
  const std::string& domain() const { return domain_; }
  /// The same for every asking.
  dns::Fact answer(const dns::Question& question) const;
  /// An address of the stock, or the same in another network.
  dns::IpAddress address(std::uint64_t choice, dns::Family family) const;

 private:
  std::uint64_t hash(const dns::Question& question) const;
  void answer_txt(std::uint64_t choice, dns::Fact& fact) const;
  void answer_names(std::uint64_t choice, dns::Fact& fact) const;

  std::array<std::uint8_t, 16> settings_{};
  spf::Request request_;
  spf::Limits limits_;
  std::string domain_;
  std::vector<std::string> records_;
};

}  // namespace mandate::fuzz
