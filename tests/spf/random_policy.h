// Random policies: a few names that include, redirect to and borrow addresses from each other, much
// of it broken, over addresses from a small stock, so that networks overlap and limits are met on
// some paths only.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/ip_address.h"
#include "mandate/spf/check_host.h"

namespace mandate::spf {

struct RandomPolicy {
  std::string zone;
  Limits limits;
  bool has_macros_or_ptr = false;
  std::set<dns::IpAddress> edges;  ///< first and last addresses of everything that stands in it
};

class RandomPolicies {
 public:
  static constexpr std::string_view kDomain = "n0.p.test";

  explicit RandomPolicies(std::uint64_t seed) : random_(seed) {}

  RandomPolicy next() {
    policy_ = {};
    stock4_.clear();
    stock6_.clear();
    if (one_in(2)) policy_.limits = {roll(1, 12), roll(0, 3), roll(1, 10), roll(1, 10)};
    dynamic_terms_ = one_in(3);
    names_ = roll(1, 9);
    for (int name = 0; name < names_; ++name) add_name(fmt::format("n{}.p.test", name), name == 0);
    add_name("n0.broken.test", false);
    return std::move(policy_);
  }

  /// One edit of a policy: a line of its zone replaced by a new one of the same name.
  RandomPolicy changed(const RandomPolicy& policy) {
    policy_ = policy;
    policy_.zone.clear();
    const std::string marker = fmt::format("{}.", kDomain);
    for (std::size_t at = 0; at < policy.zone.size();) {
      const std::size_t end = policy.zone.find('\n', at) + 1;
      const std::string_view line(policy.zone.data() + at, end - at);
      const bool record = line.contains("v=spf1") && line.starts_with(marker);
      policy_.zone += record ? record_line(std::string(kDomain)) : std::string(line);
      at = end;
    }
    return std::move(policy_);
  }

  int roll(int least, int most) { return std::uniform_int_distribution(least, most)(random_); }
  bool one_in(int n) { return roll(1, n) == 1; }

  dns::IpAddress any_address() {
    dns::IpAddress::Bytes octets{};
    for (auto& octet : octets) octet = static_cast<std::uint8_t>(roll(0, 255));
    if (one_in(2)) return dns::IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
    return dns::IpAddress::v6(octets);
  }

 private:
  template <class... Choices>
  std::string pick(Choices... choices) {
    const std::string_view all[] = {choices...};
    return std::string(all[static_cast<std::size_t>(roll(0, sizeof...(choices) - 1))]);
  }

