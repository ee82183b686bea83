// Identifiers of messages, keys, evidence and generated accounts.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace mandate::app {

/// 48 bits of milliseconds since the epoch, then 80 random bits, as 26 letters of base32hex in
/// lower case (`[0-9a-v]`, RFC 4648 section 7), which sort as the numbers do. Pure.
std::string identifier(std::chrono::sys_time<std::chrono::milliseconds> time,
                       const std::array<std::uint8_t, 10>& random);

/// An identifier of this moment: ascending with time to the millisecond, unique, unguessable.
/// Thread-safe. Throws `std::runtime_error` when the system gives no random octets, since nothing
/// can be named safely then.
std::string new_id();

/// The token of a new account: 80 random bits, 16 letters as above, so that it makes a short label.
/// Thread-safe; throws as `new_id` does.
std::string new_token();

/// A random number. Thread-safe; throws as `new_id` does.
std::uint64_t new_lot();

}  // namespace mandate::app
