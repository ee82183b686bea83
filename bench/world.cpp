#include "world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <sstream>
#include <utility>
#include <variant>

namespace mandate::bench {
namespace {

[[noreturn]] void die(const std::string& message) {
  fmt::print(stderr, "bench: {}\n", message);
  std::exit(70);
}

std::string_view domain_of(std::string_view sender) {
  return sender.substr(sender.find('@') + 1);
}

void answer(const spf::Questions& questions, const dns::ZoneData& zone, dns::Facts& facts) {
  for (const dns::Question& question : questions) facts.add(zone.lookup(question, {}));
}

std::uint32_t number_of(const dns::IpAddress& ip) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | ip.octets()[i];
  return number;
}

dns::IpAddress address_of(std::uint32_t number) {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 0; i < 4; ++i) {
    octets[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  }
  return dns::IpAddress::v4(octets);
}

Workload read_workload(const std::string& line) {
  std::istringstream parts(line);
  std::string ip;
  std::string expected;
  Workload out;
  parts >> out.name >> ip >> out.sender >> expected;
  const auto address = dns::IpAddress::parse(ip);
  const auto result = spf::parse_result(expected);
  if (!address || !result) die(fmt::format("this line of the workloads is malformed: {}", line));
  out.ip = *address;
  out.expected = *result;
  return out;
}

}  // namespace

std::string_view Workload::domain() const {
  return domain_of(sender);
}

std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) die(fmt::format("{} cannot be opened", path));
  return {std::istreambuf_iterator<char>(file), {}};
}

dns::ZoneData read_zone(const std::string& path) {
  dns::ZoneData zone;
  if (const auto added = zone.add_file(contents_of(path), path); !added) die(added.error().text());
  return zone;
}

std::vector<Workload> read_workloads(const std::string& path) {
  std::vector<Workload> out;
  std::istringstream lines(contents_of(path));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.front() != '#') out.push_back(read_workload(line));
  }
  return out;
}

spf::Request request_of(const dns::IpAddress& ip, std::string_view sender) {
  return {.ip = ip, .mail_from = std::string(sender), .helo = "client.test"};
}

void learn(const spf::Request& request, const dns::ZoneData& zone, dns::Facts& facts) {
  for (;;) {
    const spf::Outcome outcome = spf::check_host(request, facts);
    const auto* lacking = std::get_if<spf::Questions>(&outcome);
    if (lacking == nullptr) break;
    answer(*lacking, zone, facts);
  }
  for (;;) {
    const auto map = spf::compile(domain_of(request.mail_from), facts);
    const auto* lacking = std::get_if<spf::Questions>(&map);
    if (lacking == nullptr) break;
    answer(*lacking, zone, facts);
  }
}

spf::PolicyMap compiled(std::string_view domain, const dns::Facts& facts) {
  auto map = spf::compile(domain, facts);
  if (!std::holds_alternative<spf::PolicyMap>(map)) {
    die(fmt::format("facts are lacking for the policy of {}", domain));
  }
  return std::get<spf::PolicyMap>(std::move(map));
}

std::vector<dns::IpAddress> mixed_addresses(const spf::PolicyMap& map, const dns::Facts& facts,
                                            std::size_t count) {
  std::vector<spf::PolicyMap::Piece> pieces = map.pieces();
  std::erase_if(pieces, [](const auto& piece) { return !piece.range.first.is_v4(); });
  std::mt19937 random(7208);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same in every run
  std::vector<dns::IpAddress> out;
  for (std::size_t i = 0; i < count; ++i) {
    dns::AddressRange range = dns::whole(dns::Family::v4);
    if (i % 2 == 0) range = pieces[random() % pieces.size()].range;
    std::uniform_int_distribution<std::uint32_t> within(number_of(range.first),
                                                        number_of(range.last));
    out.push_back(address_of(within(random)));
  }
  std::ranges::shuffle(out, random);
  for (const dns::IpAddress& ip : out) {
    const auto outcome =
        spf::check_host(request_of(ip, fmt::format("user@{}", map.domain())), facts);
    const auto* verdict = std::get_if<spf::Verdict>(&outcome);
    if (verdict == nullptr || verdict->result != map.at(ip).result) {
      die(fmt::format("the map of {} and check_host differ at {}", map.domain(), ip.text()));
    }
  }
  return out;
}

}  // namespace mandate::bench
