// Encoded words (RFC 2047): text beyond ASCII inside a header field.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::mail {

/// The longest encoded word (RFC 2047 section 2).
inline constexpr std::size_t kEncodedWordLimit = 75;

/// Well-formed UTF-8 as a row of encoded words, to be set apart by folding white space, which a
/// reader drops (RFC 2047 section 6.2). Each holds whole characters only (section 5) and only
/// octets that are allowed in a phrase, so it fits every field. The first word is at most
/// `first_limit` octets long (32 or more), the others `kEncodedWordLimit`. No words of empty text.
std::vector<std::string> encoded_words(std::string_view utf8, std::size_t first_limit);

}  // namespace mandate::mail
