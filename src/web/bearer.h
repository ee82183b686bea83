// Bearer keys: how they look, and the only form in which they are stored.
#pragma once

#include <string>
#include <string_view>

namespace mandate::web {

/// A new key: `mk_` and 32 random octets of the system's generator as 52 letters of base32.
std::string new_bearer_key();

/// SHA-256 of the key in lower-case hex. A key has 256 random bits, so a fast hash suffices.
std::string hash_bearer_key(std::string_view key);

}  // namespace mandate::web
