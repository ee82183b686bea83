// Internationalised domain names (IDNA 2008): U-labels to A-labels.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace mandate::dns {

struct IdnaError {
  bool too_long = false;  ///< the name, not what it says, is the fault
  std::string reason;     ///< a phrase for a person
};

/// U-labels to A-labels (RFC 5891 section 5, UTS 46 non-transitional); A-labels are checked too.
/// The text is UTF-8. Pure and thread-safe.
std::expected<std::string, IdnaError> to_a_labels(std::string_view text);

}  // namespace mandate::dns
