#include "mandate/spf/policy_map.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "c_interface/checker.h"
#include "c_interface/verdict.h"

struct mandate_spf_map {
  mandate::spf::PolicyMap map;
};

namespace {

using namespace mandate;

/// Nothing of what is no address.
std::optional<dns::IpAddress> address_of(const void* address, size_t size) {
  if (size == 4) {
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), address, size);
    return dns::IpAddress::v4(octets);
  }
  if (size != 16) return std::nullopt;
  dns::IpAddress::Bytes octets{};
  std::memcpy(octets.data(), address, size);
  return dns::IpAddress::v6(octets);
}

}  // namespace

using c_interface::guarded;

mandate_status mandate_spf_compile(mandate_spf_checker* checker, const char* domain,
                                   mandate_spf_map** map) {
  return c_interface::using_checker(checker, [&](mandate_spf_checker& used) -> std::string {
    if (domain == nullptr || *domain == '\0' || map == nullptr) return "domain or map is missing";
    spf::CompileOptions options;
    options.limits = used.limits;
    *map = new mandate_spf_map{c_interface::settle(
        used, [&](const dns::Facts& facts) { return spf::compile(domain, facts, options); })};
    return {};
  });
}

void mandate_spf_map_free(mandate_spf_map* map) {
  delete map;
}

mandate_status mandate_spf_map_at(const mandate_spf_map* map, const void* address, size_t size,
                                  mandate_spf_outcome* outcome) {
  if (map == nullptr || address == nullptr || outcome == nullptr) return MANDATE_INVALID;
  const auto ip = address_of(address, size);
  if (!ip) return MANDATE_INVALID;
  const spf::PolicyMap::Outcome& found = map->map.at(*ip);
  *outcome = {c_interface::result_of(found.result), found.dynamic ? 1 : 0, found.lookups,
              found.voids, found.ttl};
  return MANDATE_OK;
}

size_t mandate_spf_map_size(const mandate_spf_map* map) {
  return map == nullptr ? 0 : map->map.size();
}

mandate_status mandate_spf_map_save(const mandate_spf_map* map, void* octets, size_t* size) {
  return guarded([&] {
    if (map == nullptr || size == nullptr) return MANDATE_INVALID;
    const std::string written = map->map.serialise();
    const bool fits = octets != nullptr && *size >= written.size();
    *size = written.size();
    if (!fits) return MANDATE_INVALID;
    std::memcpy(octets, written.data(), written.size());
    return MANDATE_OK;
  });
}

mandate_status mandate_spf_map_load(const void* octets, size_t size, mandate_spf_map** map) {
  return guarded([&] {
    if (octets == nullptr || map == nullptr) return MANDATE_INVALID;
    auto loaded = spf::PolicyMap::load({static_cast<const char*>(octets), size});
    if (!loaded) return MANDATE_INVALID;
    *map = new mandate_spf_map{std::move(*loaded)};
    return MANDATE_OK;
  });
}
