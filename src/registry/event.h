// An event: one transition of a sending domain or of the breaker, for those who are told of it.
#pragma once

#include <cstdint>
#include <string>

namespace mandate::registry {

struct Event {
  std::int64_t sequence = 0;  ///< that of its audit entry: ascending, with gaps
  std::string account_id;     ///< empty of the provider's own
  std::string body;           ///< a JSON object: `type`, `timestamp`, `data`, `previous_attributes`
  friend bool operator==(const Event&, const Event&) = default;
};

}  // namespace mandate::registry
