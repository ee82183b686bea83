#include "resolver/root_hints.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "mandate/dns/zone_file.h"

namespace mandate::resolver {
namespace {

using dns::RecordType;

struct RootServer {
  char letter;
  const char* v4;
  const char* v6;
};

constexpr std::array root_servers{
    RootServer{'a', "198.41.0.4", "2001:503:ba3e::2:30"},
    RootServer{'b', "170.247.170.2", "2801:1b8:10::b"},
    RootServer{'c', "192.33.4.12", "2001:500:2::c"},
    RootServer{'d', "199.7.91.13", "2001:500:2d::d"},
    RootServer{'e', "192.203.230.10", "2001:500:a8::e"},
    RootServer{'f', "192.5.5.241", "2001:500:2f::f"},
    RootServer{'g', "192.112.36.4", "2001:500:12::d0d"},
    RootServer{'h', "198.97.190.53", "2001:500:1::53"},
    RootServer{'i', "192.36.148.17", "2001:7fe::53"},
    RootServer{'j', "192.58.128.30", "2001:503:c27::2:30"},
    RootServer{'k', "193.0.14.129", "2001:7fd::1"},
    RootServer{'l', "199.7.83.42", "2001:500:9f::42"},
    RootServer{'m', "202.12.27.33", "2001:dc3::35"},
};

constexpr std::string_view kForm =
    "write lines as `. NS a.root.example.` and `a.root.example. A 192.0.2.1`";

std::vector<dns::IpAddress> addresses_of(const dns::ZoneData& hints, const dns::Name& name) {
  std::vector<dns::IpAddress> addresses;
  for (const RecordType type : {RecordType::a, RecordType::aaaa}) {
    const std::vector<dns::Record>* const found = hints.find({name, type});
    if (found == nullptr) continue;
    for (const dns::Record& record : *found) {
      addresses.push_back(std::get<dns::AddressData>(record.data).address);
    }
  }
  return addresses;
}

}  // namespace

std::vector<NameServer> iana_root_servers() {
  std::vector<NameServer> servers;
  servers.reserve(root_servers.size());
  for (const RootServer& root : root_servers) {
    servers.push_back(
        {.name = dns::Name::parse(fmt::format("{}.root-servers.net", root.letter)).value(),
         .addresses = {dns::IpAddress::parse(root.v4).value(),
                       dns::IpAddress::parse(root.v6).value()}});
  }
  return servers;
}

std::expected<std::vector<NameServer>, std::string> parse_root_hints(std::string_view contents,
                                                                     std::string_view file) {
  dns::ZoneData hints;
  if (const auto added = hints.add_file(contents, file); !added) {
    return std::unexpected(fmt::format("{}; {}", added.error().text(), kForm));
  }
  const std::vector<dns::Record>* const named = hints.find({dns::Name(), RecordType::ns});
  if (named == nullptr) {
    return std::unexpected(fmt::format("{}: names no root server; {}", file, kForm));
  }
  std::vector<NameServer> servers;
  servers.reserve(named->size());
  for (const dns::Record& record : *named) {
    const dns::Name& name = std::get<dns::NameData>(record.data).target;
    NameServer server{name, addresses_of(hints, name)};
    if (server.addresses.empty()) {
      return std::unexpected(fmt::format("{}: {} has no address; write a line as `{}. A 192.0.2.1`",
                                         file, name.text(), name.text()));
    }
    servers.push_back(std::move(server));
  }
  return servers;
}

}  // namespace mandate::resolver
