// The tokens of the presentation format (RFC 1035 section 5.1), as zone files and record data
// share them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mandate/dns/record.h"

namespace mandate::dns {

/// One octet as presentation format shows it anywhere: printable ASCII as it is, all else `\DDD`.
void append_octet(std::string& out, char octet);

/// The length of the escape (`\X` or `\DDD`) at the front of `text`, and the octet it stands for.
std::optional<std::pair<std::size_t, char>> read_escape(std::string_view text);

/// A character-string in quotes.
std::string quoted(std::string_view octets);

/// A word of a record: as written (escapes kept) for names and numbers, and with escapes resolved
/// for character-strings.
struct Word {
  std::string written;
  std::string octets;
  bool was_quoted = false;
};

/// Splits a line without parentheses and comments into words at blanks. The error is a sentence.
std::expected<std::vector<Word>, std::string> split_words(std::string_view line);

/// Decimal digits only, up to `most`.
std::optional<std::uint32_t> parse_number(std::string_view digits, std::uint32_t most = UINT32_MAX);

/// Seconds up to `most`, as digits or with units such as `1h30m` (BIND's extension, in use
/// everywhere). A time to live has at most 31 bits (RFC 2181 section 8).
std::optional<std::uint32_t> parse_ttl(std::string_view text, std::uint32_t most = 0x7fffffff);

/// `parse_record_data` of words already split.
std::expected<RecordData, std::string> parse_record_words(RecordType type,
                                                          const std::vector<Word>& words);

}  // namespace mandate::dns
