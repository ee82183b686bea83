// Terms and records as they stand in a message.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dns/printable.h"

namespace mandate::advice {

/// Text of a record for a message: printable ASCII, and of a long one its begin.
inline std::string shown(std::string_view text) {
  constexpr std::size_t kOctets = 120;
  return dns::printable(text, kOctets);
}

}  // namespace mandate::advice
