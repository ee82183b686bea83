// Records of any data, for the properties that hold of all of them.
#pragma once

#include <random>
#include <string>
#include <utility>

#include "mandate/dns/record.h"

namespace mandate::dns {

inline std::string random_octets(std::mt19937& random, std::size_t most) {
  std::string out;
  for (auto n = random() % (most + 1); n > 0; --n) out += static_cast<char>(random() % 256);
  return out;
}

/// Of two labels, each of up to 21 octets of any value.
inline Name random_name(std::mt19937& random) {
  const std::string a = "x" + random_octets(random, 20);
  const std::string b = "y" + random_octets(random, 20);
  return Name::from_labels({a, b}).value();
}

inline IpAddress random_address(std::mt19937& random, Family family) {
  IpAddress::Bytes octets{};
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(random());
  return family == Family::v6 ? IpAddress::v6(octets)
                              : IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
}

inline std::pair<RecordType, RecordData> random_data(std::mt19937& random) {
  const auto number = [&] { return static_cast<std::uint32_t>(random()); };
  switch (random() % 7) {
    case 0:
      return {RecordType::a, AddressData{random_address(random, Family::v4)}};
    case 1:
      return {RecordType::aaaa, AddressData{random_address(random, Family::v6)}};
    case 2:
      return {random() % 2 == 0 ? RecordType::ptr : RecordType::dname,
              NameData{random_name(random)}};
    case 3:
      return {RecordType::mx, MxData{static_cast<std::uint16_t>(random()), random_name(random)}};
    case 4: {
      TxtData txt;
      for (auto n = random() % 4 + 1; n > 0; --n) txt.strings.push_back(random_octets(random, 255));
      return {RecordType::txt, txt};
    }
    case 5:
      return {RecordType::soa, SoaData{random_name(random), random_name(random), number(), number(),
                                       number(), number(), number()}};
    default:
      return {static_cast<RecordType>(4711), OpaqueData{random_octets(random, 300)}};
  }
}

inline Record random_record(std::mt19937& random) {
  auto [type, data] = random_data(random);
  return {random_name(random), type, static_cast<std::uint32_t>(random() & 0x7fffffff),
          std::move(data)};
}

}  // namespace mandate::dns
