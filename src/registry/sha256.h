// SHA-256 (FIPS 180-4), a pure function.
#pragma once

#include <string>
#include <string_view>

namespace mandate::registry {

/// The hash of the octets in 64 letters of lower-case hex. Throws `std::runtime_error` where
/// OpenSSL has no SHA-256, since nothing can be vouched for then. Thread-safe.
std::string sha256(std::string_view octets);

}  // namespace mandate::registry
