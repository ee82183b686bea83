// Who may send for a domain, by a zone file: the verdict on one client, and all prefixes that pass.
//
//   ./spf_policy example.zone customer.example 192.0.2.1
#include <mandate/dns/zone_file.h>
#include <mandate/spf/policy_map.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace mandate;

/// Drives a pure step to its end: it is given facts, and says which are lacking.
template <class Step>
auto settle(const dns::ZoneData& zones, dns::Facts& facts, Step step) {
  for (;;) {
    auto outcome = step(facts);
    const auto* questions = std::get_if<spf::Questions>(&outcome);
    if (questions == nullptr) return std::get<0>(std::move(outcome));
    for (const dns::Question& question : *questions) facts.add(zones.lookup(question, {}));
  }
}

int refuse(const std::string& why) {
  std::cerr << "spf_policy: " << why << '\n';
  return 64;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return refuse("usage: spf_policy ZONE-FILE DOMAIN IP");
  std::ifstream file(argv[1]);
  if (!file) return refuse(std::string(argv[1]) + " cannot be read");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  dns::ZoneData zones;
  if (const auto added = zones.add_file(text, argv[1]); !added) return refuse(added.error().text());
  const auto ip = dns::IpAddress::parse(argv[3]);
  if (!ip) return refuse(std::string(argv[3]) + " is not an IP address");

  dns::Facts facts;
  spf::Request request;
  request.ip = *ip;
  request.mail_from = "postmaster@" + std::string(argv[2]);
  const spf::Verdict verdict = settle(
      zones, facts, [&](const dns::Facts& known) { return spf::check_host(request, known); });
  std::cout << spf::text(verdict.result);
  if (verdict.decided_by) std::cout << " by " << verdict.decided_by->term();
  std::cout << '\n';

  const spf::PolicyMap map =
      settle(zones, facts, [&](const dns::Facts& known) { return spf::compile(argv[2], known); });
  for (const dns::Prefix& prefix : map.prefixes(spf::Result::pass)) {
    std::cout << "pass " << prefix.text() << '\n';
  }
}
