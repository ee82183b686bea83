// Bearer keys: how they look, and the only form in which they are stored.
#pragma once

#include <string>
#include <string_view>

namespace mandate::web {

/// A new key: `mk_` and 32 random octets of the system's generator as 52 letters of base32.
/// Throws std::runtime_error when the generator gives nothing. Thread-safe, as all here.
std::string new_bearer_key();

/// Has the text the form of a key? Others need not be looked up.
bool is_bearer_key(std::string_view text);

/// SHA-256 of the key in lower-case hex. A key has 256 random bits, so a fast hash suffices.
std::string hash_bearer_key(std::string_view key);

}  // namespace mandate::web
