// Several SPF records at one name, merged into the one that receivers accept.
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace mandate::advice {

struct RecordMerge {
  std::string text;
  std::vector<std::string> notes;  ///< for people; printable ASCII
};

/// The ordered union of the records' terms, as written, each once (RFC 7208 section 4.5 allows one
/// record). Mechanisms behind an `all` stay dead: they are left out. Where `all` differs it becomes
/// `~all`. The error says why a person must merge them: a record that cannot be read, or redirects
/// that cannot both hold.
std::expected<RecordMerge, std::string> merged(const std::vector<std::string>& records);

}  // namespace mandate::advice