  std::string address4() {
    return one_in(4) ? pick("0.0.0.0", "255.255.255.255", "127.0.0.1", "128.0.0.0")
                     : fmt::format("10.{}.{}.{}", roll(0, 1), roll(0, 3), roll(0, 255));
  }
  std::string address6() {
    return one_in(4) ? pick("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                            "8000::", "::ffff:10.0.1.7", "::fffe:ffff:ffff")
                     : fmt::format("2001:db8:{:x}::{:x}", roll(0, 3), roll(0, 0xfff));
  }
  int length4() { return std::vector{0, 1, 8, 15, 16, 22, 24, 25, 29, 30, 31, 32}.at(at(12)); }
  int length6() { return std::vector{0, 1, 32, 47, 48, 63, 64, 65, 96, 116, 127, 128}.at(at(12)); }
  std::size_t at(int count) { return static_cast<std::size_t>(roll(0, count - 1)); }

  void note(const std::string& address, int length) {
    const dns::Prefix prefix(dns::IpAddress::parse(address).value(), length);
    policy_.edges.insert(prefix.network());
    policy_.edges.insert(prefix.last());
  }

  std::string name() {
    if (one_in(40)) return "n0.broken.test";
    if (one_in(40)) {
      policy_.has_macros_or_ptr = true;
      return pick("gone.p.test", "single", "n1.%{d2}", "%{v}.p.test", "n1.p.test.", "%{d3r}.p.test",
                  "%{o}", "%{h}", "%{p}.p.test");
    }
    return fmt::format("n{}.p.test", roll(0, names_));
  }

  std::string masks() {
    const int length_4 = length4();
    const int length_6 = length6();
    // Any address may turn out to be the one that the mask is put on.
    for (const std::string& held : stock4_) note(held, length_4);
    for (const std::string& held : stock6_) note(held, length_6);
    switch (roll(0, 3)) {
      case 0:
        return fmt::format("/{}", length_4);
      case 1:
        return fmt::format("//{}", length_6);
      case 2:
        return fmt::format("/{}//{}", length_4, length_6);
      default:
        return {};
    }
  }

  std::string network4() {
    const std::string address = address4();
    const int length = length4();
    note(address, length);
    return fmt::format("ip4:{}/{}", address, length);
  }
  std::string network6() {
    const std::string address = address6();
    const int length = length6();
    note(address, length);
    return fmt::format("ip6:{}/{}", address, length);
  }

  std::string mechanism() {
    if (dynamic_terms_ && one_in(6)) {
      policy_.has_macros_or_ptr = true;
      return pick("exists:%{i}.p.test", "ptr", "ptr:p.test", "exists:%{l}.p.test", "a:%{h}",
                  "include:%{s}.p.test", "mx:%{p}");
    }
    switch (roll(0, 9)) {
      case 0:
      case 1:
      case 2:
        return network4();
      case 3:
      case 4:
        return network6();
      case 5:
        return (one_in(3) ? "a" : "a:" + name()) + masks();
      case 6:
        return (one_in(3) ? "mx" : "mx:" + name()) + masks();
      case 7:
      case 8:
        return "include:" + name();
      default:
        return one_in(4) ? "all" : "exists:" + name();
    }
  }

  std::string term() {
    if (one_in(100)) return pick("moo", "ip4:10.0.0", "a:%{x}.test", "unknown=%{d}", "redirect=");
    return pick("", "", "+", "-", "~", "?") + mechanism();
  }

  std::string record_line(const std::string& owner) {
    std::string record = pick("v=spf1", "v=spf1", "V=SPF1");
    for (int terms = roll(0, 7); terms > 0; --terms) record += " " + term();
    if (one_in(4)) record += " redirect=" + name();
    if (one_in(6)) record += " exp=" + name();
    if (one_in(2)) record += pick(" -all", " ~all", " ?all", " +all");
    // A character-string has 255 octets at most; a record may be cut anywhere into several.
    const std::size_t cut = record.size() / 2;
    return line(owner, "TXT",
                fmt::format("\"{}\" \"{}\"", record.substr(0, cut), record.substr(cut)));
  }

  std::string line(const std::string& owner, std::string_view type, const std::string& data) {
    return fmt::format("{}. {} IN {} {}\n", owner, roll(1, 90) * 10, type, data);
  }

  void add_name(const std::string& owner, bool is_first) {
    if (!one_in(is_first ? 30 : 8)) policy_.zone += record_line(owner);
    if (one_in(50)) policy_.zone += record_line(owner);
    for (int count = one_in(2) ? roll(0, 3) : 0; count > 0; --count) add_address(owner);
    for (int count = one_in(3) ? roll(1, 4) : 0; count > 0; --count) {
      policy_.zone += line(owner, "MX", fmt::format("10 n{}.p.test.", roll(0, names_)));
    }
    if (one_in(5)) policy_.zone += line(owner, "TXT", "\"something else\"");
  }

  void add_address(const std::string& owner) {
    const bool v4 = one_in(2);
    const std::string address = v4 ? address4() : address6();
    (v4 ? stock4_ : stock6_).insert(address);
    note(address, 128);
    policy_.zone += line(owner, v4 ? "A" : "AAAA", address);
  }

  std::mt19937_64 random_;
  RandomPolicy policy_;
  int names_ = 0;
  bool dynamic_terms_ = false;
  std::set<std::string> stock4_;
  std::set<std::string> stock6_;
};

}  // namespace mandate::spf
