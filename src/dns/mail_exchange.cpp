#include "dns/mail_exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace mandate::dns {

std::vector<Name> first_exchanges(const Fact& mx) {
  std::vector<Name> out;
  std::uint16_t lowest = std::numeric_limits<std::uint16_t>::max();
  for (const RecordData& data : mx.records) {
    const auto* held = std::get_if<MxData>(&data);
    if (held == nullptr || held->preference > lowest) continue;
    if (held->preference < lowest) out.clear();
    lowest = held->preference;
    if (std::ranges::find(out, held->exchange) == out.end()) out.push_back(held->exchange);
  }
  return out;
}

std::string text(const MxData& exchange) {
  return fmt::format("{} {}", exchange.preference, exchange.exchange.text());
}

bool delivers_to(const Fact& mx, const Name& host) {
  const std::vector<Name> exchanges = first_exchanges(mx);
  return exchanges.size() == 1 && exchanges.front() == host;
}

}  // namespace mandate::dns
