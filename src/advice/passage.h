// A paragraph of what a person is told.
#pragma once

#include <string>

namespace mandate::advice {

struct Passage {
  std::string text;   ///< sentences; printable ASCII
  std::string quote;  ///< the record that it is about, octet for octet; or empty
};

}  // namespace mandate::advice
