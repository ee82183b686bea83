// What the header fields of this library share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mandate::spf {

/// What a field may hold. A message whose header is ASCII must not get UTF-8 into it: only one that
/// is internationalized may (RFC 6532 section 3.2).
enum class FieldText : std::uint8_t { ascii, utf8 };

/// Why a field cannot be read.
struct FieldError {
  std::size_t at = 0;   ///< octets into the field's body, behind the colon of its name
  std::string message;  ///< what is wrong, a phrase for a person
};

}  // namespace mandate::spf
